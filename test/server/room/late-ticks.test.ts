import { expect, it } from 'vitest'
import { GameRoom } from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { notebook } from './faulty-rooms.ts'

const STEP_MS = 20

class WatchRoom extends GameRoom {
  override tickRateHz = 1000 / STEP_MS
  override patchEveryTicks = 2
  readonly ran: string[] = []
  /** When each step ran, on the monotonic clock. */
  readonly stepsMs: number[] = []

  override onCreate(): void | Promise<void> {
    this.clock.setTimeout(() => this.ran.push('timer'), STEP_MS)
  }
  override onTick() {
    this.ran.push('tick')
    this.stepsMs.push(performance.now())
  }
  override onBeforePatch() {
    this.ran.push('patch')
  }
}

let opened = Promise.withResolvers<void>()

/** Is long in opening. */
class SlowStartRoom extends WatchRoom {
  override async onCreate() {
    super.onCreate()
    await opened.promise
  }
}
const rooms = { watch: WatchRoom, slow: SlowStartRoom }

/** Keeps the whole process busy, as a long computation does. */
function hitch(ms: number): void {
  const untilMs = performance.now() + ms
  while (performance.now() < untilMs);
}

it('[TK1] a step runs the due timers, then onTick, then every n-th time a patch', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('watch')
  await server.step(4, room)
  expect(server.room('watch', room).ran).toEqual(['timer', 'tick', 'tick', 'patch', 'tick', 'tick', 'patch'])
})

it('[TK4] after a hitch five steps are made up for, and the others are skipped, counted and told once', async () => {
  const { log, lines } = notebook('warn')
  await using server = await startTestServer({ rooms, ticks: 'real', log })
  const running = server.room('watch', await server.connect().joinOrCreate('watch'))
  await eventually(() => expect(running.tick).toBeGreaterThan(3))
  const before = running.tick
  hitch(50 * STEP_MS)
  const overMs = performance.now()
  await eventually(() => expect(running.tick).toBeGreaterThan(before + 10))
  const atOnce = running.stepsMs.slice(before).filter((ms) => ms < overMs + STEP_MS / 2)
  expect(atOnce.length).toBeGreaterThanOrEqual(5)
  // Five, and those that are due by now on a machine that hesitates itself; never the fifty.
  expect(atOnce.length).toBeLessThanOrEqual(15)
  expect(running.stepsMs, 'no step is numbered that did not run').toHaveLength(running.tick)
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  const skipped = Number(/^fairground_ticks_skipped_total\{room="watch"\} (\d+)$/m.exec(metrics)?.[1])
  expect(skipped).toBeGreaterThanOrEqual(35)
  hitch(20 * STEP_MS)
  const late = running.tick
  await eventually(() => expect(running.tick).toBeGreaterThan(late + 5))
  const told = lines.filter(({ msg }) => msg === 'watch is late')
  expect(told).toMatchObject([{ room: 'watch', roomId: running.roomId, stepMs: STEP_MS }])
})

it('[TK3] steps keep their rate: a late one does not delay those after it', async () => {
  await using server = await startTestServer({ rooms, ticks: 'real' })
  const running = server.room('watch', await server.connect().joinOrCreate('watch'))
  await eventually(() => expect(running.tick).toBeGreaterThan(0))
  const [startMs, start] = [running.stepsMs.at(-1)!, running.tick]
  for (let count = 0; count < 20; count++) {
    const tick = running.tick
    hitch(STEP_MS * 0.6)
    await eventually(() => expect(running.tick).toBeGreaterThan(tick))
  }
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  const skipped = Number(/^fairground_ticks_skipped_total\{room="watch"\} (\d+)$/m.exec(metrics)?.[1] ?? 0)
  const elapsedSteps = (running.stepsMs.at(-1)! - startMs) / STEP_MS
  expect(Math.abs(running.tick - start + skipped - elapsedSteps)).toBeLessThan(5)
})

it('[TK5] the first step follows onCreate, and its number is 0', async () => {
  opened = Promise.withResolvers()
  await using server = await startTestServer({ rooms })
  const other = await server.connect().joinOrCreate('watch')
  const joining = server.connect().joinOrCreate('slow')
  await server.step(3, other)
  opened.resolve()
  const room = await joining
  const running = server.room('slow', room)
  expect(running.tick).toBe(0)
  expect(running.ran).toEqual([])
  await server.step(1, room, other)
  expect(running.ran).toEqual(['timer', 'tick'])
  expect(running.tick).toBe(1)
})
