import type { SeatReservation } from '@colyseus/sdk'
import { FairgroundError } from '../shared/errors.ts'
import { PROTOCOL_VERSION } from '../shared/protocol.ts'
import { type Address, parseAddress } from './address.ts'
import { Wire } from './colyseus.ts'
import { Guest, type SignIn } from './guest.ts'
import { Room } from './room.ts'
import type { AnyServer, JoinArguments, RoomName, RoomType } from './server-types.ts'
import { SessionStore } from './session-store.ts'
import { browserStorage, type KeyValue } from './storage.ts'

export interface ConnectOptions {
  /** A token of your own sign-in, for rooms with their own `onAuth`. Default: a guest token, made and kept by the SDK. */
  token?: string
  /** Where the guest token is kept. Default: the browser's localStorage; memory in Node. */
  storage?: KeyValue
  /** Where a session is kept over a reload. Default: the tab's sessionStorage; memory in Node. */
  sessionStorage?: KeyValue
}

type SeatMethod = 'joinOrCreate' | 'create' | 'join'
type Answer = SeatReservation & { fairground?: number }

/** Errors after which the session of an earlier page cannot come back, and joining anew is right. */
const SESSION_GONE = new Set(['SEAT_EXPIRED', 'ROOM_NOT_FOUND', 'ROOM_FULL', 'AUTH_FAILED'])

/**
 * Connects to a match server; the type argument carries its rooms: `connect<typeof server>('wss://localhost:2567')`.
 * Nothing is sent before the first join.
 *
 * @param url `wss://host:port`; without it, the server the page came from
 * @throws FairgroundError URL_INVALID or INSECURE_URL
 */
export function connect<S extends AnyServer>(url?: string, options: ConnectOptions = {}): Fairground<S> {
  return new Fairground<S>(parseAddress(url), options)
}

/** A match server, seen from a client. Made by {@link connect}. */
export class Fairground<S extends AnyServer> {
  /** The server's address, `https://host:port`. */
  readonly url: string
  readonly #wire: Wire
  readonly #guest: Guest
  readonly #sessions: SessionStore
  readonly #ownToken: string | undefined

  constructor(address: Address, options: ConnectOptions) {
    this.url = address.http
    this.#wire = new Wire(address)
    this.#ownToken = options.token
    this.#sessions = new SessionStore(
      options.sessionStorage ?? browserStorage('sessionStorage'),
      address.http,
    )
    this.#guest = new Guest(options.storage ?? browserStorage('localStorage'), address.http, (token) =>
      this.#wire.ask<SignIn>('/auth/guest', {}, token),
    )
  }

  /** Joins an open room of that name, or opens one. After a reload within the hold time, the session goes on. */
  async joinOrCreate<N extends RoomName<S>>(
    name: N,
    ...options: JoinArguments<RoomType<S, N>>
  ): Promise<Room<RoomType<S, N>>> {
    return (await this.resume(name)) ?? this.#join('joinOrCreate', name, options[0])
  }

  /** Opens a new room of that name and joins it. */
  create<N extends RoomName<S>>(
    name: N,
    ...options: JoinArguments<RoomType<S, N>>
  ): Promise<Room<RoomType<S, N>>> {
    return this.#join('create', name, options[0])
  }

  /** Joins an open room of that name; NO_ROOM_OPEN when there is none. */
  join<N extends RoomName<S>>(
    name: N,
    ...options: JoinArguments<RoomType<S, N>>
  ): Promise<Room<RoomType<S, N>>> {
    return this.#join('join', name, options[0])
  }

  /** Joins one certain room; `name` says of which kind it is. */
  joinById<N extends RoomName<S>>(
    name: N,
    roomId: string,
    ...options: JoinArguments<RoomType<S, N>>
  ): Promise<Room<RoomType<S, N>>> {
    return this.#reserve(name, `/matchmake/joinById/${encodeURIComponent(roomId)}`, options[0])
  }

  /**
   * Takes a session up again: this tab's from before a reload, or the one behind `token` (`room.reconnectionToken`).
   *
   * @returns the room, or undefined when there is no such session any more
   */
  async resume<N extends RoomName<S>>(
    name: N,
    token = this.#sessions.take(name),
  ): Promise<Room<RoomType<S, N>> | undefined> {
    const [roomId, secret] = token?.split(':') ?? []
    if (!roomId || !secret) return undefined
    try {
      const path = `/matchmake/reconnect/${encodeURIComponent(roomId)}`
      return await this.#ask(name, path, { reconnectionToken: secret })
    } catch (error) {
      if (error instanceof FairgroundError && SESSION_GONE.has(error.code)) return undefined
      throw error
    }
  }

  /** Who this client is: a guest known again from earlier visits. Undefined with a token of your own. */
  async identity(): Promise<SignIn['identity'] | undefined> {
    return this.#ownToken === undefined ? (await this.#guest.signIn())?.identity : undefined
  }

  #join<N extends RoomName<S>>(method: SeatMethod, name: N, options: unknown): Promise<Room<RoomType<S, N>>> {
    return this.#reserve(name, `/matchmake/${method}/${encodeURIComponent(name)}`, options)
  }

  async #reserve<N extends RoomName<S>>(
    name: N,
    path: string,
    options: unknown,
  ): Promise<Room<RoomType<S, N>>> {
    const body = options ?? {}
    try {
      return await this.#ask(name, path, body)
    } catch (error) {
      const refused =
        error instanceof FairgroundError && error.code === 'AUTH_FAILED' && this.#ownToken === undefined
      if (!refused) throw error
      // The server no longer knows the key this guest's token was signed with.
      this.#guest.forget()
      return this.#ask(name, path, body)
    }
  }

  async #ask<N extends RoomName<S>>(name: N, path: string, body: object): Promise<Room<RoomType<S, N>>> {
    const { reconnectionToken } = body as { reconnectionToken?: string }
    const token = await this.#token()
    const seat = await this.#wire.ask<Answer>(path, body, token)
    // Any web server may answer with something.
    if (typeof seat?.roomId !== 'string' || typeof seat.sessionId !== 'string')
      throw new FairgroundError('URL_INVALID', { message: `${this.url} is not a match server.` })
    if (seat.fairground !== undefined && seat.fairground !== PROTOCOL_VERSION) {
      throw new FairgroundError('VERSION_MISMATCH')
    }
    const room = new Room<RoomType<S, N>>(
      await this.#wire.open(seat, { reconnectionToken, token }),
      reconnectionToken !== undefined,
    )
    await room.ready
    this.#sessions.keep(name, () => room.reconnectionToken)
    room.onStatus((status) => {
      if (status === 'closed') this.#sessions.forget(name)
    })
    return room
  }

  async #token(): Promise<string | undefined> {
    return this.#ownToken ?? (await this.#guest.signIn())?.token
  }
}
