import { expect, it } from 'vitest'
import { GameRoom } from '../../server/index.ts'
import { startTestServer } from '../../testing/index.ts'
import { eventually } from '../eventually.ts'

// D17: with patchRate null set before setFixedTimestep, Colyseus leaves an interval behind that ticks the room's clock.
// It takes the time away from the simulation, which then runs at a quarter of its rate.

class BusyRoom extends GameRoom {
  override tickRateHz = 60
  clockTicks = 0
  steps = 0
  timer = 0
  override onCreate() {
    const tick = this.clock.tick.bind(this.clock)
    this.clock.tick = (...args) => {
      this.clockTicks++
      return tick(...args)
    }
    this.clock.setInterval(() => this.timer++, 1000 / 60)
  }
  override onTick() {
    this.steps++
  }
}

it('the clock of a room ticks with its steps and at no other time', async () => {
  await using server = await startTestServer({ rooms: { busy: BusyRoom }, ticks: 'real' })
  const room = server.room('busy', await server.connect().joinOrCreate('busy'))
  await eventually(() => expect(room.steps).toBeGreaterThan(40))
  expect(room.clockTicks).toBe(room.steps)
  expect(room.tick).toBe(room.steps)
  expect(room.timer).toBeGreaterThan(room.steps / 2)
})

it('no clock interval is left behind: rooms whose ticks are stepped by hand stand still in between', async () => {
  await using server = await startTestServer({ rooms: { busy: BusyRoom } })
  const client = await server.connect().joinOrCreate('busy')
  const room = server.room('busy', client)
  const intervals = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const before = intervals()
  await server.step(5, client)
  expect(room).toMatchObject({ steps: 5, clockTicks: 5 })
  expect(intervals()).toBeLessThanOrEqual(before)
})
