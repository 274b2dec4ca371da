/** Unacknowledged bytes that are sent however slow the line seems: acknowledgements come in steps of about 8 kB. */
const PROMPT_BYTES = 32_768
/** Time for which state may queue on the line, in milliseconds, as far as the line's rate is known. */
const MAX_QUEUE_MS = 100
/** Age of the oldest unacknowledged byte from which no further state is sent, in milliseconds. */
const STALE_MS = 2_000
/** Fewer bytes on the way say nothing about a line's rate: acknowledgements of them are late on purpose. */
const MEASURED_BYTES = 8_192
/** Acknowledgements over which a line's rate is measured: a single one may be late, or come with a burst. */
const RATE_SAMPLES = 8
/** As many are needed first: right after a join both sides are busy with other things. */
const TRUSTED_SAMPLES = 4
/** Frames written within as many milliseconds are one entry. */
const SAME_MOMENT_MS = 5
/** Acknowledged totals travel as 32 bits. */
const WRAP = 2 ** 32

interface Mark {
  /** Bytes written up to and with this moment. */
  totalBytes: number
  /** Of them, not acknowledged at that moment. */
  waitingBytes: number
  readonly atMs: number
}

/**
 * What is on its way to one client: bytes written and not yet acknowledged. The kernel takes megabytes for a reader
 * that has stopped, so only an acknowledgement tells. Time is an argument, in milliseconds of one monotonic clock.
 */
export class SendWindow {
  readonly #maxBytes: number
  #writtenBytes = 0
  #acknowledgedBytes = 0
  #marks: Mark[] = []
  #shortestMs = Number.POSITIVE_INFINITY
  /** What each of the last acknowledgements says of the line, the latest last. */
  readonly #samples: { readonly bytes: number; readonly ms: number }[] = []

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get inFlightBytes(): number {
    return this.#writtenBytes - this.#acknowledgedBytes
  }

  /** Bytes written so far, as an acknowledgement repeats them. */
  get writtenTotal(): number {
    return this.#writtenBytes % WRAP
  }

  wrote(bytes: number, nowMs: number): void {
    this.#writtenBytes += bytes
    const last = this.#marks.at(-1)
    if (last && nowMs - last.atMs < SAME_MOMENT_MS) {
      last.totalBytes = this.#writtenBytes
      last.waitingBytes = this.inFlightBytes
    } else
      this.#marks.push({
        totalBytes: this.#writtenBytes,
        waitingBytes: this.inFlightBytes,
        atMs: nowMs,
      })
  }

  /** Takes note that the client has read `total` bytes, modulo 2³². A total that was never written counts as nothing. */
  acknowledge(total: number, nowMs: number): void {
    const bytes = (total - (this.#acknowledgedBytes % WRAP) + WRAP) % WRAP
    if (bytes === 0 || bytes > this.inFlightBytes) return
    this.#acknowledgedBytes += bytes
    const open = this.#marks.findIndex(({ totalBytes }) => totalBytes > this.#acknowledgedBytes)
    const done = this.#marks.splice(0, open === -1 ? this.#marks.length : open).at(-1)
    if (done) this.#measure(done, nowMs)
  }

  /** Age of the oldest byte that is not acknowledged, in milliseconds; 0 when all are. */
  oldestMs(nowMs: number): number {
    const oldest = this.#marks[0]
    return oldest ? nowMs - oldest.atMs : 0
  }

  /** Whether a message of that many bytes may go out. One that is too large for any window goes out alone. */
  takes(bytes: number): boolean {
    return this.inFlightBytes === 0 || this.inFlightBytes + bytes <= this.#maxBytes
  }

  /** Whether a patch of that many bytes may go out: it would arrive soon. */
  takesPatch(bytes: number, nowMs: number): boolean {
    if (this.inFlightBytes === 0) return true
    if (!this.takes(bytes) || this.oldestMs(nowMs) > STALE_MS) return false
    const waitingBytes = this.inFlightBytes + bytes
    return waitingBytes <= PROMPT_BYTES || waitingBytes <= this.#bytesPerMs() * MAX_QUEUE_MS
  }

  #measure({ waitingBytes, atMs }: Mark, nowMs: number): void {
    const ms = nowMs - atMs
    this.#shortestMs = Math.min(this.#shortestMs, ms)
    if (waitingBytes < MEASURED_BYTES) return
    // Without the time that even the smallest frame needs, what is left is the time that its bytes took.
    this.#samples.push({ bytes: waitingBytes, ms: Math.max(1, ms - this.#shortestMs) })
    if (this.#samples.length > RATE_SAMPLES) this.#samples.shift()
  }

  /** What the line carries; boundless until enough is known of it. */
  #bytesPerMs(): number {
    if (this.#samples.length < TRUSTED_SAMPLES) return Number.POSITIVE_INFINITY
    const sum = (of: 'bytes' | 'ms') => this.#samples.reduce((total, sample) => total + sample[of], 0)
    return sum('bytes') / sum('ms')
  }
}
