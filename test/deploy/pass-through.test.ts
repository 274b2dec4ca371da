import { once } from 'node:events'
import { get as askHttp } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createServer } from '../../server/index.ts'
import { OF_ONE_ADDRESS } from '../../testing/one-address.ts'
import { eventually } from '../eventually.ts'
import { freePort } from '../free-port.ts'
import { missing, type ProgramName } from '../needs.ts'
import { Certificate, leadHere, NAME, openFolder } from './game-example.ts'
import * as haproxy from './haproxy.ts'
import * as nginx from './nginx.ts'
import { rooms } from './plaza-room.ts'
import { Site } from './site.ts'

const CLIENT = '127.0.0.2'
const CLAIM = '203.0.113.9'

type Setup = Parameters<typeof nginx.startPassThrough>[0]
interface Way {
  name: string
  needs: readonly ProgramName[]
  start(setup: Setup): ReturnType<typeof haproxy.startPassThrough>
}
const WAYS: readonly Way[] = [
  { name: 'nginx, PROXY version 1', needs: ['nginx', 'nginxStream'], start: nginx.startPassThrough },
  {
    name: 'HAProxy, PROXY version 1',
    needs: ['haproxy'],
    start: (setup) => haproxy.startPassThrough({ ...setup, version: 1 }),
  },
  {
    name: 'HAProxy, PROXY version 2',
    needs: ['haproxy'],
    start: (setup) => haproxy.startPassThrough({ ...setup, version: 2 }),
  },
]

const stack = new AsyncDisposableStack()
let game: number
let plainGame: number
let publicPort: number
let certificate: Certificate
beforeAll(async () => {
  const folder = openFolder(stack)
  certificate = new Certificate(folder)
  leadHere(certificate.root)
  plainGame = await freePort()
  publicPort = await freePort()
  const server = createServer({
    rooms,
    tls: { files: { cert: certificate.fullchain, key: certificate.key } },
    httpPort: plainGame,
    publicUrl: `wss://${NAME}:${publicPort}`,
    proxyProtocol: true,
    trustedProxies: ['127.0.0.1'],
    log: 'silent',
    limits: OF_ONE_ADDRESS,
    dataFolder: folder,
    certsFolder: folder,
  })
  stack.defer(() => server.close())
  game = (await server.listen({ port: 0, host: '127.0.0.1' })).port
})
afterAll(() => stack.disposeAsync())
beforeEach(() => {
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
})

describe.each(WAYS)('TLS passed through by $name', ({ name, needs, start }) => {
  describe.skipIf(missing('openssl', ...needs))('', () => {
    const own = new AsyncDisposableStack()
    let site: Site
    beforeAll(async () => {
      const kind = {
        ...{ name, needs: needs[0]!, keepsSockets: true },
        start: (setup: Parameters<Way['start']>[0]) => start({ ...setup, plainGame }),
      }
      const options = { folder: openFolder(own), certificate, games: [game], https: publicPort }
      site = await Site.start(kind as never, own, options)
    })
    afterAll(() => own.disposeAsync())

    it('[PX4] is joined, played and come back to', async () => {
      const ann = await site.connect().create('plaza')
      const statuses: string[] = []
      ann.onStatus((status) => void statuses.push(status))
      ann.send('cut')
      await eventually(() => expect(statuses).toEqual(['reconnecting', 'open']))
      ann.send('ring')
      await eventually(() => expect(ann.state.bell).toBe(1))
      ann.send('paint', 300_000)
      await eventually(() => expect(ann.state.banner).toHaveLength(300_000))
      expect(await ann.request('length', 'x'.repeat(16_000))).toBe(16_000)
      await ann.leave()
    })

    it('[PX4] tells who comes, and no client can claim another address', async () => {
      const answer = await site.ask('/matchmake/joinOrCreate/mirror', {
        ...{ method: 'POST', body: '{}', from: CLIENT },
        headers: { 'X-Forwarded-For': CLAIM, 'X-Real-IP': CLAIM, Forwarded: `for=${CLAIM}` },
      })
      const { ip, headers } = JSON.parse(JSON.parse(answer.text).error)
      expect(ip).toBe(CLIENT)
      expect(headers.filter((header: string) => /forward|-ip$/.test(header))).toEqual([])
    })

    it('[PX4] does not pass on a PROXY header of a client', async () => {
      const socket = connectTcp(site.ports.https, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(`PROXY TCP4 ${CLAIM} 127.0.0.1 1 2\r\n`)
      await new Promise((closed) => socket.resume().once('close', closed))
      const ann = await site.connect().create('plaza')
      await ann.leave()
    })

    it('[PX5] leads plain http to https at the public address', async () => {
      const headers = { Host: NAME }
      const [page] = await once(
        askHttp({ host: '127.0.0.1', port: site.ports.http, path: '/arena/', headers, agent: false }),
        'response',
      )
      expect([page.statusCode, page.headers.location]).toEqual([308, `https://${NAME}:${publicPort}/arena/`])
      page.resume()
    })
  })
})
