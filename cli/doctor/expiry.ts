import type { X509Certificate } from 'node:crypto'
import { type Finding, failure, good, warning } from './finding.ts'

const DAY_MS = 86_400_000
/** Warns with less than this left, or less than a third of the lifetime where that is shorter. */
const WARN_MS = 14 * DAY_MS

/** Whether all certificates that were sent are valid, and for how long. */
export function checkExpiry(sent: readonly X509Certificate[], nowMs: number): Finding {
  const early = sent.find(({ validFromDate }) => validFromDate.getTime() > nowMs)
  if (early) {
    return failure(
      'Expiry',
      `${which(early, sent)} is not valid before ${early.validFromDate.toISOString()}`,
      "Check this machine's clock and the server's; otherwise wait, or get another certificate.",
    )
  }
  const first = sent.reduce((a, b) => (b.validToDate < a.validToDate ? b : a))
  const endMs = first.validToDate.getTime()
  const leftMs = endMs - nowMs
  const day = first.validToDate.toISOString().slice(0, 10)
  if (leftMs <= 0) {
    return failure(
      'Expiry',
      `${which(first, sent)} expired on ${day}`,
      'Renew it and let the server load it; tls: { acme } does both by itself.',
    )
  }
  const days = leftMs / DAY_MS
  const left = days < 2 ? `${Math.round(days * 24)} hours left` : `${Math.floor(days)} days left`
  const lifetimeMs = endMs - first.validFromDate.getTime()
  if (leftMs < Math.min(lifetimeMs / 3, WARN_MS)) {
    return warning(
      'Expiry',
      `${which(first, sent)} expires on ${day}: ${left}`,
      'Renew it now, and see why that did not happen by itself.',
    )
  }
  return good('Expiry', `${day}: ${left}`)
}

function which(certificate: X509Certificate, sent: readonly X509Certificate[]): string {
  return certificate === sent[0] ? 'the certificate' : 'an intermediate certificate'
}
