import { performance } from 'node:perf_hooks'
import type { Client } from '@colyseus/core'
import { type ErrorCode, FairgroundError, wireOf } from '../../shared/errors.ts'
import type { Limits } from '../limits.ts'
import type { Logger } from '../log.ts'
import { FaultCounter } from './fault-counter.ts'
import type { GameRoom } from './game-room.ts'

/** Hooks that run when the room is going anyway, or is not there yet. */
const BEYOND_HELP = new Set(['onCreate', 'onBeforeShutdown', 'onDispose'])

/**
 * What follows when a room's own code keeps failing. A client at whose messages it fails is sent away; a room that
 * fails by itself is closed, for a match that throws at every step is none. Its players are told why.
 */
export class FaultPolicy {
  readonly #room: GameRoom
  readonly #limits: Limits
  readonly #log: Logger
  readonly #ofRoom: FaultCounter
  readonly #ofClient = new WeakMap<Client, FaultCounter>()
  #closed = false

  constructor(room: GameRoom, { limits, log }: { limits: Limits; log: Logger }) {
    this.#room = room
    this.#limits = limits
    this.#log = log
    this.#ofRoom = new FaultCounter(limits.maxRoomFaults, limits.faultWindowMs)
  }

  /** Notes a failure in `hook`, at `client`'s doing if one is given. */
  note(hook: string, client: Client | undefined): void {
    if (this.#closed || BEYOND_HELP.has(hook)) return
    const nowMs = performance.now()
    // Who can make a handler throw must not be able to close the room for everybody.
    if (client) {
      if (this.#counterOf(client).hit(nowMs)) this.#sendAway(client)
    } else if (this.#ofRoom.hit(nowMs)) this.#close(hook)
  }

  #counterOf(client: Client): FaultCounter {
    const known = this.#ofClient.get(client)
    const counter = known ?? new FaultCounter(this.#limits.maxClientFaults, this.#limits.faultWindowMs)
    this.#ofClient.set(client, counter)
    return counter
  }

  #sendAway(client: Client): void {
    this.#ofClient.delete(client)
    this.#log.warn(
      { room: this.#room.roomName, roomId: this.#room.roomId, sessionId: client.sessionId },
      'a client was sent away: the room kept failing at its messages',
    )
    client.leave(wireOf('SESSION_FAULTY'), messageOf('SESSION_FAULTY'))
  }

  #close(hook: string): void {
    this.#closed = true
    const room = this.#room
    this.#log.error(
      { room: room.roomName, roomId: room.roomId, hook, faults: this.#limits.maxRoomFaults + 1 },
      'a room was closed: it kept failing',
    )
    // Not in the middle of the step that failed.
    setImmediate(() => void room.disconnect(wireOf('ROOM_FAULTY')))
  }
}

function messageOf(code: ErrorCode): string {
  return new FairgroundError(code).message
}
