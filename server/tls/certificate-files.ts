import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { FairgroundError } from '../../shared/errors.ts'
import { isPem, readBytes, readPem, shellPath } from './certificate-text.ts'
import { type Credential, type CredentialChecks, checkChain, invalid } from './credential.ts'
import { servedChain } from './served-chain.ts'
import { tlsPolicy } from './tls-policy.ts'

/** A certificate as authorities hand it out: two PEM files, or one PFX (PKCS #12) file. */
export type CertificateFiles = (
  | {
      /** PEM: the server's certificate, and the intermediate ones. */
      readonly cert: string
      /** PEM: its private key, encrypted or not. */
      readonly key: string
    }
  | {
      /** PFX or P12: certificate, intermediate ones and key in one. */
      readonly pfx: string
    }
) & {
  /** Of an encrypted key or a PFX file. */
  readonly passphrase?: string
  /** File that holds the passphrase, in place of it: so no secret stands in code or in a command. */
  readonly passphraseFile?: string
  /** PEM: a root of your own that players' devices trust, where the chain ends in none of the well-known ones. */
  readonly ca?: string
}

/**
 * Reads and checks the certificate and private key of a server that has its own, so that what is wrong is said at
 * the start rather than to each player.
 *
 * @throws FairgroundError CERTIFICATE_UNREADABLE, CERTIFICATE_INVALID, CERTIFICATE_PASSPHRASE,
 *   CERTIFICATE_KEY_MISMATCH, CERTIFICATE_EXPIRED, CERTIFICATE_WRONG_NAME or CERTIFICATE_CHAIN_INCOMPLETE, naming the
 *   file
 */
export async function loadCertificateFiles(
  files: CertificateFiles,
  checks: CredentialChecks,
): Promise<Credential> {
  const roots = files.ca === undefined ? [] : parseChain(files.ca, readPem(files.ca, 'certificate'))
  const all = { ...checks, roots: [...(checks.roots ?? []), ...roots] }
  const passphrase = passphraseOf(files)
  const credential =
    'pfx' in files
      ? await loadPfx({ path: files.pfx, passphrase }, all)
      : loadPem({ cert: files.cert, key: files.key, passphrase }, all)
  checkUsable(credential.path, credential.secure)
  return credential
}

function passphraseOf({ passphrase, passphraseFile }: CertificateFiles): string | undefined {
  if (passphraseFile === undefined) return passphrase
  if (passphrase !== undefined) {
    throw new FairgroundError('OPTION_INVALID', { message: 'Give passphrase or passphraseFile, not both.' })
  }
  const text = readBytes(passphraseFile, 'passphrase')
    .toString('utf8')
    .replace(/\r?\n$/, '')
  if (text !== '') return text
  throw new FairgroundError('CERTIFICATE_PASSPHRASE', {
    message: `The passphrase file ${passphraseFile} is empty.`,
  })
}

/** What OpenSSL would refuse at each handshake, or the server at its start, in a message of its own. */
function checkUsable(path: string, secure: SecureContextOptions): void {
  try {
    createSecureContext({ ...tlsPolicy(), ...secure })
  } catch (cause) {
    const { message = '' } = cause as { message?: string }
    if (/key too small/.test(message)) {
      throw invalid(`A key in ${path} is too short to be safe.`, {
        next: 'Ask for a certificate with a P-256 key, or RSA with 2048 bits or more.',
        cause,
      })
    }
    throw invalid(`What ${path} holds cannot be used for TLS.`, { cause })
  }
}

function loadPem(
  { cert, key, passphrase }: { cert: string; key: string; passphrase: string | undefined },
  checks: CredentialChecks,
): Credential {
  const keyPem = readPem(key, 'private key')
  const parsed = parseChain(cert, readPem(cert, 'certificate'))
  const privateKey = parseKey(key, keyPem, passphrase)
  const leaf = parsed.find((certificate) => certificate.checkPrivateKey(privateKey))
  if (!leaf) {
    throw new FairgroundError('CERTIFICATE_KEY_MISMATCH', {
      message: `The private key in ${key} does not belong to any certificate in ${cert}.`,
      next: `Use the key that the certificate was requested with. These print the same then: openssl x509 -noout -pubkey -in ${shellPath(cert)}; openssl pkey -pubout -in ${shellPath(key)}`,
    })
  }
  const chain = inOrder(leaf, parsed)
  const secure = {
    // Players have the root, or do not trust it: sent along, it would only cost bytes at each handshake.
    cert: chain
      .filter((one) => one === leaf || !one.checkIssued(one))
      .map(String)
      .join(''),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  }
  return checkChain(chain, { ...checks, path: cert, secure })
}

async function loadPfx(
  { path, passphrase }: { path: string; passphrase: string | undefined },
  checks: CredentialChecks,
): Promise<Credential> {
  const secure = { pfx: readBytes(path, 'PFX'), ...(passphrase !== undefined && { passphrase }) }
  if (secure.pfx.length === 0) throw invalid(`The PFX file ${path} is empty.`)
  let chain: X509Certificate[]
  try {
    chain = await servedChain(secure)
  } catch (cause) {
    if (isPem(secure.pfx)) {
      throw invalid(`The PFX file ${path} is PEM text.`, { next: 'Give its parts as cert and key.' })
    }
    throw explainPfx(path, passphrase, cause)
  }
  return checkChain(chain, { ...checks, path, secure })
}

function explainPfx(path: string, passphrase: string | undefined, cause: unknown): FairgroundError {
  const { message = '' } = cause as { message?: string }
  if (/mac verify failure|bad decrypt/i.test(message))
    return wrongPassphrase('PFX file', path, passphrase, cause)
  if (/unsupported/i.test(message)) {
    return invalid(`The PFX file ${path} is encrypted in a way that OpenSSL 3 no longer reads.`, {
      next: `Write it anew: openssl pkcs12 -legacy -in ${shellPath(path)} -nodes | openssl pkcs12 -export -out new.pfx`,
      cause,
    })
  }
  return invalid(`${path} is not a PFX file with a certificate and its key, or it is damaged.`, { cause })
}

function wrongPassphrase(
  what: string,
  path: string,
  passphrase: string | undefined,
  cause: unknown,
): FairgroundError {
  return new FairgroundError('CERTIFICATE_PASSPHRASE', {
    message:
      passphrase === undefined
        ? `The ${what} ${path} is encrypted, and no passphrase was given.`
        : `The passphrase does not open the ${what} ${path}.`,
    cause,
  })
}

function parseChain(path: string, pem: string): X509Certificate[] {
  const blocks = pem.match(
    /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----.*?(-----END [A-Z0-9 ]*CERTIFICATE-----|$)/gs,
  )
  try {
    return (blocks ?? []).map((block) => new X509Certificate(block))
  } catch (cause) {
    throw invalid(`The certificate file ${path} is damaged or cut off.`, { cause })
  }
}

function parseKey(path: string, pem: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) })
  } catch (cause) {
    if (/^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
      throw wrongPassphrase('private key in', path, passphrase, cause)
    }
    throw invalid(`The private key file ${path} is damaged or cut off.`, { cause })
  }
}

/** The server's own certificate and those that lead to an authority, however the file mixed them. */
function inOrder(leaf: X509Certificate, all: readonly X509Certificate[]): X509Certificate[] {
  const chain = [leaf]
  for (let last = leaf; !last.checkIssued(last); last = chain.at(-1)!) {
    const issuer = all.find((other) => !chain.includes(other) && last.checkIssued(other))
    if (!issuer) break
    chain.push(issuer)
  }
  return chain
}
