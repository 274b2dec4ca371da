import { once } from 'node:events'
import { chownSync, readFileSync } from 'node:fs'
import { request as askHttp } from 'node:http'
import { join } from 'node:path'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createServer } from '../../server/index.ts'
import { OF_ONE_ADDRESS } from '../../testing/one-address.ts'
import { eventually } from '../eventually.ts'
import { missing } from '../needs.ts'
import { Certificate, leadHere, NAME, openFolder } from './game-example.ts'
import { rooms } from './plaza-room.ts'
import { PROXIES } from './proxy.ts'
import { Site } from './site.ts'

/** What deploy/ grants one address in nginx and HAProxy. */
const CONNECTIONS_PER_ADDRESS = 200

const stack = new AsyncDisposableStack()
const folder = openFolder(stack)
const socket = join(folder, 'game.sock')
let certificate: Certificate
beforeAll(async () => {
  certificate = new Certificate(folder)
  leadHere(certificate.root)
  const server = createServer({
    rooms,
    tls: 'proxy',
    log: 'silent',
    limits: OF_ONE_ADDRESS,
    dataFolder: openFolder(stack),
  })
  stack.defer(() => server.close())
  await server.listen({ socket })
})
afterAll(() => stack.disposeAsync())
beforeEach(() => {
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
})

describe.each(PROXIES)('a game on a Unix socket behind $name', (kind) => {
  describe.skipIf(missing(kind.needs, 'openssl'))('', () => {
    const own = new AsyncDisposableStack()
    let site: Site
    beforeAll(async () => {
      site = await Site.start(kind, own, { folder, certificate, games: [0], socket })
      letIn(kind.group)
    })
    afterAll(() => own.disposeAsync())

    it('[PX1] is joined and played, and knows who comes', async () => {
      const ann = await site.connect().create('plaza')
      ann.send('ring')
      await eventually(() => expect(ann.state.bell).toBe(1))
      await ann.leave()
      const answer = await site.ask('/matchmake/joinOrCreate/mirror', {
        ...{ method: 'POST', body: '{}', from: '127.0.0.2', headers: { 'X-Forwarded-For': '203.0.113.9' } },
      })
      expect(JSON.parse(JSON.parse(answer.text).error).ip).toBe('127.0.0.2')
    })

    it.runIf(kind.limitsConnections)(
      '[DP4] is kept from one address that opens very many connections',
      async () => {
        const open: TLSSocket[] = []
        onTestFinished(() => {
          for (const one of open) one.destroy()
        })
        // Each waits for the rest of its body, so nginx counts it as a request under way.
        for (let n = 0; n < CONNECTIONS_PER_ADDRESS; n++) open.push(await startRequest(site, '127.0.0.3'))
        expect(await firstLine(await startRequest(site, '127.0.0.3'))).toMatch(/^(HTTP\/1\.1 429 .*)?$/)
        // Another address is none of its business.
        expect((await site.ask('/healthz', { from: '127.0.0.4' })).status).toBe(200)
        for (const one of open.splice(0)) one.destroy()
        await eventually(async () => {
          expect((await site.ask('/healthz', { from: '127.0.0.3' })).status).toBe(200)
        })
      },
    )
  })
})

it('[PX2] nobody comes past the proxy: the socket answers what came without https with 426', async () => {
  const request = askHttp({ socketPath: socket, path: '/', headers: { Host: NAME } })
  request.end()
  const [response] = await once(request, 'response')
  expect(response.statusCode).toBe(426)
  response.resume()
})

/** Lets a proxy's own user open the socket, as the guide says. Not as root there is one user only. */
function letIn(group: string): void {
  const gid = process.getuid?.() === 0 ? groupId(group) : undefined
  if (gid !== undefined) chownSync(socket, 0, gid)
}

function groupId(name: string): number | undefined {
  const line = new RegExp(`^${name}:[^:]*:(\\d+):`, 'm').exec(readFileSync('/etc/group', 'utf8'))
  return line ? Number(line[1]) : undefined
}

async function startRequest(site: Site, from: string): Promise<TLSSocket> {
  const where = { host: '127.0.0.1', port: site.ports.https, servername: NAME, localAddress: from }
  const one = connectTls(where)
  one.on('error', () => {})
  await new Promise((settled) => one.once('secureConnect', settled).once('close', settled))
  one.write(`POST /matchmake/joinOrCreate/plaza HTTP/1.1\r\nHost: ${NAME}\r\nContent-Length: 9\r\n\r\n{`)
  return one
}

function firstLine(one: TLSSocket): Promise<string> {
  return new Promise((resolve) => {
    if (one.destroyed) resolve('')
    one.once('data', (bytes) => resolve(bytes.toString('latin1').split('\r\n')[0]!))
    one.once('close', () => resolve(''))
  })
}
