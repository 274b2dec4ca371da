import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { netcode } from '../../client-sdk/netcode.ts'
import { startTestServer } from '../../testing/index.ts'
import { eventually } from '../eventually.ts'
import { Runner, TrackRoom } from './track-room.ts'

/** Moves a runner of its own by one metre a tick, and turns it. */
class ParadeRoom extends TrackRoom {
  override onTick() {
    const lead = this.state.runners.get('lead') ?? new Runner()
    lead.x += 1
    lead.facing = (lead.facing + 0.1) % (2 * Math.PI)
    this.state.runners.set('lead', lead)
  }
}
const rooms = { parade: ParadeRoom }

it('draws others a moment ago, between the snapshots, without jumps', async () => {
  await using server = await startTestServer({ rooms, ticks: 'real' })
  const room = await server.connect().joinOrCreate('parade')
  const play = netcode(room, { interpolationDelayMs: 100 })
  const stop = play.interpolate('runners', ['x'], { angles: ['facing'], snap: 50 })
  const lead = await eventually(() => room.state.runners.get('lead') ?? expect.unreachable())
  const drawn: number[] = []
  const behind: number[] = []
  await eventually(async () => {
    play.frame(performance.now(), () => {})
    drawn.push(play.value(lead, 'x'))
    behind.push(lead.x - drawn.at(-1)!)
    expect(drawn.at(-1)! - drawn[0]!).toBeGreaterThan(12)
  })
  for (const [i, x] of drawn.entries()) expect(x).toBeGreaterThanOrEqual((drawn[i - 1] ?? 0) - 1e-6)
  expect(drawn.filter((x) => Math.abs(x - Math.round(x)) > 0.05).length, 'between ticks').toBeGreaterThan(5)
  const late = behind.slice(-20)
  expect(Math.max(...late)).toBeGreaterThan(0.5)
  expect(Math.max(...late)).toBeLessThan(8)
  expect(play.clock.serverNowMs).toBeGreaterThan(0)
  expect(play.clock.jitterMs).toBeGreaterThanOrEqual(0)
  stop()
  await wait(0)
  expect(play.value(lead, 'x')).toBe(lead.x)
})

it('measures the round trip of an input', async () => {
  await using server = await startTestServer({ rooms: { track: TrackRoom }, ticks: 'real' })
  const room = await server.connect().joinOrCreate('track')
  const play = netcode(room)
  const runner = await eventually(() => room.state.runners.get(room.sessionId) ?? expect.unreachable())
  play.predict(runner, { fields: ['x'], step: () => {} })
  await eventually(() => {
    play.frame(performance.now(), () => {})
    expect(play.clock.roundTripMs).toBeGreaterThan(0)
  })
  expect(play.clock.roundTripMs).toBeLessThan(5_000)
})
