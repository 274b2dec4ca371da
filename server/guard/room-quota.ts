import { AsyncLocalStorage } from 'node:async_hooks'
import { matchMaker } from '@colyseus/core'
import { FairgroundError } from '../../shared/errors.ts'
import type { Limits } from '../limits.ts'
import type { RefusalKind, Refusals } from './refusals.ts'
import { Tally } from './tally.ts'

/** At whose wish a room is opened. */
export interface Opener {
  /** As in an `Asker`. */
  readonly sender: string | undefined
  readonly identity: string | undefined
}

/** How many rooms there may be, of whom. Rooms that the game opens by itself count to the whole only. */
export class RoomQuota {
  readonly #limits: Limits
  readonly #refusals: Refusals
  readonly #opener = new AsyncLocalStorage<Opener>()
  readonly #bySender = new Tally()
  readonly #byIdentity = new Tally()

  constructor({ limits, refusals }: { limits: Limits; refusals: Refusals }) {
    this.#limits = limits
    this.#refusals = refusals
  }

  /** Runs what may open rooms for `opener`. */
  for<R>(opener: Opener, body: () => R): R {
    return this.#opener.run(opener, body)
  }

  /** @throws FairgroundError SERVER_FULL or LIMIT_REACHED when there may be no further room */
  refuse(): void {
    const { sender, identity } = this.#opener.getStore() ?? {}
    const limits = this.#limits
    if (matchMaker.stats.local.roomCount >= limits.maxRooms) throw this.#refused('rooms', sender)
    if (sender !== undefined && this.#bySender.of(sender) >= limits.maxRoomsPerAddress)
      throw this.#refused('rooms_of_address', sender)
    if (identity !== undefined && this.#byIdentity.of(identity) >= limits.maxRoomsPerIdentity)
      throw this.#refused('rooms_of_identity', sender)
  }

  /** Counts a room that begins to open; answers with what takes it off again. */
  opened(): () => void {
    const { sender, identity } = this.#opener.getStore() ?? {}
    const forget = [
      sender === undefined ? undefined : this.#bySender.add(sender),
      identity === undefined ? undefined : this.#byIdentity.add(identity),
    ]
    return () => {
      for (const one of forget) one?.()
    }
  }

  #refused(kind: RefusalKind, sender: string | undefined): FairgroundError {
    this.#refusals.note(kind, sender)
    if (kind === 'rooms') {
      return new FairgroundError('SERVER_FULL', { message: 'The server has as many rooms as it can hold.' })
    }
    const whose = kind === 'rooms_of_identity' ? 'This player' : 'This address'
    return new FairgroundError('LIMIT_REACHED', {
      message: `${whose} has opened as many rooms as the server allows at a time.`,
    })
  }
}
