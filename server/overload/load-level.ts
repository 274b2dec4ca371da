/** Looks in a row over the mark after which the level rises by one. */
const RISE_LOOKS = 2
/** Looks in a row under half of it after which the level falls by one. */
const FALL_LOOKS = 3
/** Highest level: state goes out a fourth as often. */
const MAX_LEVEL = 4

/**
 * How much is shed, as a number that follows the delay of the event loop slowly, so that it does not swing: 0 nothing, 1
 * new joins, beyond it patches, too. Between the mark and half of it everything stays as it is.
 */
export class LoadLevel {
  #level = 0
  #high = 0
  #low = 0

  get value(): number {
    return this.#level
  }

  /** Takes note of one look's delay. @returns whether the level changed */
  note(delayMs: number, markMs: number): boolean {
    this.#high = delayMs > markMs ? this.#high + 1 : 0
    this.#low = delayMs < markMs / 2 ? this.#low + 1 : 0
    if (this.#high >= RISE_LOOKS && this.#level < MAX_LEVEL) return this.#move(1)
    if (this.#low >= FALL_LOOKS && this.#level > 0) return this.#move(-1)
    return false
  }

  #move(by: number): true {
    this.#level += by
    this.#high = this.#low = 0
    return true
  }
}
