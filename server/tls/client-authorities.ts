import 'reflect-metadata'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import * as x509 from '@peculiar/x509'
import { FairgroundError } from '../../shared/errors.ts'
import type { ClientCertificateOptions } from './client-certificates.ts'
import { invalid } from './credential.ts'
import { systemReason } from './files.ts'

/** Whose client certificates are let in, and which of them no longer. */
export interface ClientAuthorities {
  /** What a secure context takes. */
  readonly secure: SecureContextOptions
  /** Serial numbers that are revoked, upper-case hexadecimal without leading zeros. */
  readonly revoked: ReadonlySet<string>
  /** When the first of the lists runs out, in milliseconds since 1970: TLS lets nobody in after that. */
  readonly listsExpireAtMs: number
}

/**
 * Reads and checks the files behind {@link ClientCertificateOptions}.
 *
 * @param nowMs milliseconds since 1970
 * @throws FairgroundError CERTIFICATE_UNREADABLE, CERTIFICATE_INVALID or CERTIFICATE_EXPIRED, naming the file
 */
export function loadClientAuthorities(
  { ca, crl }: Pick<ClientCertificateOptions, 'ca' | 'crl'>,
  nowMs: number,
): ClientAuthorities {
  const caPem = read(ca)
  const authorities = blocks(caPem, 'CERTIFICATE').map((block) => parse(ca, () => new X509Certificate(block)))
  if (authorities.length === 0) throw invalid(`${ca} holds no certificate of an authority in PEM.`)
  const notAuthority = authorities.find((certificate) => !certificate.ca)
  if (notAuthority) {
    throw invalid(`${ca} holds the certificate of ${notAuthority.subject}, which is no authority.`, {
      next: 'Name the certificate that client certificates are signed with, not one of the clients.',
    })
  }
  if (crl === undefined) return { secure: { ca: caPem }, revoked: new Set(), listsExpireAtMs: Infinity }
  const crlPem = read(crl)
  const listPems = blocks(crlPem, 'X509 CRL')
  const lists = listPems.map((block) => parse(crl, () => new x509.X509Crl(block)))
  if (lists.length === 0) throw invalid(`${crl} holds no revocation list in PEM ("BEGIN X509 CRL").`)
  const listsExpireAtMs = Math.min(...lists.map(({ nextUpdate }) => nextUpdate?.getTime() ?? Infinity))
  if (listsExpireAtMs <= nowMs) {
    throw new FairgroundError('CERTIFICATE_EXPIRED', {
      message: `The revocation list in ${crl} ran out on ${new Date(listsExpireAtMs).toISOString()}; TLS would let nobody in.`,
      next: 'Get the current list from the authority and put it in its place.',
    })
  }
  // One by one: Node reads the first list of a text and drops the rest.
  const secure = { ca: caPem, crl: listPems }
  parse(crl, () => createSecureContext(secure))
  const revoked = new Set(
    lists.flatMap(({ entries }) => entries.map(({ serialNumber }) => plainSerial(serialNumber))),
  )
  return { secure, revoked, listsExpireAtMs }
}

/** A serial number as {@link ClientAuthorities.revoked} has it. */
export function plainSerial(hexadecimal: string): string {
  return hexadecimal.toUpperCase().replace(/^0+(?=.)/, '')
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new FairgroundError('CERTIFICATE_UNREADABLE', {
      message: `${path}, which client certificates are checked with, cannot be read: ${systemReason(cause)}.`,
      cause,
    })
  }
}

function blocks(pem: string, kind: string): string[] {
  return pem.match(new RegExp(`-----BEGIN ${kind}-----.*?-----END ${kind}-----`, 'gs')) ?? []
}

function parse<T>(path: string, action: () => T): T {
  try {
    return action()
  } catch (cause) {
    throw invalid(`${path} is damaged or cut off.`, { cause })
  }
}
