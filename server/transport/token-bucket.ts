/** How much may come: `perSecond` for any length of time, `burst` at once after a pause. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/**
 * A rate's state for one sender. Time is an argument, in milliseconds of a clock that never jumps. Whole milliseconds
 * make whole thousandths, which the engine keeps in the object itself: a bucket is looked at for each frame.
 */
export class TokenBucket {
  #thousandths = 0
  /** Below 0 until something is taken: a bucket begins full. */
  #atMs = -1

  /** Takes `amount` if that much has come together; nothing otherwise. The rate may be another each time. */
  take(nowMs: number, { perSecond, burst }: Rate, amount = 1): boolean {
    return this.takeOf(nowMs, perSecond, burst, amount)
  }

  /** The same for whom an object for the rate is too much: it is done for each frame. */
  takeOf(nowMs: number, perSecond: number, burst: number, amount: number): boolean {
    const full = burst * 1000
    const grown = this.#thousandths + (nowMs - this.#atMs) * perSecond
    const there = this.#atMs < 0 || grown > full ? full : grown
    this.#atMs = nowMs
    // What is larger than the bucket would never fit, however long its sender waits: it takes all there is.
    const price = amount > burst ? full : amount * 1000
    const enough = there >= price
    this.#thousandths = enough ? there - price : there
    return enough
  }

  /** Milliseconds until `amount` has come together, if nothing is taken before. */
  waitMs({ perSecond, burst }: Rate, amount = 1): number {
    const lacking = this.#atMs < 0 ? 0 : Math.min(amount, burst) * 1000 - this.#thousandths
    return lacking <= 0 ? 0 : Math.ceil(lacking / perSecond)
  }
}
