/** Counts faults within a sliding window of time, in as much memory as the limit has entries. */
export class FaultCounter {
  readonly #max: number
  readonly #windowMs: number
  readonly #timesMs: number[] = []

  /**
   * @param max faults that are borne
   * @param windowMs length of the window in milliseconds
   */
  constructor(max: number, windowMs: number) {
    this.#max = max
    this.#windowMs = windowMs
  }

  /** Notes one more fault. @returns whether there were more than `max` within the window that ends now */
  hit(nowMs: number): boolean {
    this.#timesMs.push(nowMs)
    while (this.#timesMs.length > this.#max + 1) this.#timesMs.shift()
    return this.#timesMs.length > this.#max && nowMs - this.#timesMs[0]! < this.#windowMs
  }
}
