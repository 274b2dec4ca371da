import { performance } from 'node:perf_hooks'
import { EARLY_MS, keepRunning, type Recurring } from './step-clock.ts'

/** Steps run at once after a hitch; what is missing beyond them is skipped, so that a slow tick cannot spiral. */
const MAX_CATCH_UP_STEPS = 5

export interface TickLoopOptions {
  /** Length of a step in milliseconds. */
  stepMs: number
  /** Runs one step; must not throw. */
  onStep(): void
  /** Told how many steps were skipped after a hitch. */
  onSkip(steps: number): void
}

/**
 * A fixed-step loop on the monotonic clock: a jump of the wall clock neither stops nor hurries it. Each wait aims at
 * the next step's due time, so rounding of timers does not add up.
 */
export class TickLoop implements Recurring {
  dueMs = 0
  #stopped = false

  readonly #options: TickLoopOptions

  constructor(options: TickLoopOptions) {
    this.#options = options
  }

  start(): void {
    this.dueMs = performance.now() + this.#options.stepMs
    keepRunning(this)
  }

  stop(): void {
    this.#stopped = true
  }

  run(): boolean {
    if (this.#stopped) return false
    const { stepMs, onStep, onSkip } = this.#options
    for (let steps = 0; steps < MAX_CATCH_UP_STEPS && performance.now() >= this.dueMs - EARLY_MS; steps++) {
      this.dueMs += stepMs
      onStep()
      if (this.#stopped) return false // the step closed the room
    }
    const behind = Math.floor((performance.now() - this.dueMs) / stepMs)
    if (behind > 0) {
      this.dueMs += behind * stepMs
      onSkip(behind)
    }
    return true
  }
}
