/** The checks of `fairground doctor`, in the order in which they are made. */
export const CHECKS = [
  'DNS',
  'TCP',
  'TLS',
  'Chain',
  'Trust',
  'Name',
  'Expiry',
  'Key',
  'ALPN',
  'Old TLS',
  'Plain HTTP',
  'HSTS',
  'Server',
  'Upgrade',
  'Origin',
  'CORS',
  'Idle',
] as const

export type CheckName = (typeof CHECKS)[number]

/** `failure`: players cannot play, or are not safe. `warning`: some cannot, or soon none can. */
export type Verdict = 'good' | 'warning' | 'failure' | 'unchecked'

export interface Finding {
  readonly check: CheckName
  readonly verdict: Verdict
  /** What was found, or why nothing was looked for. */
  readonly found: string
  /** What to do about a warning or a failure. */
  readonly fix?: string
}

export function good(check: CheckName, found: string): Finding {
  return { check, verdict: 'good', found }
}

export function warning(check: CheckName, found: string, fix: string): Finding {
  return { check, verdict: 'warning', found, fix }
}

export function failure(check: CheckName, found: string, fix: string): Finding {
  return { check, verdict: 'failure', found, fix }
}

export function unchecked(check: CheckName, found: string, fix?: string): Finding {
  return { check, verdict: 'unchecked', found, ...(fix !== undefined && { fix }) }
}

/** Longest text of a finding, in characters; a server under examination decides on parts of it. */
const MAX_TEXT_CHARS = 600

/** The finding without what would move a terminal's cursor or paint over other lines: names and answers may hold anything. */
export function printable({ found, fix, ...finding }: Finding): Finding {
  return { ...finding, found: plain(found), ...(fix !== undefined && { fix: plain(fix) }) }
}

function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, MAX_TEXT_CHARS)
}
