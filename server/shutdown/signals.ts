import type { Logger } from '../log.ts'

/** Signals after which no more is waited for: the process ends as it is. */
const LAST_SIGNAL = 4
/** Time for closing ports and files once the rooms have had theirs, in milliseconds. */
const EXIT_GRACE_MS = 4_000
/** Time after that in which the process may still end by itself, in milliseconds. */
const FORCE_GRACE_MS = 1_000

export interface SignalOptions {
  /** What to finish first; the process then exits with code 0, or 1 if it fails. */
  close(): Promise<void>
  /** Ends the wait that the shutdown is in. */
  hurry(): void
  /** Longest time that the rooms are given, in milliseconds, read when the signal comes. */
  roomsMs(): number
  /** Ends the process after that time, in milliseconds, by force. */
  endBy(ms: number): void
  log: Logger
}

/**
 * Shuts down on SIGTERM, SIGINT, or when the process that started this one goes away, and exits in bounded time whatever
 * a room's code does. Each further signal hurries.
 */
export function closeOnSignals({ close, hurry, roomsMs, endBy, log }: SignalOptions): void {
  let signals = 0
  const stop = (): void => {
    signals++
    if (signals >= LAST_SIGNAL) process.exit(1)
    if (signals > 1) {
      hurry()
      return
    }
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the shutdown failed')
        process.exit(1)
      },
    )
    const deadlineMs = roomsMs() + EXIT_GRACE_MS
    // A moment later, so that who can still end by itself does.
    endBy(deadlineMs + FORCE_GRACE_MS)
    setTimeout(() => {
      log.error('the shutdown took too long; the process ends as it is')
      process.exit(1)
    }, deadlineMs)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  if (process.connected) process.once('disconnect', stop)
}
