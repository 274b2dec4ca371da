import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '../../server/index.ts'
import { missing } from '../needs.ts'
import { Certificate, leadHere, openFolder } from './game-example.ts'
import { rooms } from './plaza-room.ts'
import { PROXIES } from './proxy.ts'
import { Site } from './site.ts'

const SILENCE_MS = 91_000

const stack = new AsyncDisposableStack()
let game: number
beforeAll(async () => {
  const server = createServer({ rooms, tls: 'proxy', log: 'silent', dataFolder: openFolder(stack) })
  stack.defer(() => server.close())
  game = (await server.listen({ port: 0 })).port
})
afterAll(() => stack.disposeAsync())

// All of them wait at the same time.
describe.concurrent('ninety seconds in which nobody says anything', () => {
  for (const kind of PROXIES) {
    it.skipIf(missing(kind.needs, 'openssl'))(
      `[DP3] end no game behind ${kind.name}`,
      { timeout: SILENCE_MS + 60_000 },
      async () => {
        const folder = openFolder(stack)
        const certificate = new Certificate(folder)
        leadHere(certificate.root)
        const site = await Site.start(kind, stack, { folder, certificate, games: [game] })
        const player = await site.connect().create('plaza')
        const statuses: string[] = []
        player.onStatus((status) => void statuses.push(status))
        await player.ping()
        const { receivedFrames, sentFrames } = player.traffic
        await new Promise((done) => setTimeout(done, SILENCE_MS))
        expect(statuses).toEqual([])
        // Pings are no frames of the game; the first patch may have been under way.
        expect(player.traffic.receivedFrames - receivedFrames).toBeLessThanOrEqual(2)
        expect(player.traffic.sentFrames).toBe(sentFrames)
        expect(await player.request('length', 'still here')).toBe(10)
        await player.leave()
      },
    )
  }
})
