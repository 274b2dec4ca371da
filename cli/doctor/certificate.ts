import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import { certificateNames } from '../../server/tls/certificate-names.ts'
import { explainUntrusted } from '../../shared/untrusted-chain.ts'
import { dialTls } from './dial.ts'
import { checkExpiry } from './expiry.ts'
import { type Finding, failure, good, warning } from './finding.ts'
import type { Reached } from './patient.ts'
import { trustedRoots } from './roots.ts'

/** What OpenSSL finds only after it has found the way to a trusted authority. */
const OTHER_THAN_TRUST = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])

/** Looks at the certificates that the server sends, as a client with the well-known authorities would. */
export async function checkCertificate(patient: Reached, nowMs: number): Promise<Finding[]> {
  const socket = await dialTls(patient, {
    secureContext: createSecureContext({ ca: trustedRoots(patient) }),
    // The name has a finding of its own and must not hide what else is wrong.
    checkServerIdentity: () => undefined,
  })
  const sent = [...issuers(socket.getPeerX509Certificate())]
  const problem = socket.authorized ? undefined : codeOfProblem(socket.authorizationError)
  socket.destroy()
  const [leaf] = sent
  if (!leaf) return [failure('Chain', 'the server sends no certificate', 'Give it one.')]
  const trusted = problem === undefined || OTHER_THAN_TRUST.has(problem)
  return [
    ...checkTrust(sent, { trusted, problem, patient }),
    checkName(leaf, patient),
    checkExpiry(sent, nowMs),
    checkKey(leaf),
  ]
}

/** In Node the field is the code itself, whatever its type says. */
function codeOfProblem(error: unknown): string {
  return error instanceof Error ? ((error as { code?: string }).code ?? error.message) : String(error)
}

function* issuers(first: X509Certificate | undefined): Generator<X509Certificate> {
  for (let next = first; next; next = next.issuerCertificate) yield next
}

function checkTrust(
  sent: readonly X509Certificate[],
  { trusted, problem, patient }: { trusted: boolean; problem: string | undefined; patient: Reached },
): Finding[] {
  const last = sent.at(-1)!
  const told = sent.map((one) => nameOf(one.subject)).join(' ← ')
  if (!trusted) {
    const described = sent.map((one) => ({
      subject: nameOf(one.subject),
      issuer: nameOf(one.issuer),
      selfSigned: isSelfSigned(one),
    }))
    const { kind, message, next } = explainUntrusted(
      described,
      'fairground doctor --ca ca.pem, Node: NODE_EXTRA_CA_CERTS',
    )
    const found = message.replace(/^T/, 't').replace(/\.$/, '')
    if (kind === 'intermediate-missing') {
      return [failure('Chain', found, next), failure('Trust', 'not trusted, for want of the chain', next)]
    }
    const why = /SELF_SIGNED|UNABLE_TO|ISSUER/.test(problem ?? '') ? '' : ` (${problem})`
    return [good('Chain', told), failure('Trust', `${found}${why}`, next)]
  }
  const own = patient.ownRoots.map((pem) => new X509Certificate(pem)).find((root) => last.checkIssued(root))
  const authority = nameOf(isSelfSigned(last) ? last.subject : last.issuer)
  return [
    checkOrder(sent, told),
    good(
      'Trust',
      own ? `by "${authority}", a private authority: other devices must trust it too` : `by ${authority}`,
    ),
  ]
}

/** What a client makes of the chain although it could be tidier. */
function checkOrder(sent: readonly X509Certificate[], told: string): Finding {
  const last = sent.at(-1)!
  if (sent.some((one, index) => index > 0 && !sent[index - 1]!.checkIssued(one))) {
    return warning(
      'Chain',
      `${told}: not in order, or with a part that does not belong there`,
      'Put them into the file in order, the own one first, each signed by the next: some clients insist.',
    )
  }
  if (sent.length === 1 || !isSelfSigned(last)) return good('Chain', `complete: ${told}`)
  return warning(
    'Chain',
    `${told}: the root "${nameOf(last.subject)}" is sent needlessly`,
    'Leave it out of the certificate file: who trusts it has it, and every handshake carries it.',
  )
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate)
}

function nameOf(distinguishedName: string | undefined): string {
  const lines = (distinguishedName ?? '').split('\n')
  return lines.find((line) => line.startsWith('CN='))?.slice(3) || lines.join(', ') || 'unnamed'
}

function checkName(leaf: X509Certificate, { target: { host } }: Reached): Finding {
  const names = certificateNames(leaf)
  const covers = isIP(host) === 0 ? leaf.checkHost(host, { subject: 'never' }) : leaf.checkIP(host)
  const told =
    names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more` : names.join(', ')
  if (covers !== undefined) return good('Name', `for ${told}`)
  return failure(
    'Name',
    `the certificate is for ${told || 'no host at all'}, and not for ${host}`,
    'Connect by a name that it lists, or get one with this name in it.',
  )
}

function checkKey({ publicKey: { asymmetricKeyType, asymmetricKeyDetails } }: X509Certificate): Finding {
  if (asymmetricKeyType === 'ec') return good('Key', `ECDSA ${asymmetricKeyDetails?.namedCurve ?? ''}`.trim())
  const bits = asymmetricKeyDetails?.modulusLength
  if (asymmetricKeyType !== 'rsa' || bits === undefined) return good('Key', String(asymmetricKeyType))
  if (bits < 2048) {
    return failure('Key', `RSA with ${bits} bits: too short`, 'Get a certificate for an ECDSA P-256 key.')
  }
  return good('Key', `RSA with ${bits} bits (handshakes with ECDSA cost half as much)`)
}
