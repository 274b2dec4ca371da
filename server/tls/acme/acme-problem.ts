import type { ErrorCode } from '../../../shared/error-table.ts'
import { type ErrorDetails, FairgroundError } from '../../../shared/errors.ts'
import type { AcmeAnswer } from './acme-http.ts'

/** What an authority says about a failure (RFC 8555, 6.7). */
export interface Problem {
  readonly type?: string
  readonly detail?: string
  readonly subproblems?: readonly Problem[]
}

const MAX_DETAIL_CHARS = 500

/** An authority's refusal, with the time it asks to wait. */
export class AcmeError extends FairgroundError {
  /** @param retryAfterMs milliseconds that the authority asks to wait before the next attempt */
  constructor(code: ErrorCode, details: ErrorDetails, retryAfterMs?: number) {
    super(code, { ...details, ...(retryAfterMs !== undefined && { retryAfterMs }) })
  }
}

/** The problem in an answer, whatever that is. */
export function problemOf({ text }: AcmeAnswer): Problem {
  const found = parseJson(text)
  return typeof found === 'object' && found !== null ? found : {}
}

/** The error for a problem, in words: what `what` is, if it is known, and what the answer's headers add. */
export function refusal(problem: Problem = {}, what?: string, answer?: AcmeAnswer): AcmeError {
  const kind = problem.type?.replace('urn:ietf:params:acme:error:', '')
  const details = [problem.detail, ...(problem.subproblems ?? []).map(({ detail }) => detail)].filter(Boolean)
  const detail = details.join(' ') || (answer ? `status ${answer.status}` : 'it gave no reason')
  const says = printable(`${detail}${kind ? ` (${kind})` : ''}`)
  const waitMs = answer && retryAfterMs(answer, Date.now())
  const asks = waitMs === undefined ? '' : ` It asks to wait ${Math.ceil(waitMs / 1000)} s.`
  const status = answer?.status ?? 0
  if (kind === 'rateLimited' || status === 429 || (status === 503 && waitMs !== undefined)) {
    const message = `The certificate authority has had too many requests: ${says}.${asks}`
    return new AcmeError('ACME_RATE_LIMITED', { message }, waitMs)
  }
  if (kind === 'externalAccountRequired' || kind === 'accountDoesNotExist')
    return new AcmeError('ACME_ACCOUNT_NEEDED', {}, waitMs)
  if (status >= 500) {
    const message = `The certificate authority has a fault of its own: ${says}.${asks}`
    return new AcmeError('ACME_UNREACHABLE', { message }, waitMs)
  }
  const message = `The certificate authority refused${what ? ` ${what}` : ''}: ${says}.${asks}`
  return new AcmeError('ACME_REFUSED', { message }, waitMs)
}

/** What an answer that is no ACME is turned into. */
export function nonsense(what: string, cause?: unknown): AcmeError {
  return new AcmeError('ACME_UNREACHABLE', {
    message: `The certificate authority answered with ${what}.`,
    next: 'Compare the directory address with the one your authority names; try again later.',
    cause,
  })
}

/** Milliseconds that an answer asks to wait: its Retry-After, in seconds or as a date. */
export function retryAfterMs({ headers }: AcmeAnswer, nowMs: number): number | undefined {
  const after = headers['retry-after']
  if (typeof after !== 'string') return undefined
  const ms = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - nowMs
  return Number.isFinite(ms) && ms > 0 ? ms : undefined
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** An authority's text ends in terminals and logs: without what steers them, and not a book. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, MAX_DETAIL_CHARS)
}
