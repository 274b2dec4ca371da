import { FairgroundError } from '../../shared/errors.ts'
import type { Limits } from '../limits.ts'
import type { Asker } from './asker.ts'
import { Rates } from './rates.ts'
import type { RefusalKind, Refusals } from './refusals.ts'
import { Tally } from './tally.ts'

export interface AdmissionOptions {
  /** Read at each request: they may change while the server runs. */
  readonly limits: Limits
  readonly refusals: Refusals
}

type Release = () => void

/** Decides who may come in, by how many are here and how often they ask. Knows nothing of rooms. */
export class Admission {
  readonly limits: Limits
  readonly refusals: Refusals
  readonly #joins = new Rates()
  readonly #guests = new Rates()
  readonly #lists = new Rates()
  readonly #guesses = new Rates()
  readonly #connections = new Tally()
  readonly #sockets = new Tally()
  readonly #sessions = new Tally()
  #connected = 0

  constructor({ limits, refusals }: AdmissionOptions) {
    this.limits = limits
    this.refusals = refusals
  }

  /** Lets a connection in, or answers undefined: it is to be cut, for nothing has been said on it yet. */
  connect(sender: string | undefined): Release | undefined {
    const { limits, refusals } = this
    if (this.#connected >= limits.maxConnections) {
      refusals.note('connections', sender)
      return undefined
    }
    if (sender !== undefined && this.#connections.of(sender) >= limits.maxConnectionsPerAddress) {
      refusals.note('connections_of_address', sender)
      return undefined
    }
    this.#connected++
    const forget = sender === undefined ? undefined : this.#connections.add(sender)
    return () => {
      this.#connected--
      forget?.()
    }
  }

  /** @throws FairgroundError RATE_LIMITED */
  join(asker: Asker): void {
    const { limits } = this
    this.#take('joins', this.#joins, asker, { perSecond: limits.joinsPerSecond, burst: limits.joinBurst })
  }

  /** @throws FairgroundError RATE_LIMITED */
  guest(asker: Asker): void {
    const { limits } = this
    this.#take('guests', this.#guests, asker, { perSecond: limits.guestsPerSecond, burst: limits.guestBurst })
  }

  /** @throws FairgroundError RATE_LIMITED */
  list(asker: Asker): void {
    const { limits } = this
    this.#take('lists', this.#lists, asker, { perSecond: limits.listsPerSecond, burst: limits.listBurst })
  }

  /** Notes that somebody named a session or a secret that there is not. */
  guessed({ sender, weight }: Asker): void {
    if (sender !== undefined) this.#guesses.take(sender, performance.now(), this.#guessRate, weight)
  }

  /** @throws FairgroundError RATE_LIMITED for who has guessed too much of late, whatever is asked now */
  refuseGuesser({ sender, weight }: Asker): void {
    if (sender === undefined) return
    const waitMs = this.#guesses.waitMs(sender, performance.now(), this.#guessRate, weight)
    if (waitMs > 0) throw this.#tooFast('guesses', sender, waitMs)
  }

  /** @throws FairgroundError LIMIT_REACHED when this address may open no further WebSocket */
  refuseSocket({ sender, weight }: Asker): void {
    if (sender === undefined || this.#sockets.of(sender) + weight <= this.limits.maxSocketsPerAddress) return
    this.refusals.note('sockets_of_address', sender)
    throw new FairgroundError('LIMIT_REACHED', {
      message: 'There are as many connections from this address as the server takes.',
    })
  }

  openSocket({ sender, weight }: Asker): Release {
    return sender === undefined ? () => {} : this.#sockets.add(sender, weight)
  }

  /** @throws FairgroundError LIMIT_REACHED when this player may have no further session */
  refuseSession(identity: string | undefined): void {
    if (identity === undefined || this.#sessions.of(identity) < this.limits.maxSessionsPerIdentity) return
    this.refusals.note('sessions_of_identity')
    throw new FairgroundError('LIMIT_REACHED', {
      message: 'This player is in as many rooms at once as the server allows.',
    })
  }

  openSession(identity: string): Release {
    return this.#sessions.add(identity)
  }

  get #guessRate() {
    return { perSecond: this.limits.wrongTokensPerSecond, burst: this.limits.wrongTokenBurst }
  }

  #take(
    kind: RefusalKind,
    rates: Rates,
    { sender, weight }: Asker,
    rate: { perSecond: number; burst: number },
  ) {
    if (sender === undefined) return
    const waitMs = rates.take(sender, performance.now(), rate, weight)
    if (waitMs > 0) throw this.#tooFast(kind, sender, waitMs)
  }

  #tooFast(kind: RefusalKind, sender: string, waitMs: number): FairgroundError {
    this.refusals.note(kind, sender)
    const seconds = Math.ceil(waitMs / 1000)
    return new FairgroundError('RATE_LIMITED', {
      message: `The server has had too many requests from this address; it takes the next in ${seconds} s.`,
      retryAfterMs: waitMs,
    })
  }
}
