import { performance } from 'node:perf_hooks'
import type { Client } from '@colyseus/core'
import type { Logger } from 'pino'
import { type ErrorCode, FairgroundError, wireOf } from '../../shared/errors.ts'
import type { Guard } from '../guard/guard.ts'
import type { Limits } from '../limits.ts'
import { asError } from '../log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { PatchPace } from '../overload/overload.ts'
import type { GameStorage } from '../storage/storage.ts'
import type { GuardedSocket } from '../transport/guarded-socket.ts'
import type { OffenceKind } from '../transport/offences.ts'
import { holdWrites } from '../transport/turn.ts'
import type { Watchdog } from '../watchdog/watchdog.ts'
import { FaultPolicy } from './fault-policy.ts'
import type { GameRoom } from './game-room.ts'
import { TickLoop } from './tick-loop.ts'

/** What a room needs of the server that runs it. */
export interface RoomServices {
  readonly log: Logger
  readonly metrics: Metrics
  readonly limits: Limits
  /** True in tests that step rooms themselves: no timer runs the ticks. */
  readonly manualTicks: boolean
  /** The rooms that are open now. */
  readonly running: Set<RoomRuntime>
  readonly watchdog: Watchdog
  readonly storage: GameStorage | undefined
  readonly pace: PatchPace
  readonly guard: Guard
}

/** Takes a frame that a client sent. */
export type FrameHandler = (this: GameRoom, client: Client, frame: Buffer) => void

/** What a client did wrong, by what it is answered. */
const OFFENCE_OF: Partial<Record<ErrorCode, OffenceKind>> = {
  MESSAGE_UNKNOWN: 'unknownType',
  MESSAGE_INVALID: 'invalidPayload',
  RATE_LIMITED: 'typeRate',
}

/** Least time between two full reports of the same hook's failures, in milliseconds. */
const REPORT_INTERVAL_MS = 1_000
/** Least time between two lines about steps that a room skipped, in milliseconds. */
const LATE_INTERVAL_MS = 60_000
/** Least time between two lines about how large a room's state is, in milliseconds. */
const LARGE_INTERVAL_MS = 60_000
/** Least time between two notices to a client about its invalid inputs, in milliseconds. */
const INPUT_NOTICE_INTERVAL_MS = 1_000

/** What the framework knows of one running room and its class need not: the tick, its loop, and who to blame. */
export class RoomRuntime {
  /** Number of the step that runs or runs next. */
  tick = 0
  /** The client whose frame is being handled, if any. */
  sender: Client | undefined
  #loop: TickLoop | undefined
  #manualNowMs = 0
  #skippedSteps = 0
  #longestStepMs = 0
  #lateToldMs = Number.NEGATIVE_INFINITY
  #largeToldMs = Number.NEGATIVE_INFINITY
  readonly #failures = new Map<string, { lastMs: number; suppressed: number }>()
  readonly #inputNotices = new WeakMap<Client, number>()

  readonly #room: GameRoom
  readonly #services: RoomServices
  readonly #faults: FaultPolicy
  /** Numbers by which the watchdog knows this room's hooks. */
  readonly #places = new Map<string, number>()

  constructor(room: GameRoom, services: RoomServices) {
    this.#room = room
    this.#services = services
    this.#faults = new FaultPolicy(room, services)
    // Colyseus' room clock runs on wall time, which may jump.
    room.clock['now'] = services.manualTicks ? () => this.#manualNowMs : () => performance.now()
  }

  get storage(): GameStorage | undefined {
    return this.#services.storage
  }

  get room(): GameRoom {
    return this.#room
  }

  get stepMs(): number {
    return 1000 / this.#room.tickRateHz
  }

  /** Starts stepping; called once, after the room's own `onCreate`. */
  start(): void {
    this.#services.running.add(this)
    if (this.#services.manualTicks) return
    this.#loop = new TickLoop({
      stepMs: this.stepMs,
      onStep: () => this.step(),
      onSkip: (steps) => this.#late(steps),
    })
    this.#loop.start()
  }

  stop(): void {
    this.#services.running.delete(this)
    this.#loop?.stop()
    this.#services.watchdog.forget([...this.#places.values()])
    this.#places.clear()
  }

  /** Runs the part of a hook that does not wait, and lets the watchdog know meanwhile which it is. */
  within<R>(hook: string, body: () => R): R {
    return this.#services.watchdog.run(this.#placeOf(hook), body)
  }

  #placeOf(hook: string): number {
    const known = this.#places.get(hook)
    if (known !== undefined) return known
    const { roomName, roomId } = this.#room
    const place = this.#services.watchdog.place({ room: roomName, roomId, hook })
    this.#places.set(hook, place)
    return place
  }

  /** Runs one fixed step, and a patch after every n-th. Never throws. */
  step(): void {
    const room = this.#room
    const services = this.#services
    const startedMs = performance.now()
    this.#manualNowMs += this.stepMs
    holdWrites(() => this.#run(room))
    const tookMs = performance.now() - startedMs
    this.#longestStepMs = Math.max(this.#longestStepMs, tookMs)
    services.metrics.observeTick(room.roomName, tookMs)
  }

  #run(room: GameRoom): void {
    this.attempt('timer', () => room.clock.tick())
    if (room.onTick) {
      const dtMs = this.stepMs
      this.attempt('onTick', () => room.onTick?.({ tick: this.tick, dt: 1 / room.tickRateHz, dtMs }))
    }
    this.tick++
    const { pace } = this.#services
    if (this.tick % pace.patchEveryTicks(room.patchEveryTicks, room.tickRateHz) === 0)
      this.attempt('patch', () => room.broadcastPatch())
  }

  /** Steps were skipped: counted each time, told once a minute. */
  #late(steps: number): void {
    const { log, metrics } = this.#services
    const { roomName: room, roomId } = this.#room
    metrics.ticksSkipped.inc({ room }, steps)
    this.#skippedSteps += steps
    const nowMs = performance.now()
    if (nowMs - this.#lateToldMs < LATE_INTERVAL_MS) return
    this.#lateToldMs = nowMs
    const longestStepMs = Math.round(this.#longestStepMs)
    log.warn(
      { room, roomId, skipped: this.#skippedSteps, longestStepMs, stepMs: this.stepMs },
      `${room} is late`,
    )
    this.#skippedSteps = this.#longestStepMs = 0
  }

  /** Runs `body`; what it throws or rejects with is reported and goes no further. */
  attempt<R>(hook: string, body: () => R, client?: Client): R | undefined {
    try {
      const result = this.within(hook, body)
      if (result instanceof Promise) result.catch((error) => this.report(hook, error, client))
      return result
    } catch (error) {
      this.report(hook, error, client)
      return undefined
    }
  }

  /** The same for a frame of `client`; without a closure, since it is done for each. */
  handle(client: Client, frame: Buffer, handler: FrameHandler): void {
    const { watchdog } = this.#services
    const before = watchdog.enter(this.#placeOf('frame'))
    this.sender = client
    try {
      handler.call(this.#room, client, frame)
    } catch (error) {
      this.report('frame', error, client)
    } finally {
      this.sender = undefined
      watchdog.leave(before)
    }
  }

  /** Logs a failure of the room's own code with room, hook, client and stack, and counts it. */
  report(hook: string, error: unknown, client?: Client): void {
    this.#faults.note(hook, client)
    this.tell(hook, error, client)
  }

  /** Logs and counts a failure that nothing follows from. */
  tell(hook: string, error: unknown, client?: Client): void {
    const room = this.#room
    const services = this.#services
    services.metrics.roomErrors.inc({ room: room.roomName, hook })
    const nowMs = performance.now()
    const earlier = this.#failures.get(hook)
    if (earlier && nowMs - earlier.lastMs < REPORT_INTERVAL_MS) {
      earlier.suppressed++
      return
    }
    const suppressed = earlier?.suppressed ?? 0
    this.#failures.set(hook, { lastMs: nowMs, suppressed: 0 })
    services.log.error(
      {
        room: room.roomName,
        roomId: room.roomId,
        hook,
        sessionId: client?.sessionId,
        err: asError(error),
        ...(suppressed > 0 && { suppressed }),
      },
      `${room.roomName}.${hook} failed`,
    )
  }

  /** Tells `client` about its own mistake without ending its session. */
  complain(client: Client, error: FairgroundError): void {
    this.#services.metrics.messagesRefused.inc({ room: this.#room.roomName, code: error.code })
    client.error(error.wire, error.message)
    this.blame(client, error.code)
  }

  /** Counts an answer that says what `client` did wrong among its offences. */
  blame(client: Client, code: ErrorCode): void {
    const kind = OFFENCE_OF[code]
    if (kind !== undefined) (client.ref as Partial<GuardedSocket>).gate?.offend(kind)
  }

  /** A client was sent a whole state: counted each time it is too large, told once a minute. */
  noteFullState(bytes: number): void {
    const { limits, log, metrics } = this.#services
    if (bytes <= limits.maxStateBytes) return
    const { roomName: room, roomId } = this.#room
    metrics.largeStates.inc({ room })
    const nowMs = performance.now()
    if (nowMs - this.#largeToldMs < LARGE_INTERVAL_MS) return
    this.#largeToldMs = nowMs
    log.warn({ room, roomId, bytes, maxStateBytes: limits.maxStateBytes }, `the state of ${room} is large`)
  }

  /** An interest area left the fast path: told once, since it stays so. */
  noteFallback(area: string, reason: string): void {
    const { log, metrics } = this.#services
    const { roomName: room, roomId } = this.#room
    metrics.interestFallbacks.inc({ room })
    log.warn({ room, roomId, area, reason }, `${room}: the area of ${area} is left to the stock encoder`)
  }

  /** A byte budget or a distance tier put off updates. */
  notePutOff(count: number): void {
    this.#services.metrics.updatesPutOff.inc({ room: this.#room.roomName }, count)
  }

  /** Tells the sender of the frame being decoded that a number in it was not finite. */
  noteInvalidInput(): void {
    this.#services.metrics.messagesRefused.inc({ room: this.#room.roomName, code: 'INPUT_INVALID' })
    const client = this.sender
    if (!client) return
    const nowMs = performance.now()
    if (nowMs - (this.#inputNotices.get(client) ?? Number.NEGATIVE_INFINITY) < INPUT_NOTICE_INTERVAL_MS)
      return
    this.#inputNotices.set(client, nowMs)
    client.error(wireOf('INPUT_INVALID'), new FairgroundError('INPUT_INVALID').message)
  }
}

const runtimes = new WeakMap<GameRoom, RoomRuntime>()

/** The runtime of a room that a server opened; undefined while its class is still being constructed. */
export function runtimeOf(room: object): RoomRuntime | undefined {
  return runtimes.get(room as GameRoom)
}

export function setRuntime(room: GameRoom, runtime: RoomRuntime): void {
  runtimes.set(room, runtime)
}
