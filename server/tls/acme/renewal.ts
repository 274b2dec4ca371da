/** When to ask for a new certificate. Pure: time and chance are arguments. */

/** Let's Encrypt's own advice, and right for 90, 45 and 6 days alike: never a fixed number of days. */
const RENEW_AT = 2 / 3
/** Spread of that moment, as a share of the lifetime: many servers started together do not ask together. */
const JITTER = 0.05
/** To a clock that is weeks ahead every certificate seems due as it arrives: none is renewed younger than this share. */
const SETTLED_FOR = 0.3

const MINUTE_MS = 60_000
/** Well inside the five failures an hour that Let's Encrypt allows for a name. */
const FIRST_RETRY_MS = 15 * MINUTE_MS
const LAST_RETRY_MS = 12 * 60 * MINUTE_MS
/** Without a certificate the first retry is for people who mend a mistake, and the others never far apart. */
const FIRST_RETRY_WITHOUT_MS = MINUTE_MS
const LAST_RETRY_WITHOUT_MS = 2 * 60 * MINUTE_MS

export interface Lifetime {
  /** Milliseconds since 1970. */
  readonly validFromMs: number
  readonly expiresAtMs: number
}

/**
 * The moment a certificate is due for renewal, in milliseconds since 1970.
 *
 * @param random from 0 up to 1
 * @param obtainedMs when this machine's clock says it was obtained
 */
export function renewalDueMs({ validFromMs, expiresAtMs }: Lifetime, random: number, obtainedMs = 0): number {
  const lifeMs = expiresAtMs - validFromMs
  const share = RENEW_AT + (random - 0.5) * 2 * JITTER
  return Math.max(validFromMs + lifeMs * share, obtainedMs + lifeMs * SETTLED_FOR)
}

/**
 * How long to wait after a failed attempt, in milliseconds: longer each time, but several times more before the
 * certificate that is served runs out, and never shorter than the authority asks.
 *
 * @param failures in a row, 1 or more
 * @param leftMs until the certificate expires; 0 or less without one
 * @param random from 0 up to 1
 * @param askedToWaitMs what the authority asks for, if it does
 */
export function retryAfterMs(
  failures: number,
  {
    leftMs,
    random,
    askedToWaitMs = 0,
  }: { leftMs: number; random: number; askedToWaitMs?: number | undefined },
): number {
  const ms = leftMs > 0 ? waitWith(failures, leftMs) : waitWithout(failures)
  return Math.max(ms * (0.9 + random * 0.2), askedToWaitMs)
}

function waitWith(failures: number, leftMs: number): number {
  return Math.min(doubled(failures), LAST_RETRY_MS, Math.max(leftMs / 4, FIRST_RETRY_MS))
}

function waitWithout(failures: number): number {
  return failures === 1 ? FIRST_RETRY_WITHOUT_MS : Math.min(doubled(failures - 1), LAST_RETRY_WITHOUT_MS)
}

function doubled(failures: number): number {
  return FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20)
}
