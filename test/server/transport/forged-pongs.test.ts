import { Protocol } from '@colyseus/core'
import { expect, it } from 'vitest'
import { GameRoom } from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { takeSeat } from '../../raw-seat.ts'

const LINE = 'x'.repeat(500)
const LINES = 12

class ReadingRoom extends GameRoom<{ events: { line: string } }> {
  override onTick() {
    if (this.tick < LINES) this.broadcast('line', LINE)
  }
}

it('[BP3] pongs that answer nothing neither stand for a client that has not read nor keep it from being asked', async () => {
  const limits = { maxInFlightBytes: 1_200, drainMs: 60_000 }
  await using server = await startTestServer({ rooms: { reading: ReadingRoom }, limits })
  const seat = await takeSeat(server.url, 'joinOrCreate/reading', { autoPong: false })
  const { socket } = seat
  let lines = 0
  let pings = 0
  let answers = false
  socket.on('message', (frame: Buffer) => {
    if (frame[0] === Protocol.ROOM_DATA) lines++
  })
  socket.on('ping', (data: Buffer) => {
    pings++
    socket.pong(Buffer.from([1, 2, 3, 4]))
    if (answers) socket.pong(data)
  })
  server.server.stepRooms(LINES)
  await eventually(() => expect(pings).toBeGreaterThan(0))
  expect(lines).toBeLessThan(LINES)
  answers = true
  for (let n = 0; n < 4; n++) socket.pong(Buffer.alloc(4, n))
  await eventually(() => expect(lines).toBe(LINES))
  await seat.heard()
})
