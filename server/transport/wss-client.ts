import { type ClientPrivate, ClientState, type ISendOptions, Protocol } from '@colyseus/core'
import { WebSocketClient } from '@colyseus/ws-transport'
import { FairgroundError } from '../../shared/errors.ts'
import type { Limits } from '../limits.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { PacedClient } from '../sync/paced-client.ts'
import { keepFields } from './client-fields.ts'
import type { GuardedSocket } from './guarded-socket.ts'
import { Outbox, type Sent } from './outbox.ts'

/** RFC 6455 gives a close frame 125 bytes, two of which are the code. */
const MAX_REASON_BYTES = 123
/** Time for a slow client to take its close frame, in milliseconds; then the connection is cut. */
const CLOSE_GRACE_MS = 5_000
/** The bits of a frame's first byte that say what it is. */
const CODE_MASK = 0x1f

export interface WssClientOptions {
  limits: Limits
  metrics: Metrics
  /** Whether it is sent texts: a client of the JSON gateway. */
  text?: boolean
}

/** One player's socket, with a single way out for every frame. */
export class WssClient extends WebSocketClient implements PacedClient {
  readonly #limits: Limits
  readonly #metrics: Metrics
  readonly #outbox: Outbox
  #waitingBytes = 0
  #closing = false

  constructor(sessionId: string, socket: GuardedSocket, { limits, metrics, text = false }: WssClientOptions) {
    super(sessionId, socket)
    this.#limits = limits
    this.#metrics = metrics
    this.#outbox = new Outbox(socket, { limits, metrics, text, onSlow: () => this.giveUp() })
    socket.receipts = this.#outbox
  }

  get behind(): boolean {
    return this.#outbox.behind
  }

  get drained(): boolean {
    return this.#outbox.drained
  }

  /** Whether our own SDK is at the other end: the official one acknowledges nothing. */
  get acknowledges(): boolean {
    return this.#outbox.acknowledges
  }

  get whenDrained(): (() => void) | undefined {
    return this.#outbox.whenDrained
  }

  set whenDrained(callback: (() => void) | undefined) {
    this.#outbox.whenDrained = callback
  }

  /** Bytes that wait in this process until this client has read more. */
  get queuedBytes(): number {
    return this.#outbox.queuedBytes + this.#waitingBytes
  }

  /** Bytes written to this client and not acknowledged as read. */
  get inFlightBytes(): number {
    return this.#outbox.inFlightBytes
  }

  takesPatch(bytes: number): boolean {
    return !this.#isOpen || this.#outbox.takesPatch(bytes)
  }

  missPatch(): void {
    if (this.#isOpen) this.#outbox.missPatch()
  }

  resync(frames: readonly Uint8Array[]): void {
    if (this.#isOpen) this.#outbox.resync(frames)
  }

  /** Sends one frame; nothing else in the server writes to a player's socket. */
  override raw(frame: Uint8Array, _options?: unknown, sent?: Sent): void {
    if (!this.#isOpen) {
      sent?.(new FairgroundError('NOT_CONNECTED'))
      return
    }
    const code = frame[0]! & CODE_MASK
    if (code === Protocol.ROOM_STATE || code === Protocol.ROOM_STATE_PATCH) this.#outbox.write(frame, sent)
    else this.#outbox.send(frame, sent)
    if (code === Protocol.JOIN_ROOM) this.#awaitJoin()
  }

  /** Messages before the join are kept by Colyseus, without end (D8). */
  override enqueueRaw(frame: Uint8Array, options?: ISendOptions): void {
    if (options?.afterNextPatch || this.state !== ClientState.JOINED) {
      const waitingBytes = this.#countWaiting() + frame.byteLength
      if (waitingBytes > this.#limits.maxQueuedBytes) {
        this.giveUp()
        return
      }
      this.#waitingBytes = waitingBytes
    }
    super.enqueueRaw(frame, options)
  }

  /** Ends the session. A reason too long for a close frame is cut: ws would throw, and end the process with it (D1). */
  override leave(code?: number, reason?: string): void {
    if (this.#isOpen) this.#outbox.flush()
    this.ref.close(code, reason === undefined ? undefined : cutToBytes(reason, MAX_REASON_BYTES))
  }

  giveUp(): void {
    if (this.#closing || !this.#isOpen) return
    this.#closing = true
    this.#metrics.slowClientsClosed.inc()
    const { wire, message } = new FairgroundError('SLOW_CLIENT')
    this.ref.close(wire, message)
    const cut = setTimeout(() => this.ref.terminate(), CLOSE_GRACE_MS).unref()
    this.ref.once('close', () => clearTimeout(cut))
  }

  get #isOpen(): boolean {
    return this.ref.readyState === this.ref.OPEN
  }

  /** Bytes that Colyseus keeps until the join is acknowledged, or until the next patch. */
  #countWaiting(): number {
    const { _enqueuedMessages: early, _pendingFrames: staged } = this as Partial<ClientPrivate>
    if (!early?.length && !staged?.length) this.#waitingBytes = 0
    return this.#waitingBytes
  }

  #awaitJoin(): void {
    const { ref } = this
    const timer = setTimeout(() => {
      if (this.state === ClientState.JOINING) this.giveUp()
    }, this.#limits.joinAckMs).unref()
    ref.once('close', () => clearTimeout(timer))
  }
}

keepFields(WssClient)

function cutToBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text
  const cut = Buffer.from(text).subarray(0, maxBytes).toString()
  // A character cut in half comes out as the replacement character, which is longer than what was left of it.
  return cut.endsWith('\uFFFD') ? cut.slice(0, -1) : cut
}
