import type { Duplex } from 'node:stream'
import { Protocol } from '@colyseus/core'
import { expect, it } from 'vitest'
import { GameRoom } from '../../../server/index.ts'
import { schema, t } from '../../../shared/schema.ts'
import { startTestServer } from '../../../testing/index.ts'
import { takeSeat } from '../../raw-seat.ts'

const BellState = schema({ tick: t.uint32().default(0) }, 'BellState')

/** A tick tells by a message, by the state, and by a message after it. */
class BellRoom extends GameRoom<{
  state: InstanceType<typeof BellState>
  events: { rang: number; told: number }
}> {
  override state = new BellState()
  override onTick() {
    for (let n = 0; n < 3; n++) this.broadcast('rang', n)
    this.state.tick++
    this.broadcast('told', this.state.tick, { afterNextPatch: true })
  }
}

it('[BP11] what a tick sends a client arrives in one piece, in order', async () => {
  await using server = await startTestServer({ rooms: { bell: BellRoom } })
  const seat = await takeSeat(server.url, 'joinOrCreate/bell')
  await seat.heard()
  const pieces: Buffer[] = []
  const codes: number[] = []
  seat.stream.on('data', (piece: Buffer) => pieces.push(piece))
  seat.socket.on('message', (frame: Buffer) => codes.push(frame[0]!))
  server.server.stepRooms(1)
  await seat.heard()
  const { ROOM_DATA, ROOM_STATE_PATCH, PING } = Protocol
  expect(codes).toEqual([ROOM_DATA, ROOM_DATA, ROOM_DATA, ROOM_STATE_PATCH, ROOM_DATA, PING])
  expect(pieces, 'the tick, and the answer to our ping').toHaveLength(2)
})

it('[BP2] what a room tells all of its clients, by state or by message, is framed once for all of them', async () => {
  await using server = await startTestServer({ rooms: { bell: BellRoom } })
  const first = await server.connect().joinOrCreate('bell')
  const others = await Promise.all([1, 2, 3].map(() => server.connect().joinById('bell', first.id)))
  const room = server.room('bell', first)
  await server.step(1, first, ...others)
  /** Every piece that is handed to a client's connection, by client. */
  const pieces = room.clients.map(({ ref }) => {
    const line = (ref as unknown as { _socket: Duplex })._socket
    const write = line.write.bind(line) as Duplex['write']
    const written: unknown[] = []
    line.write = ((piece: unknown, ...rest: never[]) => {
      written.push(piece)
      return write(piece, ...rest)
    }) as never
    return written
  })
  server.server.stepRooms(1)
  const [one, ...rest] = pieces.map((written) => [...written])
  expect(one).toHaveLength(5)
  for (const other of rest) {
    expect(other).toHaveLength(5)
    for (const [at, piece] of other.entries()) expect(piece, `piece ${at}`).toBe(one![at])
  }
  await server.step(1, first, ...others)
  for (const { state } of [first, ...others]) expect(state.tick).toBe(room.state.tick)
})
