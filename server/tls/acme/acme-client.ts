import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { calculateJwkThumbprint, exportJWK, FlattenedSign, type JWK } from 'jose'
import { FairgroundError } from '../../../shared/errors.ts'
import { type AcmeAnswer, askAuthority } from './acme-http.ts'

/** External Account Binding: how DigiCert, ZeroSSL and others tie an ACME account to a customer. */
export interface ExternalAccount {
  readonly kid: string
  /** As the authority shows it, base64url. Secret. */
  readonly hmacKey: string
}

export interface AcmeClientOptions {
  /** Address of the authority's directory. */
  readonly directoryUrl: string
  /** P-256 key of the account, PEM. Secret. */
  readonly accountKeyPem: string
  readonly email?: string | undefined
  readonly eab?: ExternalAccount | undefined
  readonly ca?: string | undefined
  readonly signal: AbortSignal
}

/** Proofs that a name is ours, as RFC 8555 and RFC 8737 name them. */
export type ChallengeType = 'http-01' | 'tls-alpn-01'

export interface Challenge {
  readonly type: ChallengeType
  /** The name or address to be proven. */
  readonly name: string
  readonly token: string
  /** What the proof must show: token and thumbprint of the account's key. */
  readonly keyAuthorization: string
}

/** Puts a proof in place and answers with what removes it. */
export type Prove = (challenge: Challenge) => Promise<() => Promise<void>>

interface Directory {
  readonly newNonce: string
  readonly newAccount: string
  readonly newOrder: string
  readonly renewalInfo?: string
  readonly meta?: { readonly externalAccountRequired?: boolean }
}

interface Order {
  readonly status: string
  readonly authorizations: readonly string[]
  readonly finalize: string
  readonly certificate?: string
  readonly error?: Problem
}

interface Authorization {
  readonly status: string
  readonly identifier: { readonly value: string }
  readonly challenges: readonly { type: string; url: string; token: string; error?: Problem }[]
}

interface Problem {
  readonly type?: string
  readonly detail?: string
  readonly subproblems?: readonly Problem[]
}

const ATTEMPTS_FOR_A_NONCE = 8
/** An authority that has not decided after this long is given up on, in milliseconds. */
const DECISION_MS = 120_000
const POLL_MS = 500

/** One account at one ACME authority (RFC 8555). */
export class AcmeClient {
  readonly #options: AcmeClientOptions
  readonly #key: KeyObject
  #directory: Directory | undefined
  #jwk: JWK | undefined
  #account: string | undefined
  #nonce: string | undefined

  constructor(options: AcmeClientOptions) {
    this.#options = options
    this.#key = createPrivateKey(options.accountKeyPem)
  }

  /**
   * Gets a certificate.
   *
   * @param names host names and IP addresses, all proven by `prove`
   * @param csrDer the request for exactly these names
   * @param type how to prove them
   * @returns the chain, PEM, the server's own certificate first
   * @throws FairgroundError ACME_UNREACHABLE, ACME_REFUSED, ACME_RATE_LIMITED or ACME_ACCOUNT_NEEDED; every proof is
   *   removed then
   */
  async issue(
    identifiers: readonly { type: 'dns' | 'ip'; value: string }[],
    { csrDer, type, prove }: { csrDer: Uint8Array; type: ChallengeType; prove: Prove },
  ): Promise<string> {
    const { newOrder } = await this.#getDirectory()
    const placed = await this.#post(newOrder, { identifiers })
    const orderUrl = String(placed.headers['location'])
    const order = JSON.parse(placed.text) as Order
    for (const url of order.authorizations) await this.#authorize(url, type, prove)
    await this.#post(order.finalize, { csr: Buffer.from(csrDer).toString('base64url') })
    const done = await this.#settled<Order>(orderUrl, ['valid', 'invalid'])
    if (done.status !== 'valid' || done.certificate === undefined) throw refused(done.error, 'the order')
    const { text } = await this.#post(done.certificate, undefined, 'application/pem-certificate-chain')
    return text
  }

  async #authorize(url: string, type: ChallengeType, prove: Prove): Promise<void> {
    const authorization = await this.#read<Authorization>(url)
    if (authorization.status === 'valid') return
    const name = authorization.identifier.value
    const offered = authorization.challenges.find((challenge) => challenge.type === type)
    if (!offered) {
      const others = authorization.challenges.map((challenge) => challenge.type).join(', ')
      throw new FairgroundError('ACME_REFUSED', {
        message: `The certificate authority does not prove ${name} by ${type}; it offers ${others}.`,
      })
    }
    const { token } = offered
    const thumbprint = await calculateJwkThumbprint(await this.#publicJwk())
    const remove = await prove({ type, name, token, keyAuthorization: `${token}.${thumbprint}` })
    try {
      await this.#post(offered.url, {})
      const decided = await this.#settled<Authorization>(url, ['valid', 'invalid', 'deactivated', 'expired'])
      if (decided.status === 'valid') return
      throw refused(decided.challenges.find((challenge) => challenge.error)?.error, name)
    } finally {
      await remove()
    }
  }

  /** Reads until the authority has decided. */
  async #settled<T extends { status: string }>(url: string, final: readonly string[]): Promise<T> {
    const { signal } = this.#options
    for (let waitedMs = 0; waitedMs < DECISION_MS; waitedMs += POLL_MS) {
      const found = await this.#read<T>(url)
      if (final.includes(found.status)) return found
      await wait(POLL_MS, undefined, { signal })
    }
    throw new FairgroundError('ACME_UNREACHABLE', {
      message: `The certificate authority has not decided within ${DECISION_MS / 1000} s.`,
    })
  }

  async #read<T>(url: string): Promise<T> {
    return JSON.parse((await this.#post(url, undefined)).text) as T
  }

  /** A signed request; without a payload it only reads (POST-as-GET). */
  async #post(url: string, payload: unknown, accept?: string): Promise<AcmeAnswer> {
    this.#account ??= await this.#register()
    return this.#send(url, payload, { kid: this.#account }, accept)
  }

  async #register(): Promise<string> {
    const { newAccount, meta } = await this.#getDirectory()
    const { email, eab } = this.#options
    if (meta?.externalAccountRequired && !eab) throw new FairgroundError('ACME_ACCOUNT_NEEDED')
    const jwk = await this.#publicJwk()
    const payload = {
      termsOfServiceAgreed: true,
      ...(email !== undefined && { contact: [`mailto:${email}`] }),
      ...(eab && { externalAccountBinding: await bind(eab, jwk, newAccount) }),
    }
    const answer = await this.#send(newAccount, payload, { jwk })
    return String(answer.headers['location'])
  }

  async #send(
    url: string,
    payload: unknown,
    signer: { kid: string } | { jwk: JWK },
    accept?: string,
  ): Promise<AcmeAnswer> {
    const content = new TextEncoder().encode(payload === undefined ? '' : JSON.stringify(payload))
    for (let attempt = 1; ; attempt++) {
      const nonce = this.#nonce ?? (await this.#newNonce())
      this.#nonce = undefined
      const signed = await new FlattenedSign(content)
        .setProtectedHeader({ alg: 'ES256', nonce, url, ...signer })
        .sign(this.#key)
      const answer = await this.#ask(url, {
        method: 'POST',
        body: JSON.stringify(signed),
        ...(accept && { accept }),
      })
      if (answer.status < 400) return answer
      const problem = problemOf(answer)
      const staleNonce = problem.type?.endsWith(':badNonce') && attempt < ATTEMPTS_FOR_A_NONCE
      if (!staleNonce) throw refused(problem, undefined, answer)
    }
  }

  async #newNonce(): Promise<string> {
    const { newNonce } = await this.#getDirectory()
    await this.#ask(newNonce, { method: 'HEAD' })
    return this.#nonce ?? ''
  }

  async #getDirectory(): Promise<Directory> {
    if (this.#directory) return this.#directory
    const { directoryUrl } = this.#options
    const { status, text } = await this.#ask(directoryUrl, { method: 'GET' })
    const directory = status === 200 ? (parse(text) as Partial<Directory> | undefined) : undefined
    if (!directory?.newOrder) {
      throw new FairgroundError('ACME_UNREACHABLE', {
        message: `${directoryUrl} is not the directory of an ACME authority (status ${status}).`,
        next: 'Compare the directory address with the one your authority names.',
      })
    }
    this.#directory = directory as Directory
    return this.#directory
  }

  async #ask(url: string, request: { method: 'GET' | 'HEAD' | 'POST'; body?: string; accept?: string }) {
    const { ca, signal } = this.#options
    const answer = await askAuthority(url, { ...request, ca, signal })
    const nonce = answer.headers['replay-nonce']
    if (typeof nonce === 'string') this.#nonce = nonce
    return answer
  }

  async #publicJwk(): Promise<JWK> {
    this.#jwk ??= await exportJWK(createPublicKey(this.#key))
    return this.#jwk
  }
}

function bind({ kid, hmacKey }: ExternalAccount, jwk: JWK, url: string) {
  return new FlattenedSign(new TextEncoder().encode(JSON.stringify(jwk)))
    .setProtectedHeader({ alg: 'HS256', kid, url })
    .sign(Buffer.from(hmacKey, 'base64url'))
}

function problemOf({ text }: AcmeAnswer): Problem {
  return (parse(text) as Problem | undefined) ?? {}
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refused(problem: Problem = {}, what?: string, answer?: AcmeAnswer): FairgroundError {
  const kind = problem.type?.replace('urn:ietf:params:acme:error:', '')
  const details = [problem.detail, ...(problem.subproblems ?? []).map(({ detail }) => detail)].filter(Boolean)
  const says = `${details.join(' ') || `status ${answer?.status}`}${kind ? ` (${kind})` : ''}`
  if (kind === 'rateLimited') {
    const after = answer?.headers['retry-after']
    const until = typeof after === 'string' ? ` It asks to wait ${after} s.` : ''
    return new FairgroundError('ACME_RATE_LIMITED', {
      message: `The certificate authority has had too many requests: ${says}.${until}`,
    })
  }
  if (kind === 'externalAccountRequired') return new FairgroundError('ACME_ACCOUNT_NEEDED')
  return new FairgroundError('ACME_REFUSED', {
    message: `The certificate authority refused${what ? ` ${what}` : ''}: ${says}.`,
  })
}
