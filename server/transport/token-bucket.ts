/** How much may come: `perSecond` for any length of time, `burst` at once after a pause. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** A rate's state for one sender. Time is an argument, in milliseconds of a clock that never jumps. */
export class TokenBucket {
  #tokens = Number.POSITIVE_INFINITY
  #atMs = 0

  /** Takes `amount` if that much has come together; nothing otherwise. The rate may be another each time. */
  take(nowMs: number, { perSecond, burst }: Rate, amount = 1): boolean {
    const grown = this.#tokens + ((nowMs - this.#atMs) / 1000) * perSecond
    this.#tokens = grown > burst ? burst : grown
    this.#atMs = nowMs
    // What is larger than the bucket would never fit, however long its sender waits: it takes all there is.
    const price = amount > burst ? burst : amount
    if (this.#tokens < price) return false
    this.#tokens -= price
    return true
  }

  /** Milliseconds until `amount` has come together, if nothing is taken before. */
  waitMs({ perSecond, burst }: Rate, amount = 1): number {
    const lacking = Math.min(amount, burst) - this.#tokens
    return lacking <= 0 ? 0 : Math.ceil((lacking / perSecond) * 1000)
  }
}
