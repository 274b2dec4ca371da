/** Fewer bytes say nothing about a line's rate: acknowledgements of them are late on purpose. */
const MEASURED_BYTES = 8_192
/** Frames smaller than this say nothing about how long a frame is on its way: they ride behind larger ones. */
const TELLING_BYTES = 1_024
/** Time that frames may take beyond the shortest seen, in milliseconds, on a line that is not the limit. */
const FREE_MS = 15
/** Such frames in a row that are needed to believe it: a thin line, too, delivers one in a burst at times. */
const FREE_FRAMES = 4
/** Measurements over which the rate is taken: a single one may be late, or come with a burst. */
const SAMPLES = 8
/** As many are needed first: right after a join both sides are busy with other things. */
const TRUSTED_SAMPLES = 4

/** An acknowledgement. */
export interface Arrival {
  /** Bytes acknowledged by it. */
  readonly bytes: number
  /** When the oldest of them was written, in milliseconds. */
  readonly sinceMs: number
  /** The moments of writing that it completes, oldest first. */
  readonly done: readonly { readonly bytes: number; readonly atMs: number }[]
  /** Nothing more is on its way. */
  readonly idle: boolean
}

/**
 * What one client's line carries, measured while there was something to carry. A long way is not a slow line: as long
 * as frames take no longer than the shortest did, nothing limits it.
 */
export class LineRate {
  #shortestMs = Number.POSITIVE_INFINITY
  /** Frames in a row that took no longer than the shortest. */
  #free = FREE_FRAMES
  /** Bytes that arrived since then. */
  #busyBytes = 0
  #busySinceMs: number | undefined
  readonly #samples: { readonly bytes: number; readonly ms: number }[] = []

  /** Bytes per millisecond; boundless until the line is known to be the limit. */
  get bytesPerMs(): number {
    if (this.#free >= FREE_FRAMES || this.#samples.length < TRUSTED_SAMPLES) return Number.POSITIVE_INFINITY
    const sum = (of: 'bytes' | 'ms') => this.#samples.reduce((total, sample) => total + sample[of], 0)
    return sum('bytes') / sum('ms')
  }

  arrived({ bytes, sinceMs, done, idle }: Arrival, nowMs: number): void {
    for (const { atMs } of done) this.#shortestMs = Math.min(this.#shortestMs, nowMs - atMs)
    // A line that was idle spends the way itself before the first byte arrives.
    this.#busySinceMs ??= sinceMs + Math.min(this.#shortestMs, nowMs - sinceMs)
    this.#busyBytes += bytes
    if (this.#busyBytes >= MEASURED_BYTES) {
      this.#samples.push({ bytes: this.#busyBytes, ms: Math.max(1, nowMs - this.#busySinceMs) })
      if (this.#samples.length > SAMPLES) this.#samples.shift()
      const telling = done.findLast((mark) => mark.bytes >= TELLING_BYTES)
      if (telling) this.#free = nowMs - telling.atMs - this.#shortestMs <= FREE_MS ? this.#free + 1 : 0
      this.#busyBytes = 0
      this.#busySinceMs = nowMs
    }
    if (idle) {
      this.#busyBytes = 0
      this.#busySinceMs = undefined
    }
  }
}
