/** Gaps between patches, counted in steps, for a million of them take no more memory than ten. */
const STEP_MS = 0.5
const STEPS = 10_000

export class GapHistogram {
  readonly #counts = new Uint32Array(STEPS + 1)
  #total = 0

  add(gapMs: number): void {
    this.#counts[Math.min(STEPS, Math.floor(gapMs / STEP_MS))]!++
    this.#total++
  }

  clear(): void {
    this.#counts.fill(0)
    this.#total = 0
  }

  /** The gap below which `share` of them lie, in milliseconds; NaN without any. */
  percentile(share: number): number {
    let below = 0
    for (let step = 0; step <= STEPS; step++) {
      below += this.#counts[step]!
      if (this.#total > 0 && below >= this.#total * share) return (step + 0.5) * STEP_MS
    }
    return Number.NaN
  }
}
