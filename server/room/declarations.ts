import { type ErrorCode, FairgroundError } from '../../shared/errors.ts'
import type { StandardSchemaV1 } from '../../shared/standard-schema.ts'
import { checkLimits } from '../limits.ts'
import { asError } from '../log.ts'
import type { RoomClass, RoomClasses } from '../server-options.ts'
import { CLIENT_LIMITS } from '../transport/client-rates.ts'
import { GameRoom } from './game-room.ts'
import type { MessageHandlers } from './messages.ts'

const ROOM_NAME = /^[\w-]{1,64}$/

/** What a room class says about joins. */
export interface Declarations {
  readonly joinOptions: StandardSchemaV1
  readonly clientsMayCreate: boolean
  readonly requiresToken: boolean
  readonly jsonClients: boolean
}

/** Constructs each class once, so that a broken one is told at the start, and reads what joins must look like. */
export function readDeclarations(rooms: RoomClasses): Map<string, Declarations> {
  const declared = new Map<string, Declarations>()
  for (const [name, roomClass] of Object.entries(rooms)) {
    if (!ROOM_NAME.test(name)) {
      throw invalid(
        'OPTION_INVALID',
        `"${name}" cannot be a room's name.`,
        'Use letters, digits, "-" and "_" only.',
      )
    }
    if (typeof roomClass !== 'function' || !(roomClass.prototype instanceof GameRoom)) {
      throw invalid('ROOM_CLASS_INVALID', `The room "${name}" is not a class that extends GameRoom.`)
    }
    const room = construct(name, roomClass)
    refuseMisunderstandings(name, room, roomClass)
    refuseOutOfRange(name, room)
    refuseUnknownLimits(name, room)
    const { joinOptions, clientsMayCreate, requiresToken, jsonClients } = room
    declared.set(name, { joinOptions, clientsMayCreate, requiresToken, jsonClients })
  }
  return declared
}

function construct(name: string, roomClass: RoomClass): GameRoom {
  try {
    return new roomClass()
  } catch (cause) {
    throw new FairgroundError('ROOM_CLASS_INVALID', {
      message: `The room "${name}" cannot be constructed: ${asError(cause).message}`,
      next: 'Mend the field or constructor named in the stack of the cause.',
      cause,
    })
  }
}

/** A room's own limits that must be whole numbers or spans, with the range that each is meant for. */
const RANGES = {
  tickRateHz: [1, 240],
  patchEveryTicks: [1, Number.MAX_SAFE_INTEGER],
  maxInputsPerTick: [1, Number.MAX_SAFE_INTEGER],
  reconnectHoldSeconds: [0, 600],
} as const
const WHOLE: ReadonlySet<string> = new Set(['patchEveryTicks', 'maxInputsPerTick'])

function refuseOutOfRange(name: string, room: GameRoom): void {
  for (const [field, [least, most]] of Object.entries(RANGES)) {
    const value: unknown = room[field as keyof typeof RANGES]
    const fits = typeof value === 'number' && value >= least && value <= most
    if (fits && (Number.isInteger(value) || !WHOLE.has(field))) continue
    const range = WHOLE.has(field) ? `a whole number, ${least} or more` : `${least} to ${most}`
    throw invalid(
      'ROOM_CLASS_INVALID',
      `The room "${name}" has ${field} = ${String(value)}; it must be ${range}.`,
      'Mend the field in the room class.',
    )
  }
}

function refuseUnknownLimits(name: string, room: GameRoom): void {
  try {
    checkLimits(room.clientLimits)
    for (const limit of Object.keys(room.clientLimits)) {
      if (!CLIENT_LIMITS.has(limit)) throw new Error(`${limit} is the server's alone.`)
    }
    for (const [type, { rate }] of Object.entries({
      ...(room.messages as MessageHandlers),
      ...room.requests,
    })) {
      if (rate && !(rate.perSecond > 0 && rate.burst >= 1))
        throw new Error(`The rate of "${type}" must be above 0 a second, and 1 or more at once.`)
    }
  } catch (thrown) {
    throw invalid(
      'ROOM_CLASS_INVALID',
      `The room "${name}" has limits that cannot be: ${asError(thrown).message}`,
      'Mend the field in the room class.',
    )
  }
}

/** Declarations that look right and would do nothing. */
function refuseMisunderstandings(name: string, room: GameRoom, roomClass: RoomClass): void {
  // Where there is an onUncaughtException, Colyseus puts a wrapper of its own onto each room.
  const ownField = Object.hasOwn(room, 'onAuth') && room.onUncaughtException === undefined
  if (ownField || roomClass.prototype.onAuth !== GameRoom.prototype.onAuth) {
    throw invalid(
      'ROOM_CLASS_INVALID',
      `The room "${name}" has an onAuth of its instances, which would never be asked.`,
      'Make it static: it decides before a seat is reserved. static override async onAuth(token, options, context)',
    )
  }
  const both = Object.keys(room.messages ?? {}).find((type) => type in room.requests)
  if (both !== undefined) {
    throw invalid(
      'ROOM_CLASS_INVALID',
      `The room "${name}" declares "${both}" as a message and as a request; only one of them could be reached.`,
      'Give one of them another name.',
    )
  }
}

function invalid(code: ErrorCode, message: string, next?: string): FairgroundError {
  return new FairgroundError(code, { message, ...(next !== undefined && { next }) })
}
