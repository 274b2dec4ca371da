import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { FairgroundError } from '../../../shared/errors.ts'
import { canonicalAddress } from '../addresses.ts'
import type { CertificateSource, SourceEvents } from '../certificate-source.ts'
import { type Credential, matchesName } from '../credential.ts'
import { type AcmeOptions, checkAcmeOptions, directoryFolder, directoryUrlOf } from './acme-options.ts'
import { orderCertificate, parseIssued } from './acme-order.ts'
import { AcmeError } from './acme-problem.ts'
import type { AlpnProofs, HttpProofs } from './acme-proofs.ts'
import { AcmeStore } from './acme-store.ts'
import { Attempts } from './attempts.ts'
import { renewalDueMs, retryAfterMs } from './renewal.ts'

export interface AcmeSourceOptions {
  readonly acme: AcmeOptions
  /** Where account and certificates are kept; one folder a directory is made in it. */
  readonly folder: string
  /** Where proofs are put for the ports to find. */
  readonly challenges: AlpnProofs
  readonly proofs: HttpProofs
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** From 0 up to 1. */
  readonly random?: () => number
  /** Time between two looks at clock and folder, in milliseconds. Default 5,000. */
  readonly lookEveryMs?: number
}

const LOOK_EVERY_MS = 5_000

/** Certificates from an ACME authority: issued at the first start, renewed in time, kept over restarts. */
export class AcmeSource implements CertificateSource {
  readonly #options: Required<AcmeSourceOptions>
  readonly #store: AcmeStore
  readonly #attempts: Attempts
  readonly #stopping = new AbortController()
  /** This process's share of the spread between servers; drawn once, or each look would draw a moment of its own. */
  readonly #jitter: number
  #served: Credential | undefined
  #version = ''
  /** What was issued and could not be written. */
  #unsaved: string | undefined
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()

  /** @throws FairgroundError OPTION_INVALID */
  constructor(options: AcmeSourceOptions) {
    checkAcmeOptions(options.acme)
    const names = options.acme.names.map((name) => (isIP(name) === 0 ? name : canonicalAddress(name)))
    const acme = { ...options.acme, names }
    this.#options = { now: Date.now, random: Math.random, lookEveryMs: LOOK_EVERY_MS, ...options, acme }
    this.#store = new AcmeStore(join(options.folder, directoryFolder(directoryUrlOf(acme))), names[0]!)
    this.#attempts = new Attempts(this.#store.failurePath, acme)
    this.#jitter = this.#options.random()
  }

  async load(): Promise<readonly Credential[]> {
    this.#version = this.#store.version()
    this.#served = this.#best()
    if (this.#served) return [this.#served]
    const { placeholderCertificate } = await import('./certificate-request.ts')
    const { names } = this.#options.acme
    const secure = await placeholderCertificate(names)
    return [{ secure, names, validFromMs: 0, expiresAtMs: 0, issuer: '', fingerprint: '', path: '' }]
  }

  async watch(events: SourceEvents): Promise<void> {
    if (!this.#served) events.changed([await this.#first(events)])
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

  /** When the certificate that {@link load} found is to be renewed, in milliseconds since 1970; 0 for at once. */
  get dueMs(): number {
    const served = this.#served
    const complete = served && this.#coverage(served) === this.#options.acme.names.length
    return complete ? this.#dueMsOf(served) : 0
  }

  #dueMsOf(credential: Credential): number {
    return renewalDueMs(credential, this.#jitter, this.#store.obtainedMs())
  }

  /**
   * Asks for a new certificate now, whether it is time or not, and whatever failed a moment ago.
   *
   * @throws FairgroundError one of the ACME and certificate errors; what {@link load} found is still there then
   */
  async renew(events: SourceEvents): Promise<Credential> {
    const credential = await this.#obtain(events, { force: true })
    events.changed([credential])
    return credential
  }

  async #first(events: SourceEvents): Promise<Credential> {
    try {
      return await this.#obtain(events)
    } catch (error) {
      throw asFairground(error)
    }
  }

  async #look(events: SourceEvents): Promise<void> {
    try {
      this.#saveLater()
      if (this.#store.version() !== this.#version) this.#takeOver(events)
      const nowMs = this.#options.now()
      if (nowMs < this.dueMs || this.#attempts.waiting(nowMs)) return
      events.changed([await this.#obtain(events)])
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      const told = asFairground(error)
      // Another process has just failed, and told it.
      if (told.code !== 'ACME_WAITING') events.failed(told)
    }
  }

  /** Another process renewed it. */
  #takeOver(events: SourceEvents): void {
    this.#version = this.#store.version()
    const found = this.#stored()
    if (!found || found.fingerprint === this.#served?.fingerprint) return
    this.#served = found
    events.changed([found])
  }

  async #obtain(events: SourceEvents, { force = false } = {}): Promise<Credential> {
    const before = this.#served?.fingerprint
    const unlock = await this.#store.lock(this.#stopping.signal)
    try {
      this.#version = this.#store.version()
      const stored = this.#stored()
      const fresh = stored && this.#options.now() < this.#dueMsOf(stored)
      // Of several processes that want one, the first one has asked for it meanwhile.
      if (fresh && (!force || stored.fingerprint !== before)) this.#served = stored
      else this.#served = await this.#issue(events, { force })
      return this.#served
    } finally {
      unlock()
    }
  }

  async #issue(events: SourceEvents, { force }: { force: boolean }): Promise<Credential> {
    if (!force) this.#attempts.check(this.#options.now())
    let asked = false
    try {
      this.#store.checkRoom()
      const { pem, credential } = await orderCertificate({
        ...this.#options,
        accountKeyPem: this.#store.accountKey(),
        path: this.#store.certificatePath,
        signal: this.#stopping.signal,
        asked: () => {
          asked = true
        },
      })
      this.#attempts.succeeded()
      try {
        this.#save(pem)
      } catch (error) {
        // It counts against the authority's limits: serve it, and write it when there is room again.
        this.#unsaved = pem
        events.failed(asFairground(error))
      }
      return credential
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#note(asFairground(error), asked)
      throw error
    }
  }

  #save(pem: string): void {
    const { names, directory, email, challenge, profile, ca } = this.#options.acme
    this.#store.write(pem, { names, directory, email, challenge, profile, ca: ca && resolve(ca) })
    this.#version = this.#store.version()
    this.#unsaved = undefined
  }

  #saveLater(): void {
    if (this.#unsaved === undefined) return
    try {
      this.#save(this.#unsaved)
    } catch {
      // Told when it could not be written first; each look tries again.
    }
  }

  #note(error: FairgroundError, asked: boolean): void {
    const nowMs = this.#options.now()
    const failures = this.#attempts.failures(nowMs) + 1
    const leftMs = (this.#served?.expiresAtMs ?? 0) - nowMs
    const askedToWaitMs = error instanceof AcmeError ? error.retryAfterMs : undefined
    const waitMs = retryAfterMs(failures, { leftMs, random: this.#options.random(), askedToWaitMs })
    this.#attempts.failed(
      { failures, failedMs: nowMs, nextTryMs: nowMs + waitMs, message: error.message },
      { keep: asked || askedToWaitMs !== undefined },
    )
  }

  /** What was issued earlier, if it is for all the names and not expired. */
  #stored(): Credential | undefined {
    const pem = this.#store.read()
    return pem === undefined ? undefined : this.#parse(pem, this.#store.certificatePath, true)
  }

  /** Where the names have changed, an earlier certificate for some of them is better than none until there is a new one. */
  #best(): Credential | undefined {
    const others = this.#store.readOthers().flatMap(({ pem, path }) => this.#parse(pem, path, false) ?? [])
    const own = this.#store.read()
    const found = own === undefined ? undefined : this.#parse(own, this.#store.certificatePath, false)
    return [...(found ? [found] : []), ...others]
      .filter((credential) => this.#coverage(credential) > 0)
      .sort((a, b) => this.#coverage(b) - this.#coverage(a))[0]
  }

  #coverage({ names }: Credential): number {
    return this.#options.acme.names.filter((name) => names.some((own) => matchesName(own, name))).length
  }

  #parse(pem: string, path: string, complete: boolean): Credential | undefined {
    const names = complete ? this.#options.acme.names : []
    try {
      return parseIssued(pem, { path, names, nowMs: this.#options.now() })
    } catch {
      return undefined // expired, for other names, or damaged: a new one is asked for
    }
  }
}

/** Whatever else goes wrong within an attempt must not end the looks that bring the next one. */
function asFairground(error: unknown): FairgroundError {
  if (error instanceof FairgroundError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new FairgroundError('ACME_REFUSED', {
    message: `Getting a certificate failed: ${reason}.`,
    cause: error,
  })
}
