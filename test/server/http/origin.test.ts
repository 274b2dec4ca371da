import { expect, it } from 'vitest'
import { isLoopbackCaller, type OriginPolicy, originAllowed } from '../../../server/http/origin.ts'
import { startTestServer } from '../../../testing/index.ts'
import { YardRoom } from '../../client-sdk/yard-room.ts'

const rooms = { yard: YardRoom }
const JOIN = '/matchmake/joinOrCreate/yard'
const HOST = 'play.example'
const production: OriginPolicy = { allowedOrigins: ['https://friend.example'], allowLocal: false }
const development: OriginPolicy = { allowedOrigins: [], allowLocal: true }

it.each([undefined, 'https://play.example', 'https://friend.example'])(
  'in production, a game from %s may connect',
  (origin) => {
    expect(originAllowed(origin, HOST, production)).toBe(true)
  },
)

it.each([
  'http://play.example', // whoever sits between can write that page
  'https://play.example:8443',
  'https://play.example.evil.example',
  'https://evilplay.example',
  'https://friend.example:444',
  'https://friend.example.',
  'https://sub.friend.example',
  'http://localhost:5173',
  'https://127.0.0.1',
  'null',
  '',
  'nonsense',
  'https://',
  'https://play.example, https://evil.example',
  'file://',
])('in production, a game from "%s" may not', (origin) => {
  expect(originAllowed(origin, HOST, production)).toBe(false)
})

it("compares the server's own name in any case, and a port that differs is another server", () => {
  expect(originAllowed('https://play.example:2567', 'PLAY.example:2567', production)).toBe(true)
  expect(originAllowed('https://play.example:2567', 'play.example', production)).toBe(false)
  expect(originAllowed('https://play.example', undefined, production)).toBe(false)
})

it.each([
  'http://localhost:5173',
  'http://box.localhost',
  'http://127.0.0.1:8080',
  'https://[::1]:3000',
  'http://192.168.1.20:5173',
  'http://10.1.2.3',
  'http://172.16.0.1',
  'http://172.31.255.1',
  'http://169.254.7.7',
  'https://[fe80::1]',
  'https://[fd12:3456::1]',
  'https://box.local',
  'null', // a page from a file
])('in development, a game from %s may connect', (origin) => {
  expect(originAllowed(origin, HOST, development)).toBe(true)
})

it.each([
  'https://evil.example',
  'https://localhost.evil.example',
  'https://127.0.0.1.evil.example',
  'https://192.168.1.20.evil.example',
  'https://evillocalhost',
  'https://notlocal',
  'http://172.15.0.1',
  'http://172.32.0.1',
  'http://11.0.0.1',
  'http://192.169.0.1',
  'https://[2001:db8::1]',
  'https://[::2]',
])('in development, a game from %s may not', (origin) => {
  expect(originAllowed(origin, HOST, development)).toBe(false)
})

it('knows a request from this machine, and one that a proxy on it passed on', () => {
  const from = (address: string | undefined, proxied = false) => isLoopbackCaller({ address, proxied })
  for (const address of ['127.0.0.1', '127.8.8.8', '::1']) expect(from(address), address).toBe(true)
  for (const address of ['10.0.0.1', 'fe80::1', '', undefined]) expect(from(address), address).toBe(false)
  expect(from('127.0.0.1', true)).toBe(false)
})

it('a join from a foreign page is refused, with the address of the page and what to do', async () => {
  await using server = await startTestServer({ rooms })
  for (const path of [JOIN, '/auth/guest', '/rooms']) {
    const method = path === '/rooms' ? 'GET' : 'POST'
    const response = await fetch(server.url + path, { method, headers: { origin: 'https://evil.example' } })
    expect(response.status, path).toBe(403)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    expect(await response.json()).toMatchObject({
      name: 'ORIGIN_REFUSED',
      error: expect.stringContaining('https://evil.example'),
      next: expect.stringContaining('allowedOrigins'),
    })
  }
  expect(server.server.status().rooms).toBe(0)
})

it('a join from an allowed page gets an answer which that page may read, and no other', async () => {
  await using server = await startTestServer({ rooms, allowedOrigins: ['https://friend.example'] })
  for (const origin of ['https://friend.example', 'http://localhost:5173', server.url, 'null']) {
    const response = await fetch(server.url + JOIN, { method: 'POST', headers: { origin } })
    expect(response.status, origin).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    expect(response.headers.get('vary')).toContain('Origin')
  }
})

it('an allowed page learns before its request what it may send; a foreign one learns nothing', async () => {
  await using server = await startTestServer({ rooms, allowedOrigins: ['https://friend.example'] })
  const preflight = (origin: string) => fetch(server.url + JOIN, { method: 'OPTIONS', headers: { origin } })
  const { status, headers } = await preflight('https://friend.example')
  expect(status).toBe(204)
  expect(headers.get('access-control-allow-origin')).toBe('https://friend.example')
  expect(headers.get('access-control-allow-headers')).toBe(
    'Content-Type, Authorization, x-fairground-protocol',
  )
  expect(headers.get('access-control-allow-methods')).toBe('GET, POST')
  const foreign = await preflight('https://evil.example')
  expect(foreign.status).toBe(403)
  expect(foreign.headers.get('access-control-allow-headers')).toBeNull()
})

it('[HT5] the SDK is for pages of any site, which may not join all the same', async () => {
  await using server = await startTestServer({ rooms })
  const headers = { Origin: 'https://evil.example' }
  const sdk = await fetch(`${server.url}/sdk/fairground-client.js`, { headers })
  expect(sdk.status).toBe(200)
  expect(sdk.headers.get('access-control-allow-origin')).toBe('*')
  expect(sdk.headers.get('access-control-allow-credentials')).toBe(null)
  expect((await fetch(`${server.url}/rooms`, { headers })).status).toBe(403)
})
