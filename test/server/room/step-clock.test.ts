import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { GameRoom, message } from '../../../server/index.ts'
import { runDueSteps } from '../../../server/room/step-clock.ts'
import { TickLoop } from '../../../server/room/tick-loop.ts'
import { seededRandom } from '../../../shared/random.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { takeSeat } from '../../raw-seat.ts'

const STEP_MS = 10

/** Keeps the whole process busy, as a long computation does. */
function hitch(ms: number): void {
  const untilMs = performance.now() + ms
  while (performance.now() < untilMs);
}

it('[TK8] loops of many rates each run as often as their rate says', () => {
  const random = seededRandom(8)
  const loops = Array.from({ length: 40 }, () => {
    const stepMs = 3 + random() * 40
    const counts = { steps: 0, skipped: 0, stepMs }
    const loop = new TickLoop({
      stepMs,
      onStep: () => counts.steps++,
      onSkip: (steps) => {
        counts.skipped += steps
      },
    })
    loop.start()
    return { loop, counts }
  })
  const startedMs = performance.now()
  // In one turn of the event loop: no timer fires meanwhile.
  while (performance.now() < startedMs + 400) runDueSteps()
  const tookMs = performance.now() - startedMs
  for (const { loop } of loops) loop.stop()
  for (const { counts } of loops) {
    const due = tookMs / counts.stepMs
    expect(counts.steps + counts.skipped).toBeGreaterThanOrEqual(Math.floor(due) - 2)
    expect(counts.steps + counts.skipped).toBeLessThanOrEqual(due + 1)
  }
  expect(loops.reduce((sum, { counts }) => sum + counts.steps, 0)).toBeGreaterThan(100)
})

it('[TK8] steps that take all the time there is leave half of it to the network', async () => {
  let steppedMs = 0
  const loop = new TickLoop({
    stepMs: STEP_MS,
    onStep: () => {
      hitch(3 * STEP_MS)
      steppedMs += 3 * STEP_MS
    },
    onSkip: () => {},
  })
  loop.start()
  const startedMs = performance.now()
  let frames = 0
  for (; performance.now() < startedMs + 1_000; frames++) runDueSteps()
  loop.stop()
  expect(steppedMs).toBeGreaterThan(100)
  expect(steppedMs).toBeLessThan(800)
  expect(frames).toBeGreaterThan(1_000)
  await nextTurn()
})

it('[TK8] one loop that fails stops no other one', () => {
  let steps = 0
  const failing = new TickLoop({
    stepMs: STEP_MS,
    onStep: () => {
      throw new Error('no step should')
    },
    onSkip: () => {},
  })
  const sound = new TickLoop({ stepMs: STEP_MS, onStep: () => steps++, onSkip: () => {} })
  failing.start()
  sound.start()
  const untilMs = performance.now() + 20 * STEP_MS
  let failures = 0
  while (performance.now() < untilMs) {
    try {
      runDueSteps()
    } catch {
      failures++
    }
  }
  failing.stop()
  sound.stop()
  expect(steps).toBeGreaterThan(5)
  expect(failures).toBe(1)
})

/** Notes in which turn of the event loop, and at which step, each message is handled and each player leaves. */
class BusyRoom extends GameRoom {
  override tickRateHz = 1000 / STEP_MS
  override maxClients = 100
  override reconnectHoldSeconds = 0
  override clientLimits = { messagesPerSecond: 1e4, messageBurst: 1e4 }
  readonly handled: { turn: number; tick: number }[] = []
  turn = 0
  override messages = {
    work: message(z.number(), (_client, ms) => this.#handle(ms)),
  }
  override onLeave() {
    this.#handle(3)
  }
  #handle(ms: number) {
    hitch(ms)
    this.handled.push({ turn: this.turn, tick: this.tick })
  }
}

/** Counts the turns of the event loop until what comes together was handled; looks at the fullest of them. */
async function fullestTurn(room: BusyRoom, count: number) {
  let counting = true
  void (async () => {
    for (; counting; room.turn++) await nextTurn()
  })()
  await eventually(() => expect(room.handled.length).toBe(count))
  counting = false
  const turns = Map.groupBy(room.handled, ({ turn }) => turn)
  return [...turns.values()].sort((a, b) => b.length - a.length)[0]!
}

it('[TK8] a step does not wait for all the messages that came together', async () => {
  await using server = await startTestServer({ rooms: { busy: BusyRoom }, ticks: 'real' })
  const ann = await server.connect().joinOrCreate('busy')
  // Sent in one turn, so that they are there together.
  for (let n = 0; n < 60; n++) ann.send('work', 2)
  const fullest = await fullestTurn(server.room('busy', ann), 60)
  expect(fullest.length, 'messages of one turn').toBeGreaterThan(15)
  expect(fullest.at(-1)!.tick - fullest[0]!.tick, 'steps meanwhile').toBeGreaterThan(1)
})

it('[TK8] a step does not wait for all the connections that end together', async () => {
  await using server = await startTestServer({ rooms: { busy: BusyRoom }, ticks: 'real' })
  const first = await server.connect().joinOrCreate('busy')
  const seats = await Promise.all(
    Array.from({ length: 40 }, () => takeSeat(server.url, `joinById/${first.id}`)),
  )
  for (const { socket } of seats) socket.terminate()
  const fullest = await fullestTurn(server.room('busy', first), 40)
  expect(fullest.length, 'connections of one turn').toBeGreaterThan(10)
  expect(fullest.at(-1)!.tick - fullest[0]!.tick, 'steps meanwhile').toBeGreaterThan(1)
})
