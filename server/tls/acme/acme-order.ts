import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { FairgroundError } from '../../../shared/errors.ts'
import { type Credential, checkChain, invalid } from '../credential.ts'
import { systemReason } from '../files.ts'
import { newKeyPem } from '../p256-key.ts'
import { AcmeClient, type Challenge } from './acme-client.ts'
import { type AcmeOptions, directoryUrlOf } from './acme-options.ts'
import type { AlpnProofs, HttpProofs } from './acme-proofs.ts'
import { reverseName } from './reverse-name.ts'

const TIMEOUT_MS = 30_000
/** This clock may be behind that of the authority, which dates what it issues from this moment. */
const CLOCK_SLACK_MS = 60_000

export interface OrderOptions {
  readonly acme: AcmeOptions
  /** P-256 key of the account, PEM. Secret. */
  readonly accountKeyPem: string
  readonly challenges: AlpnProofs
  readonly proofs: HttpProofs
  /** Where the certificate is going to be kept. */
  readonly path: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly signal: AbortSignal
  /** Told once the authority has been asked for something that may count against its limits. */
  readonly asked: () => void
}

/**
 * Has a certificate issued, for a new key.
 *
 * @returns chain and key in one PEM text, and the same checked: for all the names, for that key, and valid
 * @throws FairgroundError one of the ACME errors, or of the certificate errors for one that is not what was asked for
 */
export async function orderCertificate(
  options: OrderOptions,
): Promise<{ pem: string; credential: Credential }> {
  const { acme, accountKeyPem, signal, asked, now, path } = options
  const { certificateRequest } = await import('./certificate-request.ts')
  const directoryUrl = directoryUrlOf(acme)
  const client = new AcmeClient({
    directoryUrl,
    accountKeyPem,
    email: acme.email,
    eab: acme.eab,
    profile: acme.profile,
    ca: acme.ca === undefined ? undefined : readRoot(acme.ca),
    timeoutMs: acme.timeoutMs ?? TIMEOUT_MS,
    signal,
    asked,
  })
  const keyPem = newKeyPem()
  const certPem = await client.issue(acme.names.map(identifierOf), {
    csrDer: await certificateRequest(keyPem, acme.names),
    type: acme.challenge ?? 'tls-alpn-01',
    prove: (challenge) => prove(challenge, options),
  })
  const pem = `${keyPem}${certPem}`
  const answer = `the answer of ${new URL(directoryUrl).host}`
  const credential = parseIssued(pem, { nowMs: now(), names: acme.names, path: answer })
  return { pem, credential: { ...credential, path } }
}

/**
 * Certificate and key in one PEM text, as {@link orderCertificate} makes it.
 *
 * @throws FairgroundError CERTIFICATE_INVALID, CERTIFICATE_KEY_MISMATCH, CERTIFICATE_EXPIRED or CERTIFICATE_WRONG_NAME
 */
export function parseIssued(
  pem: string,
  { path, nowMs, names }: { path: string; nowMs: number; names: readonly string[] },
): Credential {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? []
  const whole = blocks.length === 0 || /-----END CERTIFICATE-----\s*$/.test(pem)
  if (!whole) throw damaged(path)
  const key = /-----BEGIN PRIVATE KEY-----.*?-----END PRIVATE KEY-----\n?/s.exec(pem)?.[0] ?? ''
  const chain = attempt(path, () => blocks.map((block) => new X509Certificate(block)))
  const privateKey = attempt(path, () => createPrivateKey(key))
  if (chain[0] && !chain[0].checkPrivateKey(privateKey)) {
    throw new FairgroundError('CERTIFICATE_KEY_MISMATCH', {
      message: `The certificate in ${path} is for another key than the one it was requested with.`,
      next: 'Tell the authority: it has issued what nobody asked for.',
    })
  }
  const secure = { cert: blocks.join('\n'), key }
  return checkChain(chain, { secure, path, names, nowMs: nowMs + CLOCK_SLACK_MS, allowLeafOnly: true })
}

function attempt<Result>(path: string, parse: () => Result): Result {
  try {
    return parse()
  } catch (cause) {
    throw damaged(path, cause)
  }
}

function damaged(path: string, cause?: unknown): FairgroundError {
  return invalid(`What is in ${path} is damaged or cut off.`, { cause })
}

async function prove(
  { type, name, token, keyAuthorization }: Challenge,
  { proofs, challenges }: OrderOptions,
): Promise<() => void> {
  if (type === 'http-01') return proofs.add(token, keyAuthorization)
  const { challengeCertificate } = await import('./certificate-request.ts')
  const host = isIP(name) === 0 ? name.toLowerCase() : reverseName(name)
  return challenges.add(host, await challengeCertificate(name, keyAuthorization))
}

function identifierOf(value: string): { type: 'dns' | 'ip'; value: string } {
  return { type: isIP(value) === 0 ? 'dns' : 'ip', value }
}

function readRoot(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new FairgroundError('CERTIFICATE_UNREADABLE', {
      message: `The root of the ACME authority, ${path}, cannot be read: ${systemReason(cause)}.`,
      cause,
    })
  }
}
