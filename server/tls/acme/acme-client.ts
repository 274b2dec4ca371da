import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { calculateJwkThumbprint, exportJWK, FlattenedSign, type JWK } from 'jose'
import { FairgroundError } from '../../../shared/errors.ts'
import { type AcmeAnswer, type AcmeRequest, askAuthority } from './acme-http.ts'
import { authorizationOf, type Directory, directoryOf, locationOf, orderOf } from './acme-objects.ts'
import { problemOf, refusal, retryAfterMs } from './acme-problem.ts'

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
  /** Kind of certificate to ask for, where the authority offers several. */
  readonly profile?: string | undefined
  /** Time for one answer, in milliseconds, and four times that to decide. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Told once the authority has been asked for something that may count against its limits. */
  readonly asked?: () => void
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
export type Prove = (challenge: Challenge) => Promise<() => void>

/** The kind in which Let's Encrypt issues for IP addresses, and in no other. */
const PROFILE_OF_ADDRESSES = 'shortlived'
const ATTEMPTS_FOR_A_NONCE = 8
/** An authority has this many times its time for one answer to decide. */
const DECISION_TIMEOUTS = 4
const POLL_MS = 500
/** Longest that a Retry-After holds up the next look at a decision, in milliseconds. */
const MAX_POLL_MS = 15_000

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
   * @param identifiers host names and IP addresses, all proven by `prove`
   * @param csrDer the request for exactly these
   * @param type how to prove them
   * @returns the chain, PEM, the server's own certificate first
   * @throws FairgroundError ACME_UNREACHABLE, ACME_REFUSED, ACME_RATE_LIMITED or ACME_ACCOUNT_NEEDED; every proof is
   *   removed then
   */
  async issue(
    identifiers: readonly { type: 'dns' | 'ip'; value: string }[],
    { csrDer, type, prove }: { csrDer: Uint8Array; type: ChallengeType; prove: Prove },
  ): Promise<string> {
    const { newOrder, meta } = await this.#getDirectory()
    const profile = this.#profile(Object.keys(meta?.profiles ?? {}), identifiers)
    const placed = await this.#post(newOrder, { identifiers, ...(profile !== undefined && { profile }) })
    const orderUrl = locationOf(placed)
    const order = orderOf(placed)
    for (const url of order.authorizations) await this.#authorize(url, type, prove)
    const ready = await this.#settled(orderUrl, orderOf, ['ready', 'valid', 'invalid'])
    if (ready.status === 'invalid') throw refusal(ready.error, 'the order')
    if (ready.status === 'ready')
      await this.#post(ready.finalize, { csr: Buffer.from(csrDer).toString('base64url') })
    const done = await this.#settled(orderUrl, orderOf, ['valid', 'invalid'])
    if (done.status !== 'valid' || done.certificate === undefined) throw refusal(done.error, 'the order')
    const { text } = await this.#post(done.certificate, undefined, 'application/pem-certificate-chain')
    return text
  }

  #profile(offered: readonly string[], identifiers: readonly { type: 'dns' | 'ip' }[]): string | undefined {
    const { profile } = this.#options
    if (profile !== undefined && !offered.includes(profile)) {
      throw new FairgroundError('ACME_REFUSED', {
        message: `The certificate authority has no profile "${profile}"; it offers ${offered.join(', ') || 'none'}.`,
        next: 'Ask for one of those, or leave the profile out.',
      })
    }
    const hasAddress = identifiers.some(({ type }) => type === 'ip')
    return profile ?? offered.find((name) => hasAddress && name === PROFILE_OF_ADDRESSES)
  }

  async #authorize(url: string, type: ChallengeType, prove: Prove): Promise<void> {
    const authorization = authorizationOf(await this.#post(url, undefined))
    if (authorization.status === 'valid') return
    const name = authorization.identifier.value
    const offered = authorization.challenges.find((challenge) => challenge.type === type)
    if (!offered) {
      const others = authorization.challenges.map((challenge) => challenge.type).join(', ')
      throw new FairgroundError('ACME_REFUSED', {
        message: `The certificate authority does not prove ${name} by ${type}; it offers ${others || 'nothing'}.`,
      })
    }
    const { token } = offered
    const thumbprint = await calculateJwkThumbprint(await this.#publicJwk())
    const remove = await prove({ type, name, token, keyAuthorization: `${token}.${thumbprint}` })
    try {
      await this.#post(offered.url, {})
      const final = ['valid', 'invalid', 'deactivated', 'expired', 'revoked']
      const decided = await this.#settled(url, authorizationOf, final)
      if (decided.status === 'valid') return
      throw refusal(decided.challenges.find((challenge) => challenge.error)?.error, name)
    } finally {
      remove()
    }
  }

  /** Reads until the authority has decided, as slowly as it asks for. */
  async #settled<T extends { status: string }>(
    url: string,
    read: (answer: AcmeAnswer) => T,
    final: readonly string[],
  ): Promise<T> {
    const { signal, timeoutMs } = this.#options
    const decisionMs = timeoutMs * DECISION_TIMEOUTS
    for (let waitedMs = 0; waitedMs < decisionMs; ) {
      const answer = await this.#post(url, undefined)
      const found = read(answer)
      if (final.includes(found.status)) return found
      const pollMs = Math.min(Math.max(retryAfterMs(answer, Date.now()) ?? 0, POLL_MS), MAX_POLL_MS)
      await wait(pollMs, undefined, { signal })
      waitedMs += pollMs
    }
    throw new FairgroundError('ACME_UNREACHABLE', {
      message: `The certificate authority has not decided within ${decisionMs / 1000} s.`,
    })
  }

  /** A signed request; without a payload it only reads (POST-as-GET). */
  async #post(url: string, payload: unknown, accept?: string): Promise<AcmeAnswer> {
    this.#account ??= await this.#register()
    return this.#send(url, payload, { kid: this.#account }, accept)
  }

  async #register(): Promise<string> {
    const { newAccount, meta } = await this.#getDirectory()
    const { email, eab } = this.#options
    const jwk = await this.#publicJwk()
    // Who renews by hand need not have the customer's secret at hand: the account was bound to it when it was made.
    const known = meta?.externalAccountRequired === true && eab === undefined
    const payload = {
      ...(known ? { onlyReturnExisting: true } : { termsOfServiceAgreed: true }),
      ...(email !== undefined && { contact: [`mailto:${email}`] }),
      ...(eab && { externalAccountBinding: await bind(eab, jwk, newAccount) }),
    }
    return locationOf(await this.#send(newAccount, payload, { jwk }))
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
      this.#options.asked?.()
      const answer = await this.#ask(url, {
        method: 'POST',
        body: JSON.stringify(signed),
        ...(accept && { accept }),
      })
      if (answer.status < 400) return answer
      const problem = problemOf(answer)
      const staleNonce = problem.type?.endsWith(':badNonce') && attempt < ATTEMPTS_FOR_A_NONCE
      if (!staleNonce) throw refusal(problem, undefined, answer)
    }
  }

  async #newNonce(): Promise<string> {
    const { newNonce } = await this.#getDirectory()
    const answer = await this.#ask(newNonce, { method: 'HEAD' })
    if (this.#nonce === undefined) throw refusal({}, undefined, answer)
    return this.#nonce
  }

  async #getDirectory(): Promise<Directory> {
    if (this.#directory) return this.#directory
    const { directoryUrl } = this.#options
    const answer = await this.#ask(directoryUrl, { method: 'GET' })
    if (answer.status === 429 || answer.status >= 500) throw refusal(problemOf(answer), undefined, answer)
    const directory = answer.status === 200 ? directoryOf(answer) : undefined
    if (!directory) {
      throw new FairgroundError('ACME_UNREACHABLE', {
        message: `${directoryUrl} is not the directory of an ACME authority (status ${answer.status}).`,
        next: 'Compare the directory address with the one your authority names.',
      })
    }
    this.#directory = directory
    return this.#directory
  }

  async #ask(url: string, request: Pick<AcmeRequest, 'method' | 'body' | 'accept'>): Promise<AcmeAnswer> {
    const { ca, signal, timeoutMs } = this.#options
    const answer = await askAuthority(url, { ...request, ca, signal, timeoutMs })
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
