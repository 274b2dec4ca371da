import { Protocol } from '@colyseus/core'
import { afterAll, beforeAll, expect } from 'vitest'
import { z } from 'zod'
import { GameRoom, request } from '../../../server/index.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { type RawWebSocket, upgrade } from './raw-websocket.ts'

// What the tests of RFC 6455 share: a room that tells how long a text is, a player in it who is answered throughout, and
// connections made by hand.

class LengthRoom extends GameRoom {
  override requests = { length: request(z.string(), (_client, text) => text.length) }
}
const rooms = { length: LengthRoom }
export let server: TestServer<typeof rooms>
export let ask: () => Promise<number>

beforeAll(async () => {
  server = await startTestServer({
    rooms,
    limits: { maxMessageBytes: 100_000, controlFrameBurst: 1e6, kicksToBan: 1e6 },
  })
  const player = await server.connect().joinOrCreate('length')
  ask = () => player.request('length', 'still here')
})
afterAll(() => server.close())

export const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
export const HEADERS = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${KEY}`,
]

export async function target(): Promise<URL> {
  const response = await fetch(`${server.url}/matchmake/joinOrCreate/length`, { method: 'POST', body: '{}' })
  const { processId, roomId, sessionId } = (await response.json()) as Record<string, string>
  return new URL(`/${processId}/${roomId}?sessionId=${sessionId}`, server.url)
}

export async function open(): Promise<RawWebSocket> {
  const url = await target()
  const { head, socket } = await upgrade(url, [`GET ${url.pathname}${url.search} HTTP/1.1`, ...HEADERS])
  expect(head).toMatch(/^HTTP\/1\.1 101 /)
  if (!socket) throw new Error(head)
  expect((await socket.next(2))[0]).toBe(Protocol.JOIN_ROOM)
  socket.send({ payload: new Uint8Array([Protocol.JOIN_ROOM]) })
  return socket
}

let requestId = 0
/** A request whose frame is so many bytes long, and the number that the room answers with. */
export function requestOf(bytes: number): { id: number; payload: Buffer; length: number } {
  const id = requestId++ % 100
  const head = [Protocol.ROOM_REQUEST, id, 0xa6, ...Buffer.from('length')]
  const length = bytes - head.length - 5
  const claim = Buffer.alloc(5)
  claim[0] = 0xdb
  claim.writeUInt32BE(length, 1)
  return { id, length, payload: Buffer.concat([Buffer.from(head), claim, Buffer.alloc(length, 'x')]) }
}

/** The number in the reply to that request. */
export async function replyTo(socket: RawWebSocket, id: number): Promise<number> {
  for (;;) {
    const frame = await socket.next(2)
    if (frame[0] !== Protocol.ROOM_RESPONSE || frame[1] !== id) continue
    expect(frame[2]).toBe(0)
    const value = frame.subarray(3)
    if (value[0]! < 0x80) return value[0]!
    return value[0] === 0xcc ? value[1]! : value[0] === 0xcd ? value.readUInt16BE(1) : value.readUInt32BE(1)
  }
}

export async function expectAnswered(socket: RawWebSocket): Promise<void> {
  const { id, payload, length } = requestOf(40)
  socket.send({ payload })
  expect(await replyTo(socket, id)).toBe(length)
  expect(await ask()).toBe(10)
}
