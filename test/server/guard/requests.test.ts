import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { YardRoom } from '../../client-sdk/yard-room.ts'
import { exchange, refusals } from './clients.ts'

const rooms = { yard: YardRoom }
let server: TestServer<typeof rooms>
beforeAll(async () => {
  server = await startTestServer({ rooms })
})
afterAll(() => server.close())

const UPGRADE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'

function send(bytes: string): Promise<string> {
  return exchange(server.server.address!.port, bytes)
}

const ODD: [what: string, bytes: string, status: number][] = [
  ['TRACE', 'TRACE / HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ['a method of WebDAV', 'PROPFIND / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n', 405],
  ['PUT', 'PUT /matchmake/joinOrCreate/yard HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n', 405],
  ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['a target of *<>', 'GET *<> HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['an absolute target', 'GET http://elsewhere/healthz HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['a Host with spaces', 'GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
  ['a Host of <>', 'GET /healthz HTTP/1.1\r\nHost: <>\r\n\r\n', 400],
  ['no Host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
  ['two Hosts', 'GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\nContent-Length: 0\r\n\r\n', 0],
  [
    'two lengths',
    'POST /auth/guest HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
    400,
  ],
  [
    'a length and chunks',
    'POST /auth/guest HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  ['huge headers', `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ['a huge target', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
  ['another protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['CONNECT', 'CONNECT elsewhere:443 HTTP/1.1\r\nHost: x\r\n\r\n', 0],
  ['an upgrade to *<>', `GET *<> HTTP/1.1\r\nHost: x\r\n${UPGRADE}\r\n`, 400],
  ['an upgrade with an odd Host', `GET / HTTP/1.1\r\nHost: <>\r\n${UPGRADE}\r\n`, 400],
  ['an upgrade by POST', `POST / HTTP/1.1\r\nHost: x\r\n${UPGRADE}\r\n`, 405],
  [
    'an upgrade to something else',
    `GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
    400,
  ],
  [
    'a broken X-Forwarded-Proto',
    'GET /% HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: <\u00ff>\r\nConnection: close\r\n\r\n',
    0,
  ],
]

it.each(ODD)('[GD1] %s is answered or cut, and others play on', async (_what, bytes, status) => {
  const answer = await send(bytes)
  if (status !== 0) expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  expect(answer, 'no banner, no inner text').not.toMatch(/express|colyseus|node|\/work|\bat .*:\d+:\d+/i)
  const room = await server.connect().joinOrCreate('yard')
  expect(await room.request('double', 2)).toEqual({ doubled: 4 })
  await room.leave()
})

it('[GD11] odd requests are counted by kind', async () => {
  for (const kind of ['method', 'target', 'host']) expect(await refusals(server.url, kind)).toBeGreaterThan(1)
})
