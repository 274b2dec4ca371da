import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { FairgroundError } from '../../shared/errors.ts'
import { ACKNOWLEDGE } from '../../shared/protocol.ts'
import type { Limits } from '../limits.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { OPCODES } from './framing.ts'
import { SendWindow } from './send-window.ts'
import { framedOnce, hold, turnMs } from './turn.ts'

/** Unacknowledged bytes with which a client counts as drained: messages may be on their way. */
const DRAINED_BYTES = 8_192
/** Bytes after which a client that does not acknowledge by itself is asked by a ping whether it has read them. */
const PING_AFTER_BYTES = 8_192
/** The same for what waits so long, in milliseconds; sooner where `drainMs` is short. */
const PING_AFTER_MS = 3_000
/** The same for whom state or messages wait: the sooner it has drained, the sooner it gets them. */
const PING_WAITING_AFTER_MS = 500
/** How often a client is looked at that has not drained, in milliseconds. */
const LOOK_MS = 1_000
/** A total of bytes, in acknowledgements and pings. */
const RECEIPT_BYTES = 4

/** Called when a frame has left for the socket, or could not. */
export type Sent = (error?: Error) => void

/** Takes from a socket what proves that its client has read. */
export interface Receipts {
  /** Whether the frame was an acknowledgement that was due: one a frame at most. Any other is none of ours. */
  takesMessage(frame: Buffer): boolean
  /** Whether the pong answers a ping of ours. */
  takesPong(payload: Buffer): boolean
}

export interface OutboxOptions {
  limits: Limits
  metrics: Metrics
  /** Whether frames are texts: those of the JSON gateway. */
  text?: boolean
  /** The client does not keep up: its connection is to be ended. */
  onSlow(): void
}

/**
 * Everything that leaves for one player, in order: what the line takes is written, messages beyond it wait here up to a
 * limit, and patches beyond it are left out. No message arrives before the state that was sent before it.
 */
export class Outbox implements Receipts {
  /** A patch was left out, so the client's state is an old one. */
  behind = false
  whenDrained: (() => void) | undefined
  readonly #socket: WebSocket
  readonly #options: OutboxOptions
  readonly #window: SendWindow
  readonly #opcode: number
  #queue: { frame: Uint8Array; sent: Sent | undefined }[] = []
  #queuedBytes = 0
  #behindSinceMs = 0
  #timer: NodeJS.Timeout | undefined
  /** Who acknowledges by itself is not pinged. */
  acknowledges = false
  #dueReceipts = 0
  /** Totals told in pings that were not answered yet, oldest first. */
  readonly #pinged: number[] = []
  #pingedTotal = 0
  #pingedMs = -PING_AFTER_MS

  constructor(socket: WebSocket, options: OutboxOptions) {
    this.#socket = socket
    this.#options = options
    this.#opcode = options.text ? OPCODES.text : OPCODES.binary
    this.#window = new SendWindow(options.limits.maxInFlightBytes)
    options.metrics.outboxes.add(this)
    socket.once('close', () => this.#close())
  }

  /** Bytes written and not acknowledged. */
  get inFlightBytes(): number {
    return this.#window.inFlightBytes
  }

  /** Bytes that wait in this process: messages here, and what the socket has not handed to the kernel. */
  get queuedBytes(): number {
    return this.#queuedBytes + this.#socket.bufferedAmount
  }

  get drained(): boolean {
    return this.inFlightBytes <= DRAINED_BYTES && !this.#isFull
  }

  /** Sends a message, now or when there is room for it. */
  send(frame: Uint8Array, sent?: Sent): void {
    if (this.behind || this.#queue.length > 0 || this.#isFull || !this.#window.takes(frame.byteLength))
      this.#enqueue(frame, sent)
    else this.write(frame, sent)
  }

  /** Sends state, which was asked for by {@link takesPatch} or is a whole one: never kept. */
  write(frame: Uint8Array, sent?: Sent): void {
    if (this.#socket.readyState !== this.#socket.OPEN) {
      sent?.(new FairgroundError('NOT_CONNECTED'))
      return
    }
    const nowMs = turnMs()
    this.#window.wrote(frame.byteLength, nowMs)
    this.#dueReceipts++
    this.#options.metrics.countSent(frame.byteLength)
    const { _socket: line } = this.#socket as unknown as { _socket: Duplex }
    hold(line)
    line.write(framedOnce(frame, this.#opcode), sent as (error?: Error | null) => void)
    this.#ask(nowMs)
    this.#watch()
  }

  takesPatch(bytes: number): boolean {
    const nowMs = turnMs()
    const takes =
      !this.behind && this.#queue.length === 0 && !this.#isFull && this.#window.takesPatch(bytes, nowMs)
    if (!takes) this.missPatch()
    return takes
  }

  /** A patch is left out: from now on the client is behind. */
  missPatch(): void {
    this.#options.metrics.patchesSkipped.inc()
    if (!this.behind) this.#behindSinceMs = turnMs()
    this.behind = true
    this.#watch()
  }

  resync(frames: readonly Uint8Array[]): void {
    this.behind = false
    this.whenDrained = undefined
    this.#options.metrics.resyncs.inc()
    for (const frame of frames) this.write(frame)
    this.#flush()
  }

  takesMessage(frame: Buffer): boolean {
    if (frame[0] !== ACKNOWLEDGE || frame.length !== RECEIPT_BYTES + 1 || this.#dueReceipts === 0)
      return false
    this.#dueReceipts--
    this.acknowledges = true
    this.#arrived(frame.readUInt32LE(1))
    return true
  }

  takesPong(payload: Buffer): boolean {
    if (payload.length !== RECEIPT_BYTES) return false
    const total = payload.readUInt32LE()
    const at = this.#pinged.indexOf(total)
    // A total that somebody made up answers nothing.
    if (at < 0) return false
    // A client may answer the last of several pings alone.
    this.#pinged.splice(0, at + 1)
    this.#arrived(total)
    return true
  }

  /** Hands everything that waits to the socket, before it is closed. */
  flush(): void {
    for (const { frame, sent } of this.#queue.splice(0)) this.write(frame, sent)
    this.#queuedBytes = 0
  }

  /** The socket's own queue is over the mark: who acknowledges what it has not read is found out here. */
  get #isFull(): boolean {
    return this.#socket.bufferedAmount > this.#options.limits.highWaterBytes
  }

  #enqueue(frame: Uint8Array, sent?: Sent): void {
    if (this.#queuedBytes + frame.byteLength > this.#options.limits.maxQueuedBytes) {
      sent?.(new FairgroundError('SLOW_CLIENT'))
      this.#options.onSlow()
      return
    }
    this.#queue.push({ frame, sent })
    this.#queuedBytes += frame.byteLength
    this.#watch()
  }

  #flush(): void {
    while (!this.behind && !this.#isFull) {
      const next = this.#queue[0]
      if (!next || !this.#window.takes(next.frame.byteLength)) return
      this.#queue.shift()
      this.#queuedBytes -= next.frame.byteLength
      this.write(next.frame, next.sent)
    }
  }

  #arrived(total: number): void {
    this.#window.acknowledge(total, turnMs())
    this.#proceed()
  }

  #proceed(): void {
    if (this.behind && this.drained) this.whenDrained?.()
    this.#flush()
  }

  get #pingAfterMs(): number {
    return Math.min(PING_AFTER_MS, this.#options.limits.drainMs / 3)
  }

  #ask(nowMs: number): void {
    const { writtenTotal } = this.#window
    const early =
      writtenTotal - this.#pingedTotal < PING_AFTER_BYTES && nowMs - this.#pingedMs < this.#pingAfterMs
    if (!this.acknowledges && !early) this.#ping(nowMs)
  }

  /** Its pong proves that everything before it was read. */
  #ping(nowMs: number): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    const { writtenTotal } = this.#window
    const payload = Buffer.alloc(RECEIPT_BYTES)
    payload.writeUInt32LE(writtenTotal)
    this.#pinged.push(writtenTotal)
    this.#pingedTotal = writtenTotal
    this.#pingedMs = nowMs
    this.#socket.ping(payload)
  }

  #watch(): void {
    this.#timer ??= setTimeout(() => this.#look(), LOOK_MS).unref()
  }

  #look(): void {
    this.#timer = undefined
    const nowMs = turnMs()
    const behindMs = this.behind ? nowMs - this.#behindSinceMs : 0
    const oldestMs = this.#window.oldestMs(nowMs)
    if (Math.max(behindMs, oldestMs) > this.#options.limits.drainMs) {
      this.#options.onSlow()
      return
    }
    // Also those who acknowledge: they do so when a frame arrives, and this may have been the last one for a while.
    // A client need not answer a ping that came together with another one.
    const asked = this.#pinged.length > 0 && nowMs - this.#pingedMs < this.#pingAfterMs
    const waits = this.behind || this.#queue.length > 0
    if (oldestMs >= (waits ? PING_WAITING_AFTER_MS : this.#pingAfterMs) && !asked) this.#ping(nowMs)
    this.#proceed()
    if (this.#isFull || this.behind || this.inFlightBytes > 0 || this.#queue.length > 0) this.#watch()
  }

  #close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.behind = false
    this.whenDrained = undefined
    this.#options.metrics.outboxes.delete(this)
    for (const { sent } of this.#queue.splice(0)) sent?.(new FairgroundError('NOT_CONNECTED'))
    this.#queuedBytes = 0
  }
}
