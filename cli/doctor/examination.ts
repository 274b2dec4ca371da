import { checkCertificate } from './certificate.ts'
import { codeOf } from './dial.ts'
import { checkDns } from './dns.ts'
import { CHECKS, type CheckName, type Finding, failure, printable, unchecked } from './finding.ts'
import { checkServer } from './front.ts'
import { checkIdle } from './idle.ts'
import { checkCors, checkOrigin } from './origin.ts'
import { checkOtherAddresses } from './other-addresses.ts'
import type { Patient, Reached } from './patient.ts'
import { checkPlainHttp } from './plain-http.ts'
import { checkTcp } from './tcp.ts'
import { checkTls } from './tls.ts'
import { checkUpgrade } from './upgrade.ts'
import { checkAlpn, checkOldTls } from './versions.ts'

/**
 * Makes all checks, one after the other, and tells what each found as soon as it is known. What cannot be known after
 * a failure is told as unchecked.
 *
 * @param starting told before a check that may take a while
 */
export async function* examine(
  patient: Patient,
  starting: (check: CheckName) => void,
): AsyncGenerator<Finding, void> {
  const made = new Set<CheckName>()
  for await (const finding of checks(patient, starting)) {
    made.add(finding.check)
    yield printable(finding)
  }
  for (const check of CHECKS) if (!made.has(check)) yield unchecked(check, NOT_CHECKED)
}

/** What is told of a check that an earlier failure left without sense. */
export const NOT_CHECKED = 'not checked'

async function* checks(
  patient: Patient,
  starting: (check: CheckName) => void,
): AsyncGenerator<Finding, void> {
  starting('DNS')
  const dns = await checkDns(patient)
  yield dns.finding
  if (dns.ips.length === 0) return
  starting('TCP')
  const tcp = await checkTcp(patient, dns.ips)
  yield* tcp.findings
  const [ip, ...others] = tcp.answering
  if (ip !== undefined) yield* checksOfReached({ ...patient, ip }, others, starting)
}

async function* checksOfReached(
  patient: Reached,
  others: readonly string[],
  starting: (check: CheckName) => void,
): AsyncGenerator<Finding, void> {
  starting('TLS')
  const tls = await checkTls(patient)
  yield tls
  if (tls.verdict === 'failure') return
  starting('Chain')
  const certificate = await certificateOf(patient)
  yield* certificate
  // Where the first has none that is accepted, the others' are the least trouble.
  if (certificate.every(({ verdict }) => verdict !== 'failure'))
    yield* await checkOtherAddresses(patient, others)
  starting('ALPN')
  const alpn = await checkAlpn(patient)
  yield alpn
  yield await checkOldTls(patient)
  starting('Plain HTTP')
  yield await checkPlainHttp(patient)
  if (alpn.verdict === 'failure') return
  starting('Server')
  const server = await checkServer(patient)
  yield* server.findings
  if (!server.isMatchServer) return
  starting('Upgrade')
  const upgrade = await checkUpgrade(patient)
  yield upgrade
  if (upgrade.verdict !== 'failure') yield await checkOrigin(patient)
  yield await checkCors(patient)
  if (upgrade.verdict === 'failure') return
  starting('Idle')
  yield await checkIdle(patient)
}

async function certificateOf(patient: Reached): Promise<Finding[]> {
  try {
    return await checkCertificate(patient, Date.now())
  } catch (error) {
    const found = `a second handshake failed (${codeOf(error)})`
    return [failure('Chain', found, 'Run doctor again; the server may be restarting.')]
  }
}
