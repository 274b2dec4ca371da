/** When to ask for a new certificate. Pure: time and chance are arguments. */

/** Let's Encrypt's own advice, and right for 90, 45 and 6 days alike: never a fixed number of days. */
const RENEW_AT = 2 / 3
/** Spread of that moment, as a share of the lifetime: many servers started together do not ask together. */
const JITTER = 0.05

const MINUTE_MS = 60_000
/** Well inside the five failures an hour that Let's Encrypt allows for a name. */
const FIRST_RETRY_MS = 15 * MINUTE_MS
const LAST_RETRY_MS = 12 * 60 * MINUTE_MS

export interface Lifetime {
  /** Milliseconds since 1970. */
  readonly validFromMs: number
  readonly expiresAtMs: number
}

/** The moment a certificate is due for renewal, in milliseconds since 1970. @param random from 0 up to 1 */
export function renewalDueMs({ validFromMs, expiresAtMs }: Lifetime, random: number): number {
  const share = RENEW_AT + (random - 0.5) * 2 * JITTER
  return validFromMs + (expiresAtMs - validFromMs) * share
}

/**
 * How long to wait after a failed attempt, in milliseconds: longer each time, but several times more before the
 * certificate that is served runs out.
 *
 * @param failures in a row, 1 or more
 * @param leftMs until the certificate expires; negative when it has
 * @param random from 0 up to 1
 */
export function retryAfterMs(
  failures: number,
  { leftMs, random }: { leftMs: number; random: number },
): number {
  const doubled = FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20)
  const ms = Math.min(doubled, LAST_RETRY_MS, Math.max(leftMs / 4, FIRST_RETRY_MS))
  return ms * (0.9 + random * 0.2)
}
