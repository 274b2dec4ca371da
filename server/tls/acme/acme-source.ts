import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { SecureContext } from 'node:tls'
import { FairgroundError } from '../../../shared/errors.ts'
import type { CertificateSource, SourceEvents } from '../certificate-source.ts'
import { type Credential, checkChain } from '../credential.ts'
import { systemReason } from '../files.ts'
import { newKeyPem } from '../p256-key.ts'
import { AcmeClient, type Challenge, type ChallengeType, type ExternalAccount } from './acme-client.ts'
import { AcmeStore, type HttpProofs } from './acme-store.ts'
import { renewalDueMs, retryAfterMs } from './renewal.ts'
import { reverseName } from './reverse-name.ts'

/** Addresses of the authorities that have a short name. */
export const ACME_DIRECTORIES = {
  letsencrypt: 'https://acme-v02.api.letsencrypt.org/directory',
  'letsencrypt-staging': 'https://acme-staging-v02.api.letsencrypt.org/directory',
} as const

export interface AcmeOptions {
  /** Host names and public IP addresses that players use; 1 to 100. */
  readonly names: readonly string[]
  /** `letsencrypt` (default), `letsencrypt-staging` for trying out, or the address of any authority's directory. */
  readonly directory?: string
  /** Where the authority may write to about problems. */
  readonly email?: string
  /** The account at DigiCert, ZeroSSL and others that ask for one (External Account Binding). */
  readonly eab?: ExternalAccount
  /** How names are proven: on the game port itself (default), or on a plain HTTP port. */
  readonly challenge?: ChallengeType
  /** PEM file of the root that the authority's own https certificate comes from; the well-known ones by default. */
  readonly ca?: string
}

export interface AcmeSourceOptions {
  readonly acme: AcmeOptions
  /** Where account and certificates are kept; one folder a directory is made in it. */
  readonly folder: string
  /** Where tls-alpn-01 proofs are put for the game port to find. */
  readonly challenges: Map<string, SecureContext>
  readonly proofs: HttpProofs
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** From 0 up to 1. */
  readonly random?: () => number
  /** Time between two looks at clock and folder, in milliseconds. Default 30,000. */
  readonly lookEveryMs?: number
}

const LOOK_EVERY_MS = 30_000

/** Certificates from an ACME authority: issued at the first start, renewed in time, kept over restarts. */
export class AcmeSource implements CertificateSource {
  readonly #options: Required<Omit<AcmeSourceOptions, 'acme'>> & { readonly acme: AcmeOptions }
  readonly #directoryUrl: string
  readonly #store: AcmeStore
  readonly #stopping = new AbortController()
  /** This process's share of the spread between servers; drawn once, or each look would draw a moment of its own. */
  readonly #jitter: number
  #served: Credential | undefined
  #version = ''
  #failures = 0
  #nextTryMs = 0
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()

  constructor(options: AcmeSourceOptions) {
    this.#options = { now: Date.now, random: Math.random, lookEveryMs: LOOK_EVERY_MS, ...options }
    const { acme, folder } = options
    const directory = acme.directory ?? 'letsencrypt'
    this.#directoryUrl = ACME_DIRECTORIES[directory as keyof typeof ACME_DIRECTORIES] ?? directory
    checkOptions(acme, this.#directoryUrl)
    const host = new URL(this.#directoryUrl).host.replaceAll(/[^\w.-]/g, '_')
    this.#store = new AcmeStore(join(folder, host), acme.names[0]!)
    this.#jitter = this.#options.random()
  }

  async load(): Promise<readonly Credential[]> {
    this.#served = this.#stored()
    if (this.#served) return [this.#served]
    const { placeholderCertificate } = await import('./certificate-request.ts')
    const { names } = this.#options.acme
    const secure = await placeholderCertificate(names)
    return [{ secure, names, validFromMs: 0, expiresAtMs: 0, issuer: '', fingerprint: '', path: '' }]
  }

  async watch(events: SourceEvents): Promise<void> {
    if (!this.#served) events.changed([await this.#obtain(events)])
    const look = (): void => {
      this.#looking = this.#looking.then(() => this.#look(events))
    }
    this.#timer = setInterval(look, this.#options.lookEveryMs)
    this.#timer.unref()
    look()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort()
    await this.#looking
  }

  /** Asks for a new certificate now, whether it is time or not. */
  async renew(events: SourceEvents): Promise<Credential> {
    const credential = await this.#obtain(events, { evenIfFresh: true })
    events.changed([credential])
    return credential
  }

  async #look(events: SourceEvents): Promise<void> {
    const nowMs = this.#options.now()
    try {
      if (this.#store.version() !== this.#version) this.#takeOver(events)
      if (this.#served && nowMs < this.#dueMs(this.#served)) return
      if (nowMs < this.#nextTryMs) return
      events.changed([await this.#obtain(events)])
      this.#failures = 0
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      if (!(error instanceof FairgroundError)) throw error
      this.#failures++
      const leftMs = (this.#served?.expiresAtMs ?? 0) - nowMs
      const waitMs = retryAfterMs(this.#failures, { leftMs, random: this.#options.random() })
      this.#nextTryMs = nowMs + waitMs
      events.failed(error)
    }
  }

  /** Another process renewed it. */
  #takeOver(events: SourceEvents): void {
    const found = this.#stored()
    if (!found || found.fingerprint === this.#served?.fingerprint) return
    this.#served = found
    events.changed([found])
  }

  #dueMs(credential: Credential): number {
    return renewalDueMs(credential, this.#jitter)
  }

  async #obtain(events: SourceEvents, { evenIfFresh = false } = {}): Promise<Credential> {
    const unlock = await this.#store.lock(this.#stopping.signal)
    try {
      const stored = this.#stored()
      const fresh = stored && this.#options.now() < this.#dueMs(stored)
      if (fresh && !evenIfFresh) this.#served = stored
      else this.#served = await this.#issue(events)
      return this.#served
    } finally {
      unlock()
    }
  }

  async #issue(events: SourceEvents): Promise<Credential> {
    const { acme } = this.#options
    const { certificateRequest } = await import('./certificate-request.ts')
    const client = new AcmeClient({
      directoryUrl: this.#directoryUrl,
      accountKeyPem: this.#store.accountKey(),
      email: acme.email,
      eab: acme.eab,
      ca: acme.ca === undefined ? undefined : readRoot(acme.ca),
      signal: this.#stopping.signal,
    })
    const keyPem = newKeyPem()
    const certPem = await client.issue(acme.names.map(identifierOf), {
      csrDer: await certificateRequest(keyPem, acme.names),
      type: acme.challenge ?? 'tls-alpn-01',
      prove: (challenge) => this.#prove(challenge),
    })
    const pem = `${keyPem}${certPem}`
    const credential = this.#parse(pem)
    try {
      this.#store.write(pem)
      this.#version = this.#store.version()
    } catch (error) {
      // It was issued and counts against the authority's limits: serve it, though a restart will not find it.
      events.failed(error as FairgroundError)
    }
    return credential
  }

  async #prove({ type, name, token, keyAuthorization }: Challenge): Promise<() => Promise<void>> {
    if (type === 'http-01') {
      const remove = this.#options.proofs.add(token, keyAuthorization)
      return async () => remove()
    }
    const { challengeCertificate } = await import('./certificate-request.ts')
    const { challenges } = this.#options
    const asked = isIP(name) === 0 ? name : reverseName(name)
    challenges.set(asked, await challengeCertificate(name, keyAuthorization))
    return async () => {
      challenges.delete(asked)
    }
  }

  /** What was issued earlier, if it is for all the names and not expired. */
  #stored(): Credential | undefined {
    this.#version = this.#store.version()
    const pem = this.#store.read()
    if (pem === undefined) return undefined
    try {
      return this.#parse(pem)
    } catch {
      return undefined // expired, for other names, or damaged: a new one is asked for
    }
  }

  #parse(pem: string): Credential {
    const blocks = pem.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? []
    const key = /-----BEGIN PRIVATE KEY-----.*?-----END PRIVATE KEY-----\n?/s.exec(pem)?.[0] ?? ''
    const chain = blocks.map((block) => new X509Certificate(block))
    const secure = { cert: blocks.join('\n'), key }
    return checkChain(chain, {
      secure,
      path: this.#store.certificatePath,
      nowMs: this.#options.now(),
      names: this.#options.acme.names,
      allowLeafOnly: true,
    })
  }
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

function checkOptions({ names }: AcmeOptions, directoryUrl: string): void {
  const bad = (message: string): FairgroundError => new FairgroundError('OPTION_INVALID', { message })
  if (names.length === 0 || names.length > 100)
    throw bad(`tls.acme.names has ${names.length} names; it needs 1 to 100.`)
  for (const name of names) {
    if (isIP(name) === 0 && !/^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name)) {
      throw bad(
        `"${name}" cannot be proven to an ACME authority: give full host names in lower case, or IP addresses.`,
      )
    }
  }
  if (!URL.canParse(directoryUrl) || new URL(directoryUrl).protocol !== 'https:') {
    throw bad(
      `tls.acme.directory is "${directoryUrl}"; it must be an https address, ${Object.keys(ACME_DIRECTORIES).join(' or ')}.`,
    )
  }
}
