import { once } from 'node:events'
import { afterAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { freePort } from '../free-port.ts'
import { missing } from '../needs.ts'
import { Program } from '../program.ts'
import { Certificate, leadHere, NAME, openFolder } from './game-example.ts'
import { PROXIES } from './proxy.ts'
import { Site } from './site.ts'

const SILENCE_MS = 91_000
/** First byte of the frame that tells a client of its room, and of the client's answer to it. */
const JOIN_ROOM = 10

const stack = new AsyncDisposableStack()
afterAll(() => stack.disposeAsync())

/** A player without our SDK, which would have pings of its own: it says nothing once it is in its room. */
class SilentPlayer {
  pings = 0
  frames = 0
  closed = false
  readonly #socket: WebSocket

  constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('ping', () => void this.pings++)
    socket.on('close', () => {
      this.closed = true
    })
    socket.on('error', () => {})
    socket.on('message', (frame: Buffer) => {
      this.frames++
      if (frame[0] === JOIN_ROOM) socket.send(Buffer.from([JOIN_ROOM]))
    })
    stack.defer(() => socket.terminate())
  }

  static async join(site: Site): Promise<SilentPlayer> {
    const answer = await site.ask('/matchmake/create/plaza', { method: 'POST', body: '{}' })
    const { processId, roomId, sessionId } = JSON.parse(answer.text) as Record<string, string>
    const url = `wss://${NAME}:${site.ports.https}/${processId}/${roomId}?sessionId=${sessionId}`
    const socket = new WebSocket(url)
    const player = new SilentPlayer(socket)
    await once(socket, 'open')
    return player
  }

  /** Whether the other end answers. */
  async answers(): Promise<boolean> {
    this.#socket.ping()
    await once(this.#socket, 'pong')
    return true
  }
}

/** A match server in a process of its own, and its port. */
async function startServer(folder: string, pingIntervalMs: number): Promise<number> {
  const options = { tls: 'proxy', port: await freePort(), log: 'silent', limits: { pingIntervalMs } }
  const program = new Program(
    process.execPath,
    [new URL('match-process.ts', import.meta.url).pathname, JSON.stringify(options)],
    { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder } },
  )
  stack.use(program)
  await program.shows(/listening/)
  return options.port
}

async function sitePinging(kind: (typeof PROXIES)[number], pingIntervalMs: number): Promise<Site> {
  const folder = openFolder(stack)
  const certificate = new Certificate(folder)
  leadHere(certificate.root)
  return Site.start(kind, stack, { folder, certificate, games: [await startServer(folder, pingIntervalMs)] })
}

// All of them wait at the same time.
describe.concurrent('ninety seconds in which nobody says anything', () => {
  for (const kind of PROXIES) {
    it.skipIf(missing(kind.needs, 'openssl'))(
      `[DP3] end no game behind ${kind.name}, as the server pings`,
      { timeout: SILENCE_MS + 60_000 },
      async () => {
        const pinged = await SilentPlayer.join(await sitePinging(kind, 3_000))
        const unpinged = await SilentPlayer.join(await sitePinging(kind, 600_000))
        await new Promise((done) => setTimeout(done, SILENCE_MS))
        expect(pinged).toMatchObject({ closed: false })
        expect(pinged.pings).toBeGreaterThan(20)
        expect(pinged.frames, 'nothing but the join and the first state').toBeLessThan(5)
        expect(await pinged.answers()).toBe(true)
        // That the pings are what keeps it, where anything has to.
        expect(unpinged.closed).toBe(kind.cutsSilence)
      },
    )
  }
})
