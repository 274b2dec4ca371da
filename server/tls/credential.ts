import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { getCACertificates, type SecureContextOptions } from 'node:tls'
import { FairgroundError } from '../../shared/errors.ts'
import { certificateNames } from './certificate-names.ts'

/** A certificate with its key, checked and ready to be served. */
export interface Credential {
  /** What `createSecureContext()` takes. Holds the key: never logged. */
  readonly secure: SecureContextOptions
  /** Host names and addresses the certificate is for. */
  readonly names: readonly string[]
  /** Milliseconds since 1970. */
  readonly validFromMs: number
  readonly expiresAtMs: number
  /** Who signed it, in words. */
  readonly issuer: string
  /** SHA-256 of the certificate, to tell one from another. */
  readonly fingerprint: string
  /** The file it came from, for messages. */
  readonly path: string
}

/** What a certificate is checked against. */
export interface CredentialChecks {
  /** Milliseconds since 1970. */
  readonly nowMs: number
  /** Names that the certificate must be for; none are demanded by default. */
  readonly names?: readonly string[] | undefined
  /** Authorities that clients of this server trust besides the well-known ones. */
  readonly roots?: readonly X509Certificate[]
  /** Takes a certificate without intermediate ones on trust: its authority has just handed it out so. */
  readonly allowLeafOnly?: boolean
}

/**
 * Checks a chain, the server's own certificate first, as every client will.
 *
 * @throws FairgroundError CERTIFICATE_EXPIRED, CERTIFICATE_INVALID, CERTIFICATE_WRONG_NAME or
 *   CERTIFICATE_CHAIN_INCOMPLETE, naming `path`
 */
export function checkChain(
  chain: readonly X509Certificate[],
  {
    path,
    secure,
    nowMs,
    names = [],
    roots = [],
    allowLeafOnly = false,
  }: CredentialChecks & Pick<Credential, 'path' | 'secure'>,
): Credential {
  const [leaf] = chain
  if (!leaf) throw invalid(`${path} holds no certificate.`)
  checkDates(chain, path, nowMs)
  const own = certificateNames(leaf)
  if (own.length === 0) {
    throw invalid(`The certificate in ${path} names no host: browsers refuse one without subjectAltName.`)
  }
  const missing = names.filter((name) => !covers(leaf, name))
  if (missing.length > 0) {
    throw new FairgroundError('CERTIFICATE_WRONG_NAME', {
      message: `The certificate in ${path} is for ${own.join(', ')} and not for ${missing.join(', ')}.`,
      next: 'Ask the authority for a certificate with all the names that players use.',
    })
  }
  if (!allowLeafOnly) checkComplete(chain, path, roots)
  return {
    ...{ secure, path, names: own },
    validFromMs: leaf.validFromDate.getTime(),
    expiresAtMs: leaf.validToDate.getTime(),
    issuer: commonName(leaf.issuer),
    fingerprint: leaf.fingerprint256,
  }
}

export function invalid(message: string, rest: { next?: string; cause?: unknown } = {}): FairgroundError {
  return new FairgroundError('CERTIFICATE_INVALID', { message, ...rest })
}

/** Whether a certificate's name, `*.example.com` included, is for that host. */
export function matchesName(pattern: string, name: string): boolean {
  const [wanted, host] = [pattern.toLowerCase(), name.toLowerCase()]
  return wanted === host || (wanted.startsWith('*.') && host.replace(/^[^.]+/, '*') === wanted)
}

function covers(leaf: X509Certificate, name: string): boolean {
  const found = isIP(name) === 0 ? leaf.checkHost(name, { subject: 'never' }) : leaf.checkIP(name)
  return found !== undefined
}

function checkDates(chain: readonly X509Certificate[], path: string, nowMs: number): void {
  chain.forEach((certificate, index) => {
    const what = index === 0 ? 'The certificate' : `The intermediate certificate "${subjectOf(certificate)}"`
    if (certificate.validToDate.getTime() <= nowMs) {
      throw new FairgroundError('CERTIFICATE_EXPIRED', {
        message: `${what} in ${path} expired on ${certificate.validToDate.toISOString()}.`,
        next: 'Get a new one from the authority and put it in its place.',
      })
    }
    if (certificate.validFromDate.getTime() > nowMs) {
      throw invalid(`${what} in ${path} is not valid before ${certificate.validFromDate.toISOString()}.`, {
        next: "Check this machine's clock, or wait until then.",
      })
    }
  })
}

/** A client knows the authorities at the root; every certificate between them and the server's own must be sent. */
function checkComplete(
  chain: readonly X509Certificate[],
  path: string,
  roots: readonly X509Certificate[],
): void {
  const last = chain.at(-1)!
  if (last.checkIssued(last) || chain.length > 1) return
  if ([...roots, ...trustedRoots()].some((root) => last.checkIssued(root))) return
  const issuer = commonName(last.issuer)
  throw new FairgroundError('CERTIFICATE_CHAIN_INCOMPLETE', {
    message: `The intermediate certificate is missing: ${path} holds only the certificate for ${certificateNames(last)[0]}, and no client knows "${issuer}", which signed it.`,
    next: `Append the certificate of "${issuer}" to the file: authorities hand it out as "chain", "bundle" or "fullchain". If it is your own root that players' devices trust, name its file as ca.`,
  })
}

/** The authorities that Node and this machine know; parsed only when a chain has one certificate. */
function* trustedRoots(): Generator<X509Certificate> {
  for (const kind of ['bundled', 'system', 'extra'] as const) {
    for (const pem of getCACertificates(kind)) {
      try {
        yield new X509Certificate(pem)
      } catch {
        // What Node cannot read, no chain can end in.
      }
    }
  }
}

function subjectOf(certificate: X509Certificate): string {
  return commonName(certificate.subject)
}

/** Whom a distinguished name means, in words. */
export function commonName(distinguishedName: string | undefined): string {
  const lines = (distinguishedName ?? '').split('\n')
  return (
    lines.find((line) => line.startsWith('CN='))?.slice(3) ?? (lines.join(', ') || 'an unnamed authority')
  )
}
