import type { Server } from 'node:https'
import type { TlsOptions } from 'node:tls'
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
  readonly serving: ServingCertificates
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
  #timer: NodeJS.Timeout | undefined

  constructor(options: CertificateKeeperOptions) {
    this.#options = options
  }

  /** What `https.createServer()` takes. @throws FairgroundError of the source */
  async open(): Promise<TlsOptions> {
    const { source, serving } = this.#options
    const options = serving.options(await source.load(), Date.now())
    this.#record(serving.credentials)
    return options
  }

  /** Looks after the certificates of a server whose port is open. @throws FairgroundError if none can be had */
  async keep(server: Server): Promise<void> {
    const { source, serving } = this.#options
    serving.attach(server)
    await source.watch({
      changed: (credentials) => this.#replace(credentials),
      failed: (error) => this.#failed(error),
    })
    this.#timer = setInterval(() => this.#warn(), LOOK_EVERY_MS)
    this.#timer.unref()
    this.#warn()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#options.serving.close()
    await this.#options.source.close()
  }

  #replace(credentials: readonly Credential[]): void {
    const { serving, log, tell } = this.#options
    serving.replace(credentials, Date.now())
    this.#record(credentials)
    for (const { names, expiresAtMs, issuer } of credentials) {
      log.info({ names, issuer, expires: new Date(expiresAtMs).toISOString() }, 'certificate replaced')
      tell({ type: 'replaced', names, expiresAtMs })
    }
  }

  #failed(error: FairgroundError): void {
    const { log, metrics, tell } = this.#options
    metrics.certificateFailures.inc({ code: error.code })
    log.error({ code: error.code, next: error.next }, `${error.message} The earlier certificate goes on.`)
    tell({ type: 'failed', error })
  }

  #record(credentials: readonly Credential[]): void {
    const { certificateExpires } = this.#options.metrics
    certificateExpires.reset()
    for (const { names, expiresAtMs } of credentials) {
      certificateExpires.set({ name: names[0] ?? '' }, expiresAtMs / 1000)
    }
  }

  #warn(): void {
    const nowMs = Date.now()
    for (const { names, validFromMs, expiresAtMs } of this.#options.serving.credentials) {
      if (expiresAtMs - nowMs > (expiresAtMs - validFromMs) * WARN_BELOW_SHARE) continue
      this.#options.log.warn(
        { names, expires: new Date(expiresAtMs).toISOString() },
        'the certificate runs out soon',
      )
    }
  }
}
