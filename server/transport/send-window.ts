import { LineRate } from './line-rate.ts'

/** Unacknowledged bytes that are sent however slow the line seems: acknowledgements come in steps of about 8 kB. */
const PROMPT_BYTES = 32_768
/** Time for which state may queue on the line, in milliseconds, as far as the line's rate is known. */
const MAX_QUEUE_MS = 100
/** Age of the oldest unacknowledged byte from which no further state is sent, in milliseconds. */
const STALE_MS = 2_000
/** Unacknowledged bytes that say nothing about it, however old: nobody was asked about so few. */
const UNASKED_BYTES = 8_192
/** Frames written within as many milliseconds are one entry. */
const SAME_MOMENT_MS = 5
/** Acknowledged totals travel as 32 bits. */
const WRAP = 2 ** 32

/** What was written at one moment. */
interface Mark {
  bytes: number
  /** Bytes written up to and with this moment. */
  totalBytes: number
  readonly atMs: number
}

/**
 * What is on its way to one client: bytes written and not yet acknowledged. The kernel takes megabytes for a reader
 * that has stopped, so only an acknowledgement tells. Time is an argument, in milliseconds of one monotonic clock.
 */
export class SendWindow {
  readonly #maxBytes: number
  readonly #rate = new LineRate()
  #writtenBytes = 0
  #acknowledgedBytes = 0
  #marks: Mark[] = []

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
      last.bytes += bytes
      last.totalBytes = this.#writtenBytes
    } else this.#marks.push({ bytes, totalBytes: this.#writtenBytes, atMs: nowMs })
  }

  /** Takes note that the client has read `total` bytes, modulo 2³². A total that was never written counts as nothing. */
  acknowledge(total: number, nowMs: number): void {
    const bytes = (total - (this.#acknowledgedBytes % WRAP) + WRAP) % WRAP
    if (bytes === 0 || bytes > this.inFlightBytes) return
    this.#acknowledgedBytes += bytes
    const oldest = this.#marks[0]!
    const open = this.#marks.findIndex(({ totalBytes }) => totalBytes > this.#acknowledgedBytes)
    const done = this.#marks.splice(0, open === -1 ? this.#marks.length : open)
    this.#rate.arrived({ bytes, sinceMs: oldest.atMs, done, idle: open === -1 }, nowMs)
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
    const isStale = this.inFlightBytes > UNASKED_BYTES && this.oldestMs(nowMs) > STALE_MS
    if (isStale || !this.takes(bytes)) return false
    const waitingBytes = this.inFlightBytes + bytes
    return waitingBytes <= PROMPT_BYTES || waitingBytes <= this.#rate.bytesPerMs * MAX_QUEUE_MS
  }
}
