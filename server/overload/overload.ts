import { FairgroundError } from '../../shared/errors.ts'
import type { Limits } from '../limits.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { LoadLevel } from './load-level.ts'

/** Time between two looks at the event loop, in milliseconds. */
const LOOK_MS = 1_000
/** Time after which a refused client may ask again, in milliseconds, on average. */
const RETRY_AFTER_MS = 5_000
/** Patches a second that a room goes on sending, however high the load. */
const LEAST_PATCHES_PER_SECOND = 5

/** What a room asks about the load. */
export interface PatchPace {
  /**
   * Steps from one patch to the next, while that is more than the room wants.
   *
   * @param everyTicks what the room wants
   */
  patchEveryTicks(everyTicks: number, tickRateHz: number): number
}

export interface OverloadOptions {
  readonly limits: Limits
  readonly log: Logger
  readonly metrics: Metrics
}

/**
 * Keeps running matches playable when the process has more to do than it can: first nobody new is let in, then state
 * goes out more rarely. The simulation keeps its pace. Nothing is shed for a single hitch.
 */
export class Overload implements PatchPace {
  readonly #options: OverloadOptions
  readonly #level = new LoadLevel()
  #timer: NodeJS.Timeout | undefined

  constructor(options: OverloadOptions) {
    this.#options = options
  }

  /** Begins to look. */
  start(): void {
    this.#options.metrics.takeLoopDelayMs()
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  get busy(): boolean {
    return this.#level.value > 0
  }

  /** @throws FairgroundError SERVER_BUSY; who was here may come back, for that match runs */
  refuseJoin(method: string): void {
    if (!this.busy || method === 'reconnect') return
    // Not all at the same moment.
    const retryAfterMs = Math.round(RETRY_AFTER_MS * (0.5 + Math.random()))
    throw new FairgroundError('SERVER_BUSY', { retryAfterMs })
  }

  patchEveryTicks(everyTicks: number, tickRateHz: number): number {
    const rarer = everyTicks * Math.max(1, this.#level.value)
    return Math.max(everyTicks, Math.min(rarer, Math.floor(tickRateHz / LEAST_PATCHES_PER_SECOND)))
  }

  #look(): void {
    const { limits, log, metrics } = this.#options
    const delayMs = metrics.takeLoopDelayMs()
    const before = this.#level.value
    if (!this.#level.note(delayMs, limits.overloadDelayMs)) return
    const level = this.#level.value
    metrics.overloadLevel.set(level)
    const details = { level, delayMs: Math.round(delayMs), overloadDelayMs: limits.overloadDelayMs }
    if (level > before) log.warn(details, level === 1 ? OVERLOADED : RARER_PATCHES)
    else log.info(details, level === 0 ? 'the overload is over' : 'the overload eases')
  }
}

const OVERLOADED = 'overloaded: nobody new is let in'
const RARER_PATCHES = 'overloaded still: state goes out more rarely'
