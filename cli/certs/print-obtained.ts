import { relative } from 'node:path'
import { styleText } from 'node:util'
import type { OnDemandAnswer } from '../../server/tls/acme/on-demand.ts'
import { minute } from './print-certificate.ts'

/** What came of asking for a certificate. */
export function printObtained({ credential, issued, dueMs }: OnDemandAnswer): void {
  const { names, issuer, expiresAtMs, path } = credential
  const what = issued ? 'issued' : 'there already, and not due for renewal'
  console.log(`${styleText('green', '✓')} ${styleText('bold', names.join(', '))}: ${what}`)
  console.log(`  from ${issuer}, valid to ${minute(expiresAtMs)}, renewed from ${minute(dueMs)} on`)
  console.log(styleText('dim', `  ${relative('', path) || path}`))
}
