import type { Server } from 'node:https'
import {
  createSecureContext,
  type SecureContext,
  type SecureContextOptions,
  type TLSSocket,
  type TlsOptions,
} from 'node:tls'
import { type Credential, matchesName } from './credential.ts'
import type { TicketKeys } from './ticket-keys.ts'
import { tlsPolicy } from './tls-policy.ts'

/** Protocol by which an ACME authority asks the game port itself for proof (RFC 8737). */
const ACME_TLS = 'acme-tls/1'
/** A WebSocket begins with HTTP/1.1. */
const HTTP = 'http/1.1'
/** Node's own is made from the command line, so that no process would resume another's sessions. */
const SESSION_CONTEXT = 'fairground'
/** Longest that setTimeout takes; a later change is waited for in steps. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Certificates that prove to an ACME authority that a name is ours, while it asks. */
export type AlpnChallenges = Pick<ReadonlyMap<string, SecureContext>, 'get' | 'has'>

export interface ServingOptions {
  readonly tickets: TicketKeys
  readonly challenges?: AlpnChallenges
  /** What every context gets besides policy and certificate, such as the authorities of client certificates. */
  readonly extra?: SecureContextOptions
}

interface Served {
  readonly credential: Credential
  readonly context: SecureContext
}

/**
 * The certificates of one https server: answers each client with the one for the name it asks for, and takes new ones
 * while connections are open. Those keep the certificate they began with.
 */
export class ServingCertificates {
  readonly #challenges: AlpnChallenges
  #tickets: TicketKeys
  #extra: SecureContextOptions
  #served: readonly Served[] = []
  #server: Server | undefined
  #timer: NodeJS.Timeout | undefined

  constructor({ tickets, challenges = new Map(), extra = {} }: ServingOptions) {
    this.#tickets = tickets
    this.#challenges = challenges
    this.#extra = extra
  }

  get credentials(): readonly Credential[] {
    return this.#served.map(({ credential }) => credential)
  }

  /** What `https.createServer()` takes, with the first of these for clients that name no host. */
  options(credentials: readonly Credential[], nowMs: number): TlsOptions {
    this.#served = this.#prepare(credentials)
    const challenges = this.#challenges
    return {
      ...this.#default(nowMs),
      SNICallback: (name, done) => done(null, this.#contextFor(name)),
      ALPNCallback(this: TLSSocket, { servername, protocols }) {
        const challenge = protocols.includes(ACME_TLS) ? challenges.get(servername) : undefined
        if (challenge) {
          this.setKeyCert(challenge)
          return ACME_TLS
        }
        return protocols.includes(HTTP) ? HTTP : undefined
      },
    }
  }

  /** Goes on with a server made with {@link options}: its ticket keys change by the clock until {@link close}. */
  attach(server: Server): void {
    this.#server = server
    this.#rotateLater()
  }

  /**
   * Serves these to every handshake from now on.
   *
   * @throws the TLS library's error for one it cannot use; the earlier ones go on then
   */
  replace(credentials: readonly Credential[], nowMs: number): void {
    const before = this.#served
    this.#served = this.#prepare(credentials)
    try {
      this.#server?.setSecureContext(this.#default(nowMs))
    } catch (error) {
      this.#served = before
      throw error
    }
  }

  /**
   * Replaces what every context gets besides its certificate, and the ticket keys: no session goes on that was agreed
   * on under the earlier terms.
   *
   * @throws the TLS library's error for what it cannot use; the earlier terms go on then
   */
  replaceExtra(extra: SecureContextOptions, tickets: TicketKeys, nowMs: number): void {
    const before = [this.#extra, this.#tickets] as const
    this.#extra = extra
    this.#tickets = tickets
    try {
      this.replace(this.credentials, nowMs)
    } catch (error) {
      ;[this.#extra, this.#tickets] = before
      throw error
    }
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#server = undefined
  }

  #default(nowMs: number): TlsOptions {
    // New keys at each swap would make every client that comes back do a full handshake.
    return {
      ...tlsPolicy(),
      ...this.#extra,
      ...this.#served[0]!.credential.secure,
      ticketKeys: this.#tickets.at(nowMs),
      sessionIdContext: SESSION_CONTEXT,
    }
  }

  #prepare(credentials: readonly Credential[]): Served[] {
    return credentials.map((credential) => ({
      credential,
      context: createSecureContext({ ...tlsPolicy(), ...this.#extra, ...credential.secure }),
    }))
  }

  /** Undefined for the default one, which alone lets the proof of a challenge through that ALPN has put in place. */
  #contextFor(name: string): SecureContext | undefined {
    if (this.#served.length === 1 || this.#challenges.has(name)) return undefined
    return this.#served.find(({ credential }) => credential.names.some((own) => matchesName(own, name)))
      ?.context
  }

  #rotateLater(): void {
    const nowMs = Date.now()
    const waitMs = Math.min(MAX_TIMER_MS, this.#tickets.changesAfter(nowMs) - nowMs)
    this.#timer = setTimeout(() => {
      this.#server?.setTicketKeys(this.#tickets.at(Date.now()))
      this.#rotateLater()
    }, waitMs)
    this.#timer.unref()
  }
}
