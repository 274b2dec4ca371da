import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { CloseCode } from '@colyseus/core'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { YardRoom } from '../../client-sdk/yard-room.ts'
import { eventually } from '../../eventually.ts'

const rooms = { yard: YardRoom }
type Server = TestServer<typeof rooms>

// A test server survives stray errors by itself, as in production; here there must not be any.
const stray = vi.fn()
beforeEach(() => {
  process.on('uncaughtException', stray)
  process.on('unhandledRejection', stray)
})
afterEach(() => {
  process.off('uncaughtException', stray)
  process.off('unhandledRejection', stray)
  expect(stray).not.toHaveBeenCalled()
})

const HANDSHAKE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

async function dial(server: Server): Promise<TLSSocket> {
  const { port } = server.server.address!
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost' })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'secureConnect')
  return socket
}

/** Asks for a WebSocket with exactly these bytes; the status of the answer, which ends there unless it is 101. */
async function upgrade(server: Server, target: string, headers: Record<string, string> = {}) {
  const socket = await dial(server)
  const host = `localhost:${server.server.address!.port}`
  const lines = Object.entries({ Host: host, ...HANDSHAKE, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  socket.write(`GET ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer.toString('latin1'))?.[1])
  if (status !== 101) await once(socket, 'close')
  return status
}

async function stillPlays(server: Server): Promise<void> {
  const room = await server.connect().joinOrCreate('yard')
  expect(await room.request('double', 2)).toEqual({ doubled: 4 })
  await room.leave()
}

it.each([
  '*',
  '*:99999',
  'localhost:99999',
  '//',
  '//:99999',
  '//evil.example/x',
  '/%',
  '/%E0%A4%A/room',
  '/process',
  '/process/room/more',
  '/process/room/',
  '/process//room',
  '/process/ro%00om',
  '/\\evil.example',
  '/healthz',
  'https://localhost/process/room',
])('asking %s for a WebSocket is refused, and everybody plays on', async (target) => {
  await using server = await startTestServer({ rooms })
  expect(await upgrade(server, target)).toBe(400)
  await stillPlays(server)
})

it.each([8_000, 100_000])('a target of %d characters is refused, and everybody plays on', async (length) => {
  await using server = await startTestServer({ rooms })
  // Node hangs up on the longest while they are still being sent.
  const status = await upgrade(server, `/${'x'.repeat(length)}`).catch(({ code }: { code: string }) => code)
  expect([400, 431, 'ECONNRESET', 'EPIPE']).toContain(status)
  await stillPlays(server)
})

it.each([
  ['another upgrade', { Upgrade: 'h2c' }],
  ['no key', { 'Sec-WebSocket-Key': '' }],
  ['a key that is none', { 'Sec-WebSocket-Key': 'short' }],
  ['an old version', { 'Sec-WebSocket-Version': '7' }],
  ['a protocol list that is none', { 'Sec-WebSocket-Protocol': ',,' }],
])('a handshake with %s is refused, and everybody plays on', async (_what, headers) => {
  await using server = await startTestServer({ rooms })
  const status = await upgrade(server, '/', headers as unknown as Record<string, string>)
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
  await stillPlays(server)
})

it('a foreign page gets no WebSocket, not even with a seat', async () => {
  await using server = await startTestServer({ rooms, allowedOrigins: ['https://friend.example'] })
  const response = await fetch(`${server.url}/matchmake/joinOrCreate/yard`, { method: 'POST' })
  const seat = (await response.json()) as { processId: string; roomId: string; sessionId: string }
  const target = `/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`
  for (const Origin of ['https://evil.example', 'https://localhost.evil.example', '', 'nonsense'])
    expect(await upgrade(server, target, { Origin }), Origin).toBe(403)
  expect(await upgrade(server, target, { Origin: 'https://friend.example' })).toBe(101)
  await eventually(() => expect(server.server.status().clients).toBe(1))
})

it.each(['http://localhost:5173', 'null'])('a page from %s gets one in development', async (Origin) => {
  await using server = await startTestServer({ rooms })
  expect(await upgrade(server, '/', { Origin })).toBe(101)
})

it.each(['nobody', '__proto__', 'constructor', 'toString', '%00', 'x'.repeat(99)])(
  'there is no seat for session %s: a number says so, and the room plays on',
  async (sessionId) => {
    await using server = await startTestServer({ rooms })
    const room = await server.connect().joinOrCreate('yard')
    for (const query of [`sessionId=${sessionId}`, `sessionId=${sessionId}&reconnectionToken=${sessionId}`]) {
      const socket = new WebSocket(`${server.url.replace('https', 'wss')}/process/${room.id}?${query}`)
      const frames: Buffer[] = []
      socket.on('message', (frame: Buffer) => frames.push(frame))
      const [code] = await once(socket, 'close')
      expect([CloseCode.WITH_ERROR, CloseCode.FAILED_TO_RECONNECT]).toContain(code)
      expect(Buffer.concat(frames).toString(), 'no internal text').not.toMatch(
        /undefined|iterable|function|TypeError/,
      )
    }
    expect(server.room('yard', room).clients).toHaveLength(1)
    expect(await room.request('double', 2)).toEqual({ doubled: 4 })
  },
)

it('there is no room of another name: a number says so', async () => {
  await using server = await startTestServer({ rooms })
  for (const roomId of ['nowhere', '__proto__', 'constructor']) {
    const socket = new WebSocket(`${server.url.replace('https', 'wss')}/process/${roomId}?sessionId=x`)
    const [code] = await once(socket, 'close')
    expect(code, roomId).toBe(CloseCode.WITH_ERROR)
  }
  await stillPlays(server)
})

it('who hangs up in the middle of a handshake harms nobody', async () => {
  await using server = await startTestServer({ rooms })
  const opening = 'GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
  for (const part of ['GET / HT', opening, `${opening}\r\n`, '\r\n\0\0\0', '\x16\x03\x01']) {
    const socket = await dial(server)
    socket.write(part, () => socket.destroy())
    await once(socket, 'close')
  }
  await stillPlays(server)
})
