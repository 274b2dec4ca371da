import { performance } from 'node:perf_hooks'
import { type Client, matchMaker } from '@colyseus/core'
import { FairgroundError } from '../../shared/errors.ts'
import { CLOSING_MESSAGE, type ClosingNotice } from '../../shared/protocol.ts'
import type { Limits } from '../limits.ts'
import type { Logger } from '../log.ts'
import type { RoomRuntime } from '../room/room-runtime.ts'
import type { WssClient } from '../transport/wss-client.ts'

/** Time between two looks whether everybody has left, in milliseconds; who returns meanwhile is told then. */
const LOOK_MS = 200
/** Time after which another server of the same name will have taken over, in milliseconds. */
const RETRY_AFTER_MS = 5_000

export interface ShutdownOptions {
  /** The rooms that are open now. */
  readonly running: ReadonlySet<RoomRuntime>
  readonly limits: Limits
  readonly log: Logger
}

/** How a server's rooms come to their end: nobody new, a notice to who plays, then every room is closed. */
export class Shutdown {
  readonly #options: ShutdownOptions
  readonly #told = new WeakSet<Client>()
  readonly #notified = new WeakSet<RoomRuntime>()
  #begun = false
  #closing = false
  /** Ends the wait that is under way. */
  #waiting = new AbortController()

  constructor(options: ShutdownOptions) {
    this.#options = options
  }

  /** Whether new seats are refused. */
  get begun(): boolean {
    return this.#begun
  }

  /** @throws FairgroundError SERVER_SHUTTING_DOWN; but who was here may come back until the rooms are closed */
  refuseJoin(method: string): void {
    if (this.#begun && (this.#closing || method !== 'reconnect'))
      throw new FairgroundError('SERVER_SHUTTING_DOWN', { retryAfterMs: RETRY_AFTER_MS })
  }

  /** Ends the time of notice, if it is running. */
  cutNotice(): void {
    if (!this.#closing) this.hurry()
  }

  /** Ends the wait that is under way: for players first, then for rooms. */
  hurry(): void {
    this.#waiting.abort()
  }

  /** @param noticeMs time for which rooms play on, in milliseconds. Settles in bounded time and never rejects. */
  async run(noticeMs: number): Promise<void> {
    this.#begun = true
    if (noticeMs > 0) await this.#playOn(noticeMs)
    this.#closing = true
    this.#waiting = new AbortController()
    await this.#closeRooms()
  }

  /** Until the time is over, everybody has gone, or somebody hurries. */
  async #playOn(noticeMs: number): Promise<void> {
    const { running, log } = this.#options
    const { signal } = this.#waiting
    const endMs = performance.now() + noticeMs
    const { roomCount: rooms, ccu: clients } = matchMaker.stats.local
    log.info({ noticeMs, rooms, clients }, 'shutting down: no new seats, and players are told')
    await this.#quietly(() => matchMaker.stats.excludeProcess(matchMaker.processId))
    while (!signal.aborted && ![...running].every(isDeserted)) {
      const leftMs = endMs - performance.now()
      if (leftMs <= 0) return
      for (const runtime of running) this.#tell(runtime, Math.round(leftMs))
      await delay(Math.min(LOOK_MS, leftMs), signal)
    }
  }

  #tell(runtime: RoomRuntime, inMs: number): void {
    const { room } = runtime
    const notice: ClosingNotice = { inMs }
    if (!this.#notified.has(runtime)) {
      this.#notified.add(runtime)
      void this.#quietly(() => room.lock())
      if (room.onClosing) runtime.attempt('onClosing', () => room.onClosing?.(notice))
    }
    for (const client of room.clients) {
      // The official SDK has no use for it, and might show it to a game that listens to everything.
      if (this.#told.has(client) || !(client as unknown as WssClient).acknowledges) continue
      this.#told.add(client)
      ;(client as Client).send(CLOSING_MESSAGE, notice)
    }
  }

  async #closeRooms(): Promise<void> {
    const { limits, log, running } = this.#options
    const deadline = this.#waiting
    const closed = this.#quietly(() => matchMaker.gracefullyShutdown()).then(() => true)
    const done = await Promise.race([closed, delay(limits.shutdownMs, deadline.signal)])
    deadline.abort()
    if (done) return
    const rooms = [...running].map(({ room: { roomName, roomId } }) => ({ room: roomName, roomId }))
    log.warn({ rooms }, 'rooms did not end in time, and are cut off')
  }

  async #quietly(action: () => Promise<unknown>): Promise<void> {
    try {
      await action()
    } catch (error) {
      this.#options.log.debug({ err: error }, 'shutdown')
    }
  }
}

/** Nobody plays there, and nobody may come back. */
function isDeserted({ room }: RoomRuntime): boolean {
  return room.clients.length === 0 && Object.keys(room['_reservedSeats']).length === 0
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      done()
    })
  })
}
