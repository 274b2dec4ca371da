import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { FairgroundError } from '../../shared/errors.ts'
import { invalid } from './credential.ts'
import { systemReason } from './files.ts'

export type PemKind = 'certificate' | 'private key'

/** What somebody may have in place of what was asked for: how it is called, and what to do with it. */
interface Mistaken {
  readonly holds: string
  readonly next?: string
}

/** @throws FairgroundError CERTIFICATE_UNREADABLE */
export function readBytes(path: string, what: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new FairgroundError('CERTIFICATE_UNREADABLE', {
      message: `The ${what} file ${path} cannot be read: ${systemReason(error)}.`,
      cause: error,
    })
  }
}

/**
 * A file's text, once it is known to hold a certificate or key in PEM.
 *
 * @throws FairgroundError CERTIFICATE_UNREADABLE, or CERTIFICATE_INVALID with what the file holds instead and the
 *   command that makes PEM of it
 */
export function readPem(path: string, what: PemKind): string {
  const bytes = readBytes(path, what)
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  if (text.trim() === '') throw invalid(`The ${what} file ${path} is empty.`)
  const kinds = [...text.matchAll(/^-----BEGIN ([A-Z0-9 ]+)-----/gm)].map(([, kind = '']) => kind)
  const wanted = what === 'certificate' ? /CERTIFICATE$/ : /PRIVATE KEY$/
  if (kinds.some((kind) => wanted.test(kind))) return text
  const mistaken = kinds.length > 0 ? otherPem(path, kinds[0]!) : notPem(path, bytes)
  const { holds, next } = mistaken
  throw invalid(`The ${what} file ${path} ${holds}.`, next === undefined ? {} : { next })
}

/** Text in PEM, given as a PFX file. */
export function isPem(bytes: Buffer): boolean {
  return /^(\uFEFF)?-----BEGIN /m.test(bytes.subarray(0, 4096).toString('utf8'))
}

/** A path as a shell takes it, for commands to copy. */
export function shellPath(path: string): string {
  return /^[\w./:@%+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}

function otherPem(path: string, kind: string): Mistaken {
  const holds = `holds a ${kind.toLowerCase()} instead`
  if (kind === 'PKCS7') return pkcs7(path, 'PEM')
  if (/REQUEST$/.test(kind)) {
    return { holds, next: 'That is what was sent to the authority: use the certificate that it sent back.' }
  }
  if (kind === 'PUBLIC KEY') return { holds, next: 'Use the private key that belongs to it.' }
  if (/PRIVATE KEY$|CERTIFICATE$/.test(kind)) {
    return { holds, next: 'See that certificate and key are not exchanged.' }
  }
  return { holds }
}

const OID_SIGNED_DATA = Buffer.from('06092a864886f70d010702', 'hex')
const PFX_VERSION = Buffer.from('020103', 'hex')
const JAVA_KEY_STORE = 0xfeedfeed

function notPem(path: string, bytes: Buffer): Mistaken {
  const [file, pem] = [shellPath(path), shellPath(`${path}.pem`)]
  const start = bytes.subarray(0, 32)
  if (/^(\xff\xfe|\xfe\xff)/.test(start.toString('latin1'))) {
    return { holds: 'is UTF-16 text', next: "Save it as plain text (ASCII); PowerShell's > writes UTF-16." }
  }
  if (bytes.length > 4 && bytes.readUInt32BE() === JAVA_KEY_STORE) {
    const convert = `keytool -importkeystore -srckeystore ${file} -destkeystore ${shellPath(`${path}.p12`)} -deststoretype PKCS12`
    return { holds: 'is a Java key store', next: `Make a PFX file of it, and give that as pfx: ${convert}` }
  }
  if (start.includes(OID_SIGNED_DATA)) return pkcs7(path, 'DER')
  if (bytes[0] === 0x30 && start.subarray(0, 9).includes(PFX_VERSION)) {
    return { holds: 'is a PFX file', next: 'Give it as pfx, with its passphrase, in place of cert and key.' }
  }
  if (parses(() => new X509Certificate(bytes))) {
    const convert = `openssl x509 -inform DER -in ${file} -out ${pem}`
    return { holds: 'is a certificate in DER, not in PEM', next: `Convert it: ${convert}` }
  }
  if (DER_KEYS.some((type) => parses(() => createPrivateKey({ key: bytes, format: 'der', type })))) {
    const convert = `openssl pkey -inform DER -in ${file} -out ${pem}`
    return { holds: 'is a private key in DER, not in PEM', next: `Convert it: ${convert}` }
  }
  return { holds: 'is not PEM text' }
}

const DER_KEYS = ['pkcs8', 'sec1', 'pkcs1'] as const

function pkcs7(path: string, form: 'PEM' | 'DER'): Mistaken {
  const [file, pem] = [shellPath(path), shellPath(`${path}.pem`)]
  const convert = `openssl pkcs7 ${form === 'DER' ? '-inform DER ' : ''}-print_certs -in ${file} -out ${pem}`
  return { holds: 'holds PKCS #7 (.p7b) instead', next: `Convert it: ${convert}` }
}

function parses(parse: () => unknown): boolean {
  try {
    parse()
    return true
  } catch {
    return false
  }
}
