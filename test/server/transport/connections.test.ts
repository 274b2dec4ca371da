import { type EventEmitter, once } from 'node:events'
import type { Writable } from 'node:stream'
import { Protocol } from '@colyseus/core'
import { beforeEach, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { wireOf } from '../../../client-sdk/room.ts'
import { type Client, GameRoom, message, request } from '../../../server/index.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'

beforeEach(() => {
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
})

/** Says how long a text is, and sends people away with one. */
class HallRoom extends GameRoom {
  readonly drops: (number | undefined)[] = []
  readonly heard: string[] = []
  override messages = {
    leave: message(z.string(), (client, reason) => client.leave(4002, reason)),
    say: message(z.string(), (_client, text) => void this.heard.push(text)),
  }
  override requests = { length: request(z.string(), (_client, text) => text.length) }
  override onDrop(_client: Client, code?: number) {
    this.drops.push(code)
  }
}
const rooms = { hall: HallRoom }
type Server = TestServer<typeof rooms>

/** A second player in the first one's room, who notices nothing of it. */
async function pair(server: Server) {
  const [ann, ben] = [
    await server.connect().joinOrCreate('hall'),
    await server.connect().joinOrCreate('hall'),
  ]
  const closeCodes: number[] = []
  wireOf(ann).onLeave((code) => void closeCodes.push(code))
  return { ann, ben, closeCodes, running: server.room('hall', ann) }
}

/** Opens a socket of its own for a reserved seat, below the SDK. */
async function openRaw(server: Server, options: object) {
  const response = await fetch(`${server.url}/matchmake/joinOrCreate/hall`, { method: 'POST' })
  const { processId, roomId, sessionId } = (await response.json()) as Record<string, string>
  const url = `${server.url.replace('https', 'wss')}/${processId}/${roomId}?sessionId=${sessionId}`
  const socket = new WebSocket(url, options)
  await once(socket, 'message')
  return { socket, room: server.room('hall', { id: roomId! }) }
}

it('[MS7] a frame as large as allowed arrives, a larger one ends its connection with 1009', async () => {
  await using server = await startTestServer({ rooms, limits: { maxMessageBytes: 1_000 } })
  const { ann, ben, closeCodes, running } = await pair(server)
  const reasons: (string | undefined)[] = []
  ann.onStatus((_status, reason) => void reasons.push(reason?.code))
  expect(await ann.request('length', 'x'.repeat(980))).toBe(980)
  const lost = ann.request('length', 'x'.repeat(1_000))
  await expect(lost).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  expect(closeCodes).toEqual([1009])
  expect(reasons, 'the client says why').toEqual(['MESSAGE_TOO_LARGE'])
  await eventually(() => expect(running.clients).toHaveLength(1))
  expect(await ben.request('length', 'hello')).toBe(5)
  expect(ben.status).toBe('open')
})

it('[MS7] frames are as large in pieces as in one', async () => {
  await using server = await startTestServer({ rooms, limits: { maxMessageBytes: 1_000 } })
  const { ben } = await pair(server)
  const { socket } = await openRaw(server, {})
  const closed = once(socket, 'close')
  for (let piece = 0; piece < 20; piece++) socket.send(Buffer.alloc(100), { fin: false })
  expect((await closed)[0]).toBe(1009)
  expect(await ben.request('length', 'hello')).toBe(5)
})

it('[MS9] a reason of any length is cut between characters to what a close frame holds', async () => {
  await using server = await startTestServer({ rooms })
  for (const [reason, told] of [
    ['x'.repeat(123), 'x'.repeat(123)],
    ['x'.repeat(124), 'x'.repeat(123)],
    ['x'.repeat(5_000), 'x'.repeat(123)],
    [`x${'ä'.repeat(100)}`, `x${'ä'.repeat(61)}`],
    ['€'.repeat(100), '€'.repeat(41)],
    [`x${'🎪'.repeat(100)}`, `x${'🎪'.repeat(30)}`],
    ['', ERROR_WITHOUT_REASON],
  ] as const) {
    const room = await server.connect().joinOrCreate('hall')
    const ended = new Promise((resolve) => {
      room.onStatus((_status, error) => resolve(error))
    })
    room.send('leave', reason)
    expect(await ended).toMatchObject({ code: 'KICKED', message: told })
  }
})
const ERROR_WITHOUT_REASON = 'The server ended this session.'

it('[SE5] a connection that answers no pings is broken; one that does is not', async () => {
  await using server = await startTestServer({ rooms, limits: { pingIntervalMs: 50, pingMisses: 2 } })
  const { ann, ben, running } = await pair(server)
  const { socket, room } = await openRaw(server, { autoPong: false })
  expect(room).toBe(running)
  const pings = vi.fn()
  socket.on('ping', pings)
  await once(socket, 'close')
  expect(pings).toHaveBeenCalledTimes(2)
  await eventually(() => expect(running.drops).toEqual([1006]))
  expect([ann.status, ben.status]).toEqual(['open', 'open'])
  expect(running.clients).toHaveLength(2)
})

it('who is sent away is no longer listened to, also when its program does not go', async () => {
  await using server = await startTestServer({ rooms })
  const { running } = await pair(server)
  const { socket } = await openRaw(server, {})
  const { _receiver, _socket } = socket as unknown as { _receiver: EventEmitter; _socket: Writable }
  const frameOf = (type: string, text: string) =>
    Buffer.concat([
      Buffer.from([Protocol.ROOM_DATA, 0xa0 + type.length]),
      Buffer.from(type),
      Buffer.from([0xa0 + text.length]),
      Buffer.from(text),
    ])
  socket.send(new Uint8Array([Protocol.JOIN_ROOM]))
  socket.send(frameOf('say', 'hello'))
  await eventually(() => expect(running.heard).toEqual(['hello']))
  _receiver.removeAllListeners('conclude')
  const dismissed = once(_receiver, 'conclude')
  socket.send(frameOf('leave', 'go'))
  await dismissed
  socket.send(frameOf('say', 'I am still here'), () => _socket.destroy())
  await eventually(() => expect(running.clients).toHaveLength(2))
  expect(running.heard).toEqual(['hello'])
})

it('text frames are no messages: they end at most the connection of their sender', async () => {
  await using server = await startTestServer({ rooms })
  const { ben } = await pair(server)
  const { socket } = await openRaw(server, {})
  for (const text of ['', 'hello', '{"type":"leave"}', '\u000d\u00a5leave']) socket.send(text)
  expect(await ben.request('length', 'hello')).toBe(5)
  expect(ben.status).toBe('open')
})

it('a connection that breaks the rules of WebSockets ends alone', async () => {
  await using server = await startTestServer({ rooms, limits: { kicksToBan: 1e6 } })
  const { ann, ben } = await pair(server)
  for (const bytes of [
    [0x83, 0x80, 0, 0, 0, 0], // an opcode that does not exist
    [0x82, 0x01, 0x00], // not masked
    [0xc2, 0x80, 0, 0, 0, 0], // a bit of an extension nobody agreed on
    [0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], // longer than there are bytes in the world
    [0x88, 0x81, 0, 0, 0, 0, 0x03], // half a close code
    [0x80, 0x80, 0, 0, 0, 0], // the rest of nothing
  ]) {
    const { socket } = await openRaw(server, {})
    const closed = once(socket, 'close')
    ;(socket as unknown as { _socket: NodeJS.WritableStream })._socket.write(Buffer.from(bytes))
    await closed
  }
  expect(await ann.request('length', 'hello')).toBe(5)
  expect([ann.status, ben.status]).toEqual(['open', 'open'])
})

it('a probe of the latency is answered without a seat, and does not stay', async () => {
  await using server = await startTestServer({ rooms })
  const socket = new WebSocket(server.url.replace('https', 'wss'))
  await once(socket, 'open')
  socket.send(new Uint8Array([1]))
  expect(await once(socket, 'message')).toBeDefined()
  expect((await once(socket, 'close'))[0]).toBe(1000)
  expect(server.server.status()).toMatchObject({ rooms: 0, clients: 0 })
})
