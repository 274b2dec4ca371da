import { matchMaker } from '@colyseus/core'
import { FairgroundError } from '../../shared/errors.ts'
import { nearestName } from '../../shared/nearest-name.ts'
import type { RoomListing } from '../../shared/protocol.ts'
import { check, type StandardSchemaV1 } from '../../shared/standard-schema.ts'
import type { Asker } from '../guard/asker.ts'
import type { Guard } from '../guard/guard.ts'
import { fromColyseus } from '../http/colyseus-errors.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Declarations } from '../room/declarations.ts'
import type { ReturnClaim } from '../room/guarded-seats.ts'
import type { JoinContext } from '../room/join-context.ts'
import { proofOf } from '../room/session-owner.ts'

/** The ways to ask for a seat, as Colyseus names them on the wire. */
const METHODS = ['joinOrCreate', 'create', 'join', 'joinById', 'reconnect'] as const
type Method = (typeof METHODS)[number]

export interface JoinRequest {
  method: string
  /** A room's name, or its id for joinById and reconnect. */
  target: string
  options: unknown
  context: JoinContext
  asker: Asker
  /** Asked by the JSON gateway, which not every room serves. */
  json?: boolean
}

export interface JoinRequestsOptions {
  /** What each room class says about joins, by the room's name. */
  readonly rooms: ReadonlyMap<string, Declarations>
  readonly metrics: Metrics
  readonly guard: Guard
}

/** Answers requests for seats: checks what was asked for, then lets Colyseus' matchmaker reserve one. */
export class JoinRequests {
  readonly #rooms: ReadonlyMap<string, Declarations>
  readonly #metrics: Metrics
  readonly #guard: Guard

  constructor({ rooms, metrics, guard }: JoinRequestsOptions) {
    this.#rooms = rooms
    this.#metrics = metrics
    this.#guard = guard
  }

  /**
   * Reserves a seat.
   *
   * @throws FairgroundError whose text may be shown to the client; nothing is reserved then
   */
  async reserve({ method, target, options, context, asker, json }: JoinRequest): Promise<object> {
    if (matchMaker.state === matchMaker.MatchMakerState.SHUTTING_DOWN)
      throw new FairgroundError('SERVER_SHUTTING_DOWN')
    if (!isMethod(method)) {
      throw new FairgroundError('REQUEST_MALFORMED', {
        message: `There is no way to join called "${method.slice(0, 32)}".`,
      })
    }
    this.#guard.admission.refuseGuesser(asker)
    if (method === 'reconnect') return this.#reconnect(target, options, { context, asker })
    const identity = context.identity?.id
    const name = method === 'joinById' ? await this.#nameOfRoom(target, asker) : target
    const declared = this.#declarationsOf(name)
    this.#refuseUndeclared(method, declared, context)
    if (json && !declared.jsonClients) throw new FairgroundError('JSON_REFUSED')
    this.#guard.admission.refuseSocket(asker)
    this.#guard.admission.refuseSession(identity)
    const valid = await this.#validate(declared.joinOptions, options)
    const seat = await this.#guard.quota.for({ sender: asker.sender, identity }, () =>
      this.#ask(method, target, valid, context),
    )
    this.#metrics.joins.inc({ room: name })
    return seat
  }

  async #reconnect(
    roomId: string,
    options: unknown,
    { context, asker }: Pick<JoinRequest, 'context' | 'asker'>,
  ): Promise<object> {
    const token = (options as { reconnectionToken?: unknown } | null)?.reconnectionToken
    const proof = context.token === undefined ? undefined : proofOf(context.token)
    const id = context.token === undefined ? undefined : context.identity?.id
    try {
      if (!this.#guard.tokens.isGenuine(token, roomId)) throw new FairgroundError('SEAT_EXPIRED')
      const claim: ReturnClaim = { token, proof, id }
      return await this.#ask('reconnect', roomId, { reconnectionToken: claim }, context)
    } catch (error) {
      if (error instanceof FairgroundError && error.code === 'SEAT_EXPIRED')
        this.#guard.admission.guessed(asker)
      throw error
    }
  }

  /** An id may be all that leads to a private room, so naming one that there is not counts as a guess. */
  async #nameOfRoom(roomId: string, asker: Asker): Promise<string> {
    const room = await matchMaker.getRoomById(roomId)
    if (room) return room.name
    this.#guard.admission.guessed(asker)
    throw new FairgroundError('ROOM_NOT_FOUND')
  }

  #declarationsOf(name: string): Declarations {
    const declared = this.#rooms.get(name)
    if (declared) return declared
    const nearest = nearestName(name, this.#rooms.keys())
    const quoted = name.slice(0, 64)
    throw new FairgroundError('ROOM_UNKNOWN', {
      message: `The server has no room named "${quoted}".${nearest ? ` Did you mean "${nearest}"?` : ''}`,
    })
  }

  #refuseUndeclared(
    method: Method,
    { clientsMayCreate, requiresToken }: Declarations,
    { token }: JoinContext,
  ) {
    if (method === 'create' && !clientsMayCreate) {
      this.#guard.refusals.note('create')
      throw new FairgroundError('CREATE_REFUSED')
    }
    if (requiresToken && token === undefined) {
      throw new FairgroundError('AUTH_FAILED', {
        message: 'This room is for clients with a token only.',
        next: 'Sign in first: connect(url, { token }), or join with the Fairground SDK, which signs in as a guest.',
      })
    }
  }

  async #validate(schema: StandardSchemaV1, options: unknown): Promise<unknown> {
    let checked: Awaited<ReturnType<typeof check>>
    try {
      checked = await check(schema, options)
    } catch (cause) {
      throw new FairgroundError('ROOM_FAILED', { cause })
    }
    if (!checked.ok)
      throw new FairgroundError('JOIN_OPTIONS_INVALID', { message: `Join options: ${checked.problem}` })
    return checked.value ?? {}
  }

  async #ask(method: Method, target: string, options: unknown, context: JoinContext): Promise<object> {
    try {
      return await matchMaker[method](target, options, context)
    } catch (thrown) {
      throw fromColyseus(thrown)
    }
  }

  /** The open rooms that are not private, for anybody to see. */
  async list(): Promise<RoomListing[]> {
    const rooms = await matchMaker.query({ private: false })
    return rooms.map(({ roomId, name, clients, maxClients, locked }) => ({
      roomId,
      name,
      clients,
      maxClients: Number.isFinite(maxClients) ? maxClients : null,
      locked: locked ?? false,
    }))
  }
}

function isMethod(method: string): method is Method {
  return (METHODS as readonly string[]).includes(method)
}
