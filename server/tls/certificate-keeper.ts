import type { Server } from 'node:https'
import type { FairgroundError } from '../../shared/errors.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { CertificateSource } from './certificate-source.ts'
import type { Credential } from './credential.ts'
import type { ServingCertificates } from './serving.ts'

/** What happens to a running server's certificates. */
export type CertificateEvent =
  | { readonly type: 'replaced'; readonly names: readonly string[]; readonly expiresAtMs: number }
  /** The earlier certificate goes on being served. */
  | { readonly type: 'failed'; readonly error: FairgroundError }

export type CertificateListener = (event: CertificateEvent) => void

export interface CertificateKeeperOptions {
  readonly source: CertificateSource
  readonly log: Logger
  readonly metrics: Metrics
  readonly tell: CertificateListener
}

const LOOK_EVERY_MS = 3_600_000
/** Everything that renews by itself does it earlier than this; what is left then, somebody must renew. */
const WARN_BELOW_SHARE = 0.25

/** Brings what a source has to what a server serves, and tells log, metrics and listeners about it. */
export class CertificateKeeper {
  readonly #options: CertificateKeeperOptions
  readonly #serving: ServingCertificates[] = []
  #credentials: readonly Credential[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(options: CertificateKeeperOptions) {
    this.#options = options
  }

  /** What to serve when a port opens. @throws FairgroundError of the source */
  async load(): Promise<readonly Credential[]> {
    this.#credentials = await this.#options.source.load()
    this.#record()
    return this.#credentials
  }

  get credentials(): readonly Credential[] {
    return this.#credentials
  }

  /** Brings later certificates to one more server, whose port is open. */
  attach(serving: ServingCertificates, server: Server): void {
    serving.attach(server)
    this.#serving.push(serving)
  }

  /** Looks after the certificates from now on. @throws FairgroundError if none can be had */
  async keep(): Promise<void> {
    await this.#options.source.watch({
      changed: (credentials) => this.#replace(credentials),
      failed: (error) => this.tellFailure(error),
    })
    this.#timer = setInterval(() => this.#warn(), LOOK_EVERY_MS)
    this.#timer.unref()
    this.#warn()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    for (const serving of this.#serving) serving.close()
    await this.#options.source.close()
  }

  #replace(credentials: readonly Credential[]): void {
    const { log, tell } = this.#options
    for (const serving of this.#serving) serving.replace(credentials, Date.now())
    this.#credentials = credentials
    this.#record()
    for (const { names, expiresAtMs, issuer } of credentials) {
      log.info({ names, issuer, expires: new Date(expiresAtMs).toISOString() }, 'certificate replaced')
      tell({ type: 'replaced', names, expiresAtMs })
    }
  }

  /** Says that something new could not be had or used, and what is served goes on. */
  tellFailure(error: FairgroundError): void {
    const { log, metrics, tell } = this.#options
    metrics.certificateFailures.inc({ code: error.code })
    log.error({ code: error.code, next: error.next }, `${error.message} The earlier certificate goes on.`)
    tell({ type: 'failed', error })
  }

  #record(): void {
    const { certificateExpires } = this.#options.metrics
    certificateExpires.reset()
    for (const { names, expiresAtMs } of this.#credentials) {
      certificateExpires.set({ name: names[0] ?? '' }, expiresAtMs / 1000)
    }
  }

  #warn(): void {
    const nowMs = Date.now()
    for (const { names, validFromMs, expiresAtMs } of this.#credentials) {
      if (expiresAtMs - nowMs > (expiresAtMs - validFromMs) * WARN_BELOW_SHARE) continue
      this.#options.log.warn(
        { names, expires: new Date(expiresAtMs).toISOString() },
        'the certificate runs out soon',
      )
    }
  }
}
