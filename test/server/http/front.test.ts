import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { GameRoom } from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'
import { YardRoom } from '../../client-sdk/yard-room.ts'

/** Remembers what it was opened with. */
class NotebookRoom extends GameRoom {
  override clientsMayCreate = true
  static opened: unknown[] = []
  override onCreate(options: unknown) {
    NotebookRoom.opened.push(options)
  }
}
const rooms = { yard: YardRoom, notebook: NotebookRoom }
const JOIN = '/matchmake/joinOrCreate/yard'

/** What the server answers to a request that no SDK would send. */
async function post(
  url: string,
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<{ status: number; name?: string; error?: string }> {
  const response = await fetch(url, { method: 'POST', body, headers })
  return { status: response.status, ...((await response.json()) as object) }
}

it('answers a join with a seat and its protocol version, and nobody keeps a copy', async () => {
  await using server = await startTestServer({ rooms })
  const response = await fetch(server.url + JOIN, { method: 'POST', body: '{"name":"Ann"}' })
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await response.json()).toMatchObject({ name: 'yard', fairground: 1, sessionId: expect.any(String) })
})

it.each(['{', '"text"', '7', '{"name": undefined}', '\u0000', "{'name':'Ann'}"])(
  'a body that is not a JSON object is refused: %j',
  async (body) => {
    await using server = await startTestServer({ rooms })
    const answer = await post(server.url + JOIN, body)
    expect(answer).toMatchObject({ status: 400, code: 400, name: 'REQUEST_MALFORMED' })
    expect(JSON.stringify(answer), 'no parser speaks').not.toMatch(/JSON at|token|position/)
    expect(server.server.status().rooms).toBe(0)
  },
)

it.each([
  ['long as sent', (text: string) => ({ body: text, headers: {} })],
  [
    'long once unpacked',
    (text: string) => ({ body: new Uint8Array(gzipSync(text)), headers: { 'content-encoding': 'gzip' } }),
  ],
])('a body is refused that is too %s', async (_what, pack) => {
  await using server = await startTestServer({ rooms, limits: { maxJoinBodyBytes: 2_000 } })
  const send = (chars: number) => {
    const { body, headers } = pack(JSON.stringify({ name: 'Ann', rest: 'x'.repeat(chars) }))
    return post(server.url + JOIN, body, headers as Record<string, string>)
  }
  expect(await send(1_900)).toMatchObject({ status: 200 })
  expect(await send(2_000)).toMatchObject({ status: 413, name: 'REQUEST_TOO_LARGE' })
  expect(await send(5_000_000)).toMatchObject({ status: 413, name: 'REQUEST_TOO_LARGE' })
})

it.each([
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'rot13' },
  { 'content-type': 'application/json; charset=klingon' },
])('a body in another packing than it says is refused: %j', async (headers) => {
  await using server = await startTestServer({ rooms })
  const answer = await post(server.url + JOIN, '{"name":"Ann"}', headers as unknown as Record<string, string>)
  expect(answer).toMatchObject({ status: 400, name: 'REQUEST_MALFORMED' })
})

it('keys that reach for prototypes never arrive', async () => {
  await using server = await startTestServer({ rooms })
  const evil = '{"polluted":"yes"}'
  const body = `{"a":{"__proto__":${evil},"b":[{"constructor":{"prototype":${evil}}}]},"__proto__":${evil},"prototype":1}`
  expect(await post(`${server.url}/matchmake/create/notebook`, body)).toMatchObject({ status: 200 })
  expect(NotebookRoom.opened.pop()).toEqual({ a: { b: [{}] } })
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

it.each([
  'setup',
  'gracefullyShutdown',
  '__proto__',
  'constructor',
  'toString',
  'createRoom',
  'x'.repeat(500),
])('nobody reaches anything of the matchmaker but the five ways to join: %s', async (method) => {
  await using server = await startTestServer({ rooms })
  const answer = await post(`${server.url}/matchmake/${method}/yard`, '{}')
  expect(answer).toMatchObject({ status: 400, name: 'REQUEST_MALFORMED' })
  expect(answer.error?.length).toBeLessThan(100)
  expect(await post(server.url + JOIN, '{"name":"Ann"}')).toMatchObject({ status: 200 })
})

it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', encodeURIComponent('../yard'), '%00'])(
  'no room is called %s',
  async (name) => {
    await using server = await startTestServer({ rooms })
    for (const method of ['joinOrCreate', 'create', 'join']) {
      const answer = await post(`${server.url}/matchmake/${method}/${name}`, '{}')
      expect(answer).toMatchObject({ status: 520, name: 'ROOM_UNKNOWN' })
    }
    const gone = await post(`${server.url}/matchmake/joinById/${name}`, '{}')
    expect(gone).toMatchObject({ status: 522, name: 'ROOM_NOT_FOUND' })
    const reconnect = await post(`${server.url}/matchmake/reconnect/${name}`, '{"reconnectionToken":"x"}')
    expect(reconnect.name).toMatch(/ROOM_NOT_FOUND|SEAT_EXPIRED/)
  },
)

it.each(['%', '%E0%A4%A', '%ff'])('a path with a broken escape (%s) is refused', async (broken) => {
  await using server = await startTestServer({ rooms })
  expect(await post(`${server.url}/matchmake/create/${broken}`, '{}')).toMatchObject({
    status: 400,
    name: 'REQUEST_MALFORMED',
  })
})

it.each([
  ['2', 422],
  ['', 422],
  ['one', 422],
  ['x'.repeat(5_000), 422],
  ['1', 200],
])('a client that speaks version %s gets an answer it understands', async (version, status) => {
  await using server = await startTestServer({ rooms })
  const answer = await post(server.url + JOIN, '{"name":"Ann"}', { 'x-fairground-protocol': version })
  expect(answer.status).toBe(status)
  if (status !== 422) return
  expect(answer).toMatchObject({ code: 4303, name: 'VERSION_MISMATCH', next: expect.any(String) })
  expect(answer.error).toMatch(/^The client speaks protocol version .{0,8}, this server version 1\.$/)
})

it.each(['/', '/nothing', '/matchmake', '/matchmake/create', '/sdk/', '/colyseus', '/admin', '/.git/config'])(
  'there is nothing at %s',
  async (path) => {
    await using server = await startTestServer({ rooms })
    const response = await fetch(server.url + path)
    expect(response.status).toBe(404)
    expect(await response.text()).toBe('Nothing here.\n')
  },
)

it('only this machine itself may read /metrics, and not through a proxy on it', async () => {
  await using server = await startTestServer({ rooms })
  const own = await fetch(`${server.url}/metrics`)
  expect(own.headers.get('content-type')).toContain('text/plain')
  expect(await own.text()).toContain('fairground_rooms')
  for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via'])
    expect((await fetch(`${server.url}/metrics`, { headers: { [name]: '127.0.0.1' } })).status).toBe(404)
})

it('/metrics is for everybody where the server was told so', async () => {
  await using server = await startTestServer({ rooms, metrics: 'open' })
  const proxied = await fetch(`${server.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.7' } })
  expect(proxied.status).toBe(200)
})
