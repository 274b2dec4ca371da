import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { FairgroundError } from '../../shared/errors.ts'
import { certificateNames } from './certificate-names.ts'
import { systemReason } from './files.ts'

export interface CertificateFiles {
  /** The whole file: the server's certificate first, then the intermediate ones. */
  readonly certPem: string
  readonly keyPem: string
  /** Host names and addresses the certificate is for. */
  readonly names: readonly string[]
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number
  /** The intermediate certificates are missing, so many clients will refuse to connect. */
  readonly leafOnly: boolean
}

/**
 * Reads and checks the certificate and private key of a server that has its own, so that what is wrong is said at
 * the start rather than to each player.
 *
 * @param cert path of the PEM certificate or chain.
 * @param key path of its PEM private key, not encrypted.
 * @param nowMs milliseconds since 1970.
 * @throws FairgroundError CERTIFICATE_UNREADABLE, CERTIFICATE_INVALID, CERTIFICATE_KEY_MISMATCH or
 *   CERTIFICATE_EXPIRED, naming the file.
 */
export function loadCertificateFiles({
  cert,
  key,
  nowMs,
}: {
  cert: string
  key: string
  nowMs: number
}): CertificateFiles {
  const certPem = readPem(cert, 'certificate')
  const keyPem = readPem(key, 'private key')
  const { leaf, count } = parseChain(cert, certPem)
  if (!leaf.checkPrivateKey(parseKey(key, keyPem))) {
    throw new FairgroundError('CERTIFICATE_KEY_MISMATCH', {
      message: `The private key in ${key} does not belong to the first certificate in ${cert}.`,
    })
  }
  checkDates(cert, leaf, nowMs)
  return {
    certPem,
    keyPem,
    names: certificateNames(leaf),
    expiresAtMs: leaf.validToDate.getTime(),
    leafOnly: count === 1 && !leaf.checkIssued(leaf),
  }
}

function readPem(path: string, what: 'certificate' | 'private key'): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new FairgroundError('CERTIFICATE_UNREADABLE', {
      message: `The ${what} file ${path} cannot be read: ${systemReason(error)}.`,
      cause: error,
    })
  }
  if (text.trim() === '') throw invalid(`The ${what} file ${path} is empty.`)
  const kinds = [...text.matchAll(/^-----BEGIN ([A-Z0-9 ]+)-----/gm)].map(([, kind = '']) => kind)
  if (kinds.length === 0) throw invalid(`The ${what} file ${path} is not PEM text.`)
  const wanted = what === 'certificate' ? /CERTIFICATE$/ : /PRIVATE KEY$/
  if (!kinds.some((kind) => wanted.test(kind))) {
    throw invalid(`The ${what} file ${path} holds a ${kinds[0]!.toLowerCase()} instead.`)
  }
  return text
}

function parseChain(path: string, pem: string): { leaf: X509Certificate; count: number } {
  const blocks = pem.match(
    /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----.*?(-----END [A-Z0-9 ]*CERTIFICATE-----|$)/gs,
  )
  try {
    const [leaf, ...others] = (blocks ?? []).map((block) => new X509Certificate(block))
    return { leaf: leaf!, count: 1 + others.length }
  } catch (cause) {
    throw invalid(`The certificate file ${path} is damaged or cut off.`, { cause })
  }
}

function parseKey(path: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    if (/^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
      const next = `Write it out decrypted: openssl pkey -in ${path} -out plain.key`
      throw invalid(`The private key in ${path} is encrypted.`, { next, cause })
    }
    throw invalid(`The private key file ${path} is damaged or cut off.`, { cause })
  }
}

function checkDates(path: string, leaf: X509Certificate, nowMs: number): void {
  if (leaf.validToDate.getTime() <= nowMs) {
    throw new FairgroundError('CERTIFICATE_EXPIRED', {
      message: `The certificate in ${path} expired on ${leaf.validToDate.toISOString()}.`,
    })
  }
  if (leaf.validFromDate.getTime() > nowMs) {
    const next = "Check this machine's clock, or wait until then."
    throw invalid(`The certificate in ${path} is not valid before ${leaf.validFromDate.toISOString()}.`, {
      next,
    })
  }
}

function invalid(message: string, rest: { next?: string; cause?: unknown } = {}): FairgroundError {
  return new FairgroundError('CERTIFICATE_INVALID', { message, ...rest })
}
