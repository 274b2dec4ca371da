/** Looks in a row without a frame after which the server is asked for a sign of life. */
const QUIET_LOOKS = 2
/** Looks in a row without an answer after which the line counts as dead. */
const DEAD_LOOKS = 5
/** A look that comes later than this after the one before says little, in milliseconds: the page was asleep. */
const LATE_MS = 3_000
/** What a late look without an answer counts: two of them are enough, one is not. */
const LATE_LOOKS = DEAD_LOOKS / 2

/** What a look at the line finds: nothing to do, a server to ask for a sign of life, or a dead line. */
export type Finding = 'fine' | 'ask' | 'dead'

/**
 * Decides when a silent line is dead. It counts looks and not time, for a browser lets timers of a hidden tab sleep, and
 * a laptop its whole browser: what arrived meanwhile waits behind the timer, and a healthy session must not be dropped
 * at the first look. Time is an argument, in milliseconds of one monotonic clock.
 */
export class Silence {
  #heard = true
  #quietLooks = 0
  #unanswered: number | undefined
  #lookedMs: number | undefined

  /** A frame has arrived. */
  heard(): void {
    this.#heard = true
  }

  /** To be called once a second while the line is open. */
  look(nowMs: number): Finding {
    const late = this.#lookedMs !== undefined && nowMs - this.#lookedMs > LATE_MS
    this.#lookedMs = nowMs
    if (this.#heard) {
      this.#heard = false
      this.#quietLooks = 0
      this.#unanswered = undefined
      return 'fine'
    }
    if (this.#unanswered === undefined) {
      this.#quietLooks++
      if (this.#quietLooks < QUIET_LOOKS && !late) return 'fine'
      this.#unanswered = 0
      return 'ask'
    }
    this.#unanswered += late ? LATE_LOOKS : 1
    return this.#unanswered < DEAD_LOOKS ? 'fine' : 'dead'
  }

  /** The line is a new one. */
  reset(): void {
    this.#heard = true
    this.#quietLooks = 0
    this.#unanswered = undefined
    this.#lookedMs = undefined
  }
}
