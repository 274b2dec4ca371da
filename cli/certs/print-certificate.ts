import { relative } from 'node:path'
import { styleText } from 'node:util'
import type { ListedCertificate } from '../../server/tls/inventory.ts'

/** Everything that renews by itself does it earlier: what is left then, somebody must look after. */
const WARN_BELOW_SHARE = 0.25
/** What it issues is for trying out: nobody has to look after that. */
export const STAGING = 'letsencrypt-staging'

/** One certificate as a person needs it: which, from whom, until when, and what to do. */
export function printCertificate(certificate: ListedCertificate, nowMs: number): void {
  const { names, source, authority, issuer, path, problem, lastFailure, validFromMs, expiresAtMs } =
    certificate
  const mark = problem
    ? styleText('red', '✗')
    : isShort(certificate, nowMs)
      ? styleText('yellow', '!')
      : styleText('green', '✓')
  const title = names.join(', ') || 'a file that tells no names'
  console.log(
    `${mark} ${styleText('bold', title)}  ${styleText('dim', authority ? `${source} ${authority}` : source)}`,
  )
  if (expiresAtMs > 0) {
    console.log(
      `  from ${issuer}, valid ${day(validFromMs)} to ${day(expiresAtMs)}, ${left(expiresAtMs - nowMs)}`,
    )
  }
  if (problem) {
    console.log(styleText('red', `  ${problem.message}`))
    if (!lastFailure) console.log(`  ${problem.next}`)
  } else console.log(`  ${renewal(certificate, nowMs)}`)
  if (lastFailure) {
    const { failures, failedMs, message, nextTryMs } = lastFailure
    const times = failures === 1 ? 'once' : `${failures} times`
    console.log(styleText('yellow', `  failed ${times}, last ${minute(failedMs)}: ${message}`))
    console.log(`  A server tries again from ${minute(nextTryMs)} on; fairground certs issue at once.`)
  }
  console.log(styleText('dim', `  ${relative('', path) || path}`))
}

function isShort({ validFromMs, expiresAtMs, lastFailure }: ListedCertificate, nowMs: number): boolean {
  return lastFailure !== undefined || expiresAtMs - nowMs < (expiresAtMs - validFromMs) * WARN_BELOW_SHARE
}

function renewal({ source, authority, renewalDueMs }: ListedCertificate, nowMs: number): string {
  if (authority === STAGING) return 'For trying out only: no browser trusts it. Delete it when you are done.'
  if (source === 'imported') return 'Import a new one before that: fairground certs import'
  if (renewalDueMs === undefined)
    return 'Put a new one in its place before that; servers that run take it over.'
  return renewalDueMs <= nowMs ? 'Renewal is due.' : `A server renews it from ${day(renewalDueMs)} on.`
}

function left(ms: number): string {
  const hours = Math.floor(Math.abs(ms) / 3_600_000)
  const days = Math.floor(hours / 24)
  const amount = days > 1 ? `${days} days` : hours > 1 ? `${hours} hours` : 'less than two hours'
  return ms > 0 ? `${amount} left` : `expired ${amount} ago`
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** A moment, to the minute, in UTC as certificates have it. */
export function minute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
