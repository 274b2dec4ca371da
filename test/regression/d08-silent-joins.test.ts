import { Room } from '@colyseus/core'
import { Client } from '@colyseus/sdk'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { connect } from '../../client-sdk/index.ts'
import { GameRoom } from '../../server/index.ts'
import type { WssClient } from '../../server/transport/wss-client.ts'
import { startTestServer } from '../../testing/index.ts'
import { eventually } from '../eventually.ts'
import { startPlainColyseus } from './plain-colyseus.ts'

// D8: a client that never acknowledges its join is sent nothing, and Colyseus keeps all its messages, for ever.

class ChatRoom extends GameRoom<{ events: { line: string } }> {}
class PlainChatRoom extends Room {}
const LINE = 'x'.repeat(1_000)

/** Takes a seat with a socket that says nothing. */
async function sit(client: Client, name: string, origin: string) {
  const { data } = await client.http.post(`/matchmake/joinOrCreate/${name}` as never, { body: {} } as never)
  const seat = data as unknown as { processId: string; roomId: string; sessionId: string }
  const socket = new WebSocket(`${origin}/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`)
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('message', resolve))
  return { ...seat, socket }
}

it('plain Colyseus: messages to a client that never acknowledges its join are kept without end', async () => {
  await using server = await startPlainColyseus(PlainChatRoom)
  const client = server.connect()
  const seat = await sit(client, 'room', server.url)
  const room = server.room(seat)
  for (let n = 0; n < 5_000; n++) room.broadcast('line', LINE)
  const { _enqueuedMessages: kept } = room.clients[0] as unknown as { _enqueuedMessages: Uint8Array[] }
  expect(kept.reduce((sum, frame) => sum + frame.byteLength, 0)).toBeGreaterThan(5_000_000)
  seat.socket.terminate()
})

it('[BP6] they are kept up to a limit, and its seat is free then', async () => {
  await using server = await startTestServer({ rooms: { chat: ChatRoom } })
  const origin = server.url.replace('https:', 'wss:')
  const seat = await sit(new Client(origin), 'chat', origin)
  const closed = new Promise<number>((resolve) => seat.socket.once('close', resolve))
  const room = server.room('chat', { id: seat.roomId })
  room.autoDispose = false
  const outlet = room.clients[0] as unknown as WssClient
  for (let n = 0; n < 5_000; n++) {
    room.broadcast('line', LINE)
    expect(outlet.queuedBytes).toBeLessThan((256 + 64) * 1024)
  }
  expect(await closed).toBe(4330)
  await eventually(() => expect(room.clients).toHaveLength(0))
})

it('[BP7] a join that is not acknowledged in time is over', async () => {
  await using server = await startTestServer({ rooms: { chat: ChatRoom }, limits: { joinAckMs: 300 } })
  const origin = server.url.replace('https:', 'wss:')
  const honest = await connect<(typeof server)['server']>(origin).joinOrCreate('chat')
  const seat = await sit(new Client(origin), 'chat', origin)
  expect(await new Promise<number>((resolve) => seat.socket.once('close', resolve))).toBe(4330)
  await eventually(() => expect(server.room('chat', honest).clients).toHaveLength(1))
  expect(honest.status).toBe('open')
})
