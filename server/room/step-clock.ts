import { performance } from 'node:perf_hooks'

/** Timers know whole milliseconds only: what is due in less than this, in milliseconds, runs now. */
export const EARLY_MS = 0.5

/** Something that runs over and over. */
export interface Recurring {
  /** When it is to run next, in milliseconds of the monotonic clock. Changed by its own `run` only. */
  readonly dueMs: number
  /** Must not throw. @returns whether it is to run again */
  run(): boolean
}

/** What is to run, the next one first: a binary heap. */
const waiting: Recurring[] = []
let timer: NodeJS.Timeout | undefined
let running = false
let restUntilMs = 0

/** From now on it runs whenever it is due. */
export function keepRunning(recurring: Recurring): void {
  put(recurring)
  // What runs now sees to the timer when it is over.
  if (!running) arm()
}

/**
 * Runs the steps that are due; for whoever takes in what came from the network, before anything else is done with it.
 * The event loop looks at its timers once a turn, and a flood makes turns long: so no step waits for more than one of
 * the frames, requests and connections that came with it. Where steps themselves take all the time there is, half of it
 * is left to the network.
 */
export function runDueSteps(): void {
  const next = waiting[0]
  if (running || next === undefined) return
  const nowMs = performance.now()
  if (next.dueMs - EARLY_MS <= nowMs && restUntilMs <= nowMs) run(nowMs)
}

function run(nowMs: number): void {
  running = true
  const due: Recurring[] = []
  while (waiting.length > 0 && waiting[0]!.dueMs - EARLY_MS <= nowMs) due.push(takeFirst())
  let at = 0
  try {
    while (at < due.length) {
      const one = due[at++]!
      if (one.run()) put(one)
    }
  } finally {
    // One that fails all the same stops nobody else's.
    for (const one of due.slice(at)) put(one)
    running = false
    restUntilMs = performance.now() * 2 - nowMs
    arm()
  }
}

/** One timer for all: the next one's. */
function arm(): void {
  clearTimeout(timer)
  const next = waiting[0]
  timer = next && setTimeout(() => run(performance.now()), Math.max(0, next.dueMs - performance.now()))
}

function put(recurring: Recurring): void {
  let at = waiting.length
  while (at > 0) {
    const above = (at - 1) >> 1
    if (waiting[above]!.dueMs <= recurring.dueMs) break
    waiting[at] = waiting[above]!
    at = above
  }
  waiting[at] = recurring
}

function takeFirst(): Recurring {
  const first = waiting[0]!
  const last = waiting.pop()!
  if (first === last) return first
  let at = 0
  for (;;) {
    let below = at * 2 + 1
    if (below + 1 < waiting.length && waiting[below + 1]!.dueMs < waiting[below]!.dueMs) below++
    if (below >= waiting.length || last.dueMs <= waiting[below]!.dueMs) break
    waiting[at] = waiting[below]!
    at = below
  }
  waiting[at] = last
  return first
}
