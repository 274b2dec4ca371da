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
