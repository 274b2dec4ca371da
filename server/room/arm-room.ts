import { type Client, matchMaker, ServerError } from '@colyseus/core'
import { type ErrorCode, FairgroundError, isAnswer, wireOf } from '../../shared/errors.ts'
import { CLOSE_CODES } from '../../shared/protocol.ts'
import { toServerError } from '../http/colyseus-errors.ts'
import { asError } from '../log.ts'
import { releaseEarlyMessages } from '../transport/client-fields.ts'
import { armMessages } from './arm-messages.ts'
import type { GameRoom } from './game-room.ts'
import { guardSeats } from './guarded-seats.ts'
import { RoomRuntime, type RoomServices, setRuntime } from './room-runtime.ts'
import { holdSeat, releaseUntakenSeats, seatSeconds } from './seats.ts'
import { ticketFor } from './session-owner.ts'
import { armFullState, Views } from './views.ts'

type RoomClass = new () => GameRoom
type Hook = 'onCreate' | 'onJoin' | 'onDrop' | 'onReconnect' | 'onLeave' | 'onDispose' | 'onBeforePatch'
// biome-ignore lint/suspicious/noExplicitAny: hooks differ in their arguments and are passed through unread
type AnyFunction = (...args: any[]) => any

/**
 * A class whose instances are the user's rooms, armed before anybody calls them. Colyseus' matchmaker constructs it in
 * the place of the user's class, so hooks written as methods and as class fields are caught alike, in one place.
 */
export function armedClass<C extends RoomClass>(name: string, roomClass: C, services: RoomServices): C {
  const auth = services.watchdog.place({ room: name, roomId: '', hook: 'onAuth' })
  return new Proxy(roomClass, {
    get(target, property, receiver) {
      const value: unknown = Reflect.get(target, property, receiver)
      return property === 'onAuth'
        ? guardAuth(
            name,
            (...args) => services.watchdog.run(auth, () => (value as AnyFunction).apply(target, args)),
            services,
          )
        : value
    },
    construct(target, args, newTarget) {
      try {
        services.guard.quota.refuse()
      } catch (error) {
        throw toServerError(error as FairgroundError)
      }
      const room = Reflect.construct(target, args, newTarget) as GameRoom
      room['_events'].once('dispose', services.guard.quota.opened())
      armRoom(room, services)
      return room
    },
  })
}

/** The one hook that no instance has: it decides before a seat is reserved. */
function guardAuth(room: string, onAuth: AnyFunction, { log, metrics }: RoomServices): AnyFunction {
  return async (...args) => {
    try {
      const auth: unknown = await onAuth(...args)
      // What the hook says reaches the room in a ticket, which says besides whose the seat is. A no stays a no.
      return auth === false || auth === null || auth === undefined ? auth : ticketFor(auth, args[2])
    } catch (error) {
      if (isAnswer(error) || error instanceof ServerError) throw error
      metrics.roomErrors.inc({ room, hook: 'onAuth' })
      log.error({ room, hook: 'onAuth', err: asError(error) }, `${room}.onAuth failed`)
      throw toServerError(new FairgroundError('JOIN_FAILED'))
    }
  }
}

function armRoom(room: GameRoom, services: RoomServices): void {
  const runtime = new RoomRuntime(room, services)
  setRuntime(room, runtime)
  // The fixed step sends the patches. With a timer in this place Colyseus starts no clock interval of its own (D17).
  room.patchRate = null
  room['_simulationInterval'] = NO_TIMER
  room.seatReservationTimeout = seatSeconds(room, services.limits)
  guardSeats(room, services)
  armLifecycle(room, runtime)
  armMessages(room, runtime)
  advertiseRates(room, runtime)
}

function armLifecycle(room: GameRoom, runtime: RoomRuntime): void {
  const onCreate = room.onCreate
  room.onCreate = async (options: unknown) => {
    await failAs('ROOM_FAILED', runtime, 'onCreate', () => onCreate?.call(room, options))
    runtime.start()
  }
  if (room.onJoin) refuseOn('JOIN_FAILED', room, runtime, 'onJoin')
  const returned = new WeakSet<Client>()
  const views = new Views(room)
  armFullState(room, returned)
  const drops = new Map<string, Promise<void>>()
  const onReconnect = room.onReconnect
  room.onReconnect = async (client: Client) => {
    returned.add(client)
    views.returned(client)
    await drops.get(client.sessionId)
    return failAs(
      'JOIN_FAILED',
      runtime,
      'onReconnect',
      () => onReconnect?.call(room, client as never),
      client,
    )
  }
  const onDrop = room.onDrop
  room.onDrop = async (client: Client, code?: number) => {
    if (!LOST.has(code)) return
    // Colyseus holds no seat before a join was acknowledged. Who has been here before does not lose it to a connection
    // that breaks again in just that moment.
    if (returned.has(client)) releaseEarlyMessages(client)
    const dropped = contain(runtime, 'onDrop', () => onDrop?.call(room, client as never, code), client)
    drops.set(client.sessionId, dropped)
    // Not after the hook: who returns while it still runs must find the seat.
    views.hold(client)
    holdSeat(room, client)
    await dropped
    if (drops.get(client.sessionId) === dropped) drops.delete(client.sessionId)
  }
  const onLeave = room.onLeave
  room.onLeave = async (client: Client, code?: number) => {
    await contain(runtime, 'onLeave', () => onLeave?.call(room, client as never, code), client)
    views.release(client)
  }
  // A hook may end after the server has: nobody is to be told then, and Colyseus would look for a kind of room that is gone.
  const events = room['_events']
  const emit = events.emit.bind(events)
  events.emit = (event: string, ...args: unknown[]) =>
    room.roomName in matchMaker.getAllHandlers() && emit(event, ...args)
  const onDispose = room.onDispose
  room.onDispose = async () => {
    await contain(runtime, 'onDispose', () => onDispose?.call(room))
    runtime.stop()
  }
  const disconnect = room.disconnect
  room.disconnect = (closeCode?: number) => {
    releaseUntakenSeats(room)
    return disconnect.call(room, closeCode)
  }
  const onBeforeShutdown = room.onBeforeShutdown
  room.onBeforeShutdown = async () => {
    try {
      await onBeforeShutdown.call(room)
    } catch (error) {
      runtime.report('onBeforeShutdown', error)
      await room.disconnect(CLOSE_CODES.serverShutdown)
    }
  }
  const onBeforePatch = room.onBeforePatch
  if (onBeforePatch) {
    room.onBeforePatch = (state: never) =>
      runtime.attempt('onBeforePatch', () => onBeforePatch.call(room, state))
  }
}

/** A cleared timer: Colyseus only asks whether there is one, and clears it when the room is disposed of. */
const NO_TIMER = setTimeout(() => {}, 0)
clearTimeout(NO_TIMER)

/** Close codes of a connection that broke, as opposed to a session that somebody ended. */
const LOST = new Set<number | undefined>([
  ...[1001, 1005, 1006, CLOSE_CODES.mayReconnect],
  ...[wireOf('SLOW_CLIENT'), wireOf('SESSION_TAKEN_OVER')],
])

/** Runs a hook whose failure refuses one client: reported, and answered without internal text. */
function refuseOn(code: ErrorCode, room: GameRoom, runtime: RoomRuntime, hook: Hook): void {
  const original = room[hook] as AnyFunction
  ;(room as unknown as Record<Hook, AnyFunction>)[hook] = (client: Client, ...rest: unknown[]) =>
    failAs(code, runtime, hook, () => original.call(room, client, ...rest), client)
}

async function failAs<R>(
  code: ErrorCode,
  runtime: RoomRuntime,
  hook: Hook,
  body: () => R,
  client?: Client,
): Promise<Awaited<R>> {
  try {
    return await runtime.within(hook, body)
  } catch (error) {
    const answers = isAnswer(error)
    if (!answers) runtime.report(hook, error, client)
    throw toServerError(answers ? error : new FairgroundError(code))
  }
}

async function contain(
  runtime: RoomRuntime,
  hook: Hook,
  body: () => unknown,
  client?: Client,
): Promise<void> {
  try {
    await runtime.within(hook, body)
  } catch (error) {
    runtime.report(hook, error, client)
  }
}

/** Tells predicting clients the step and the patch interval, which Colyseus would read off timers that we replaced. */
function advertiseRates(room: GameRoom, runtime: RoomRuntime): void {
  const inputs = room['_inputController']
  if (!inputs) return
  inputs.options.tickRate ??= room.tickRateHz
  inputs['room'] = {
    get clock() {
      return room.clock
    },
    get patchRate() {
      return runtime.stepMs * room.patchEveryTicks
    },
    _timelineMode: () => room._timelineMode(),
  } as never
}
