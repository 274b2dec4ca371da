import { ERRORS, type ErrorCode, type ErrorEntry, type Retry } from './error-table.ts'

export { ERRORS, type ErrorCode, type Retry }

export interface ErrorDetails {
  /** What happened, replacing the table's general sentence. Never holds secrets or internal text. */
  message?: string
  /** What to do, replacing the table's general sentence. */
  next?: string
  /** Likely causes, most likely first, where the platform hides the real one. */
  causes?: readonly string[]
  /** Milliseconds after which the same call may succeed, where the server said so. */
  retryAfterMs?: number
  cause?: unknown
}

/** Every error that Fairground throws or reports: a code from {@link ERRORS}, what happened, what to do. */
export class FairgroundError extends Error {
  override readonly name = 'FairgroundError'
  readonly code: ErrorCode
  /** Whether repeating the same call can help. */
  readonly retry: Retry
  /** What to do about it, in one or two sentences. */
  readonly next: string
  /** Likely causes, most likely first; empty where the cause is known. */
  readonly causes: readonly string[]
  /** Milliseconds after which the same call may succeed, where the server said so. */
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    const entry: ErrorEntry = ERRORS[code]
    super(
      details.message ?? entry.message,
      details.cause === undefined ? undefined : { cause: details.cause },
    )
    this.code = code
    this.retry = entry.retry
    this.next = details.next ?? entry.next
    this.causes = details.causes ?? []
    this.retryAfterMs = details.retryAfterMs
  }

  /** The number that carries this error on the wire; 500 where it has none of its own. */
  get wire(): number {
    return wireOf(this.code)
  }
}

/** The number that carries `code` on the wire; 500 (INTERNAL) where it has none of its own. */
export function wireOf(code: ErrorCode): number {
  const entry: ErrorEntry = ERRORS[code]
  return entry.wire ?? ERRORS.INTERNAL.wire
}

/** Whether what a room's own code threw is an answer to a client; an error that has no number on the wire is a fault. */
export function isAnswer(thrown: unknown): thrown is FairgroundError {
  return thrown instanceof FairgroundError && 'wire' in ERRORS[thrown.code]
}

const codesByWire = new Map(
  (Object.keys(ERRORS) as ErrorCode[])
    .filter((code) => 'wire' in ERRORS[code])
    .map((code) => [wireOf(code), code] as const),
)

/** The code behind a number from the wire, if the table has it. */
export function codeOfWire(wire: number): ErrorCode | undefined {
  return codesByWire.get(wire)
}
