import { matchMaker } from '@colyseus/core'
import { FairgroundError } from '../../shared/errors.ts'
import { nearestName } from '../../shared/nearest-name.ts'
import type { RoomListing } from '../../shared/protocol.ts'
import { check, type StandardSchemaV1 } from '../../shared/standard-schema.ts'
import { fromColyseus } from '../http/colyseus-errors.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { JoinContext } from '../room/join-context.ts'

/** The ways to ask for a seat, as Colyseus names them on the wire. */
const METHODS = ['joinOrCreate', 'create', 'join', 'joinById', 'reconnect'] as const
type Method = (typeof METHODS)[number]

export interface JoinRequest {
  method: string
  /** A room's name, or its id for joinById and reconnect. */
  target: string
  options: unknown
  context: JoinContext
}

/** Answers requests for seats: checks what was asked for, then lets Colyseus' matchmaker reserve one. */
export class JoinRequests {
  readonly #joinOptions: ReadonlyMap<string, StandardSchemaV1>
  readonly #metrics: Metrics

  /** @param joinOptions the schema of each room's join options, by the room's name */
  constructor(joinOptions: ReadonlyMap<string, StandardSchemaV1>, metrics: Metrics) {
    this.#joinOptions = joinOptions
    this.#metrics = metrics
  }

  /**
   * Reserves a seat.
   *
   * @throws FairgroundError whose text may be shown to the client; nothing is reserved then
   */
  async reserve({ method, target, options, context }: JoinRequest): Promise<object> {
    if (matchMaker.state === matchMaker.MatchMakerState.SHUTTING_DOWN)
      throw new FairgroundError('SERVER_SHUTTING_DOWN')
    if (!isMethod(method)) {
      throw new FairgroundError('REQUEST_MALFORMED', {
        message: `There is no way to join called "${method.slice(0, 32)}".`,
      })
    }
    if (method === 'reconnect') return this.#ask(method, target, options, context)
    const name = method === 'joinById' ? await nameOfRoom(target) : target
    const valid = await this.#validate(name, options)
    const seat = await this.#ask(method, target, valid, context)
    this.#metrics.joins.inc({ room: name })
    return seat
  }

  async #validate(name: string, options: unknown): Promise<unknown> {
    const schema = this.#joinOptions.get(name)
    if (!schema) {
      const nearest = nearestName(name, this.#joinOptions.keys())
      const quoted = name.slice(0, 64)
      throw new FairgroundError('ROOM_UNKNOWN', {
        message: `The server has no room named "${quoted}".${nearest ? ` Did you mean "${nearest}"?` : ''}`,
      })
    }
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

async function nameOfRoom(roomId: string): Promise<string> {
  const room = await matchMaker.getRoomById(roomId)
  if (!room) throw new FairgroundError('ROOM_NOT_FOUND')
  return room.name
}
