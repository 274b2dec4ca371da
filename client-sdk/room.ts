import { Callbacks, type Room as ColyseusRoom, type InputHandle } from '@colyseus/sdk'
import { codeOfWire, FairgroundError } from '../shared/errors.ts'
import { CLOSE_CODES, CLOSING_MESSAGE, type ClosingNotice } from '../shared/protocol.ts'
import { explainClose } from './connection-errors.ts'
import { EventQueue } from './event-queue.ts'
import { watchLine } from './heartbeat.ts'
import { reconnectPatiently } from './reconnection.ts'
import { explainRequest } from './request-errors.ts'
import type {
  CollectionName,
  EventsOf,
  FieldName,
  InputOf,
  ItemOf,
  KeyOf,
  MessagesOf,
  RequestsOf,
  StateOf,
} from './server-types.ts'
import { Signal } from './signal.ts'
import { Traffic } from './traffic.ts'

/** Whether a room can be talked to: `reconnecting` ends in `open` again, or in `closed`. */
export type RoomStatus = 'open' | 'reconnecting' | 'closed'

type Stop = () => void
// biome-ignore lint/suspicious/noExplicitAny: Colyseus' callbacks are typed by our own signatures
type AnyCallback = (...args: any[]) => void
type Send<T> = undefined extends T ? [payload?: T] : [payload: T]

/** Longest wait for the first state after a join, in milliseconds. */
const FIRST_STATE_MS = 10_000

const wires = new WeakMap<object, ColyseusRoom>()

/** The official SDK's room behind one of ours: for this package's own entries, not for games. */
export function wireOf(room: object): ColyseusRoom {
  return wires.get(room)!
}

/** One stay in one room, reconnections included. Made by the join methods of a connected server. */
export class Room<R> {
  readonly id: string
  readonly name: string
  /** Key of this player in the room's state; stays the same over reconnects. */
  readonly sessionId: string
  /** True when this session went on after a reload instead of starting anew. */
  readonly resumed: boolean
  /** Bytes and frames in both directions. */
  readonly traffic: Traffic
  /** Settles when the first state has arrived; the join methods wait for it. */
  readonly ready: Promise<void>
  readonly #wire: ColyseusRoom
  readonly #callbacks: { [name: string]: AnyCallback } | undefined
  readonly #statuses = new Signal<[status: RoomStatus, reason?: FairgroundError]>()
  readonly #errors = new Signal<[error: FairgroundError]>()
  readonly #closings = new Signal<[notice: ClosingNotice]>()
  readonly #events = new EventQueue()
  #status: RoomStatus = 'open'
  #closesMs: number | undefined
  #lastError: FairgroundError | undefined
  /** The official SDK remembers one ping at a time and forgets an earlier one. */
  #lastPing: Promise<unknown> = Promise.resolve()

  constructor(wire: ColyseusRoom, resumed: boolean) {
    this.#wire = wire
    this.id = wire.roomId
    this.name = wire.name
    this.sessionId = wire.sessionId
    this.resumed = resumed
    this.traffic = new Traffic(wire.connection)
    this.#callbacks = wire.serializerId === 'schema' ? (Callbacks.get(wire as never) as never) : undefined
    wires.set(this, wire)
    reconnectPatiently(wire)
    // Whether it is answered, the watch hears by itself.
    watchLine(wire, () => void this.ping().catch(() => {}))
    this.ready = this.#firstState()
    this.#listen()
  }

  /** The room's state, kept up to date by the server's patches. Read it; never write it. */
  get state(): StateOf<R> {
    return this.#wire.state as StateOf<R>
  }

  get status(): RoomStatus {
    return this.#status
  }

  /** What `resume()` takes to go on with this session; changes with each reconnect. Keep it secret. */
  get reconnectionToken(): string {
    return this.#wire.reconnectionToken
  }

  /** Calls back when the connection drops, returns or ends; with `closed` comes the reason. */
  onStatus(callback: (status: RoomStatus, reason?: FairgroundError) => void): Stop {
    return this.#statuses.add(callback)
  }

  /** Calls back when the server refuses something this client sent: an unknown type, an invalid payload, … */
  onError(callback: (error: FairgroundError) => void): Stop {
    return this.#errors.add(callback)
  }

  /**
   * Calls back when the server is going to close this room, for it shuts down: `inMs` milliseconds are left, in which
   * nothing else changes. Also when that is known already, and anew after a reconnection.
   */
  onClosing(callback: (notice: ClosingNotice) => void): Stop {
    const stop = this.#closings.add(callback)
    if (this.#closesMs !== undefined)
      callback({ inMs: Math.max(0, Math.round(this.#closesMs - performance.now())) })
    return stop
  }

  /** Calls back for each event of that type that the room sends. */
  on<E extends keyof EventsOf<R> & string>(event: E, callback: (payload: EventsOf<R>[E]) => void): Stop {
    return this.#events.on(event, callback as AnyCallback)
  }

  /** Sends a message. While reconnecting it waits, ten at most; after the end it throws NOT_CONNECTED. */
  send<M extends keyof MessagesOf<R> & string>(type: M, ...payload: Send<MessagesOf<R>[M]>): void {
    if (this.#status === 'closed') throw new FairgroundError('NOT_CONNECTED')
    this.#wire.send(type as never, payload[0] as never)
  }

  /**
   * Sends a request and answers with the room's reply.
   *
   * @param options.timeoutMs longest wait, default 10,000
   * @throws FairgroundError MESSAGE_UNKNOWN, MESSAGE_INVALID, REQUEST_REFUSED, HANDLER_FAILED, REQUEST_TIMEOUT,
   *   NOT_CONNECTED, or CONNECTION_LOST when the connection broke before the reply (the room may have acted)
   */
  async request<Q extends keyof RequestsOf<R> & string>(
    type: Q,
    payload: RequestsOf<R>[Q] extends { payload: infer P } ? P : never,
    { timeoutMs = 10_000 }: { timeoutMs?: number } = {},
  ): Promise<RequestsOf<R>[Q] extends { reply: infer A } ? A : never> {
    if (this.#status !== 'open' || !this.#wire.connection.isOpen) throw new FairgroundError('NOT_CONNECTED')
    try {
      return (await this.#wire.request(type as never, payload as never, { timeout: timeoutMs })) as never
    } catch (thrown) {
      throw explainRequest(thrown, type)
    }
  }

  /** The input this client sends each tick: fill `input.data`, then `input.send()`. Typed by the room. */
  input(): InputHandle<InputOf<R>> {
    return this.#wire.input({ mode: 'reliable' }) as InputHandle<InputOf<R>>
  }

  /** Calls back for every item of a collection: those there now, and each one added later. */
  onAdd<C extends CollectionName<StateOf<R>>>(
    collection: C,
    callback: (item: ItemOf<StateOf<R>[C]>, key: KeyOf<StateOf<R>[C]>) => void,
  ): Stop
  /** The same for a collection inside an entity. */
  onAdd<P extends object, C extends CollectionName<P>>(
    parent: P,
    collection: C,
    callback: (item: ItemOf<P[C]>, key: KeyOf<P[C]>) => void,
  ): Stop
  onAdd(...args: unknown[]): Stop {
    return this.#subscribe('onAdd', args)
  }

  /** Calls back for every item that leaves a collection. */
  onRemove<C extends CollectionName<StateOf<R>>>(
    collection: C,
    callback: (item: ItemOf<StateOf<R>[C]>, key: KeyOf<StateOf<R>[C]>) => void,
  ): Stop
  /** The same for a collection inside an entity. */
  onRemove<P extends object, C extends CollectionName<P>>(
    parent: P,
    collection: C,
    callback: (item: ItemOf<P[C]>, key: KeyOf<P[C]>) => void,
  ): Stop
  onRemove(...args: unknown[]): Stop {
    return this.#subscribe('onRemove', args)
  }

  /** Calls back with a field's value: now, and whenever it changes. */
  onChange<F extends FieldName<StateOf<R>>>(
    field: F,
    callback: (value: StateOf<R>[F], before: StateOf<R>[F] | undefined) => void,
  ): Stop
  /** The same for a field of an entity. */
  onChange<P extends object, F extends FieldName<P>>(
    entity: P,
    field: F,
    callback: (value: P[F], before: P[F] | undefined) => void,
  ): Stop
  onChange(...args: unknown[]): Stop {
    return this.#subscribe('listen', args)
  }

  /** Calls back after each patch, with the whole state. */
  onPatch(callback: (state: StateOf<R>) => void): Stop {
    const listener = callback as AnyCallback
    this.#wire.onStateChange(listener)
    return () => this.#wire.onStateChange.remove(listener)
  }

  /**
   * Measures one round trip through the room, in milliseconds. Several at once are answered one after the other.
   *
   * @throws FairgroundError NOT_CONNECTED, also when the connection breaks before the answer
   */
  ping(): Promise<number> {
    const ping = this.#lastPing.then(
      () => this.#ping(),
      () => this.#ping(),
    )
    this.#lastPing = ping
    return ping
  }

  /** Leaves for good: the seat is free at once, or, while reconnecting, as soon as the server can be told. */
  async leave(): Promise<void> {
    if (this.#status === 'closed') return
    if (this.#status === 'open' && this.#wire.connection.isOpen) {
      this.#wire.reconnection.enabled = false
      await this.#wire.leave()
    } else this.#setStatus('closed')
  }

  #ping(): Promise<number> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new FairgroundError('NOT_CONNECTED'))
      if (!this.#wire.connection.isOpen) return fail()
      const stop = this.#statuses.add(fail)
      this.#wire.ping((ms) => {
        stop()
        resolve(ms)
      })
    })
  }

  #subscribe(method: 'onAdd' | 'onRemove' | 'listen', args: unknown[]): Stop {
    const subscribe = this.#callbacks?.[method]
    if (!subscribe)
      throw new FairgroundError('MESSAGE_UNKNOWN', { message: `The room ${this.name} has no state.` })
    return subscribe.apply(this.#callbacks, args) as unknown as Stop
  }

  #firstState(): Promise<void> {
    if (!this.#callbacks) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const fail = (reason: FairgroundError): void => {
        clearTimeout(timer)
        reject(reason)
      }
      const timer = setTimeout(() => fail(new FairgroundError('CONNECTION_LOST')), FIRST_STATE_MS)
      this.#wire.onStateChange.once(() => {
        clearTimeout(timer)
        resolve()
      })
      this.#statuses.add((status, reason) => {
        if (status === 'closed') fail(reason ?? new FairgroundError('CONNECTION_LOST'))
      })
    })
  }

  #listen(): void {
    const wire = this.#wire
    wire.onMessage('*', (type: string | number, payload: unknown) =>
      this.#events.deliver(String(type), payload),
    )
    wire.onMessage(CLOSING_MESSAGE, (notice: ClosingNotice) => {
      this.#closesMs = performance.now() + notice.inMs
      this.#closings.emit(notice)
    })
    wire.onDrop(() => this.#setStatus('reconnecting'))
    // The official SDK still has to acknowledge its return: what is sent before that is lost.
    wire.onReconnect(() =>
      queueMicrotask(() => {
        if (this.#status !== 'closed') this.#setStatus('open')
        // Left in the meantime.
        else void wire.leave()
      }),
    )
    wire.onLeave((code: number, reason?: string) => {
      const consented = code === CLOSE_CODES.consented
      this.#setStatus('closed', consented ? undefined : explainClose(code, reason, this.#lastError))
    })
    wire.onError((code: number, message?: string) => {
      const known = typeof code === 'number' ? codeOfWire(code) : undefined
      if (!known) return // the socket's own trouble: a drop follows, and the status tells
      this.#lastError = new FairgroundError(known, message ? { message } : {})
      if (known !== 'SEAT_EXPIRED') this.#errors.emit(this.#lastError)
    })
  }

  #setStatus(status: RoomStatus, reason?: FairgroundError): void {
    if (this.#status === status || this.#status === 'closed') return
    this.#status = status
    this.#statuses.emit(status, reason)
  }
}
