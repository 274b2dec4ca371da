import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { Server } from 'node:https'
import type { TLSSocket, TlsOptions } from 'node:tls'
import { FairgroundError } from '../../shared/errors.ts'
import type { Logger } from '../log.ts'
import { type ClientAuthorities, loadClientAuthorities, plainSerial } from './client-authorities.ts'
import type { ClientCertificateOptions } from './client-certificates.ts'
import type { Credential } from './credential.ts'
import { ServingCertificates } from './serving.ts'
import { TicketKeys } from './ticket-keys.ts'

/** How often the files are looked at, in milliseconds. */
const LOOK_EVERY_MS = 1_000

export interface GateOptions {
  readonly options: ClientCertificateOptions
  readonly log: Logger
  /** Told when new files could not be used; the earlier ones go on. */
  readonly failed: (error: FairgroundError) => void
}

/**
 * Lets holders of certain certificates in and nobody else. Takes changed authorities and revocation lists up while it
 * runs, and cuts connections off whose certificate was revoked meanwhile.
 */
export class ClientCertificateGate {
  readonly #options: GateOptions
  readonly #connections = new Set<TLSSocket>()
  readonly serving: ServingCertificates
  #authorities: ClientAuthorities
  #seen = ''
  #timer: NodeJS.Timeout | undefined

  /** @throws FairgroundError for files that cannot be used */
  constructor(options: GateOptions) {
    this.#options = options
    this.#authorities = loadClientAuthorities(options.options, Date.now())
    this.serving = new ServingCertificates({ tickets: ownTickets(), extra: this.#authorities.secure })
  }

  /** What `https.createServer()` takes. */
  tlsOptions(credentials: readonly Credential[]): TlsOptions {
    const demands = { requestCert: true, rejectUnauthorized: true }
    return { ...this.serving.options(credentials, Date.now()), ...demands }
  }

  /** Begins to look after a server made with {@link tlsOptions}. */
  async watch(server: Server): Promise<void> {
    server.on('secureConnection', (socket) => {
      this.#connections.add(socket)
      socket.once('close', () => this.#connections.delete(socket))
    })
    this.#seen = await this.#appearance()
    let looking = Promise.resolve()
    this.#timer = setInterval(() => {
      looking = looking.then(() => this.#look())
    }, LOOK_EVERY_MS)
    this.#timer.unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    const now = await this.#appearance()
    if (now === this.#seen) return
    this.#seen = now
    const { options, log, failed } = this.#options
    try {
      const authorities = loadClientAuthorities(options, Date.now())
      this.serving.replaceExtra(authorities.secure, ownTickets(), Date.now())
      this.#authorities = authorities
    } catch (error) {
      failed(
        error instanceof FairgroundError
          ? error
          : new FairgroundError('CERTIFICATE_INVALID', { cause: error }),
      )
      return
    }
    const cut = this.#cutRevoked()
    log.info({ revoked: this.#authorities.revoked.size, cut }, 'authorities of client certificates replaced')
  }

  #cutRevoked(): number {
    const { revoked } = this.#authorities
    const gone = [...this.#connections].filter((socket) => {
      const serial = socket.getPeerX509Certificate()?.serialNumber
      return serial !== undefined && revoked.has(plainSerial(serial))
    })
    for (const socket of gone) socket.destroy()
    return gone.length
  }

  async #appearance(): Promise<string> {
    const { ca, crl } = this.#options.options
    const looks = [ca, ...(crl === undefined ? [] : [crl])].map(async (path) => {
      const found = await stat(path).catch(() => undefined)
      return found ? `${found.ino}:${found.size}:${found.mtimeMs}` : 'none'
    })
    return (await Promise.all(looks)).join()
  }
}

/** Of this port alone, and new with each list: a ticket would let a revoked certificate in without another look. */
function ownTickets(): TicketKeys {
  return new TicketKeys(randomBytes(32))
}
