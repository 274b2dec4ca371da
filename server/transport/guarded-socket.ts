import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import { ACKNOWLEDGE } from '../../shared/protocol.ts'
import { runDueSteps } from '../room/step-clock.ts'
import { readDirectly } from './direct-reads.ts'
import type { FrameGate, GatedSocket } from './frame-gate.ts'
import { codeOf, isInput } from './frames/frame-structure.ts'
import type { Beating, Heartbeat } from './heartbeat.ts'
import type { Receipts } from './outbox.ts'
import { type Receiver, ShortFrames } from './short-frames.ts'

/** Time from the goodbye to who was sent away until its connection is cut, in milliseconds. */
const EXPELLED_MS = 1_000

/** Close code of RFC 6455 for a breach of it. */
const BREACH = 1002

/** What ws keeps for itself and we must reach: its version is pinned, and a contract test watches these. */
interface Internals {
  readonly _socket: Socket
  readonly _receiver: Receiver
}

/** Takes what a client of the JSON gateway sends, in the place of a room. */
export interface TextReader {
  /** Takes one frame. Never throws. */
  takes(frame: Uint8Array, binary: boolean): void
}

/**
 * A player's socket with a gate before it: what the gate does not admit, no room hears. After the server said goodbye
 * nothing is heard any more; a program that ignores it could play on until its connection is cut.
 */
export class GuardedSocket extends WebSocket implements GatedSocket, Beating {
  gate: FrameGate | undefined
  /** Takes what proves that the client has read: no room hears of it. */
  receipts: Receipts | undefined
  /** Reads in the place of a room, and hands on what it has checked. */
  reader: TextReader | undefined
  beatMs = 0
  beatShare = 1
  missedBeats = 0
  #heartbeat: Heartbeat | undefined
  #expelledWith: number | undefined

  get isOpen(): boolean {
    return this.readyState === this.OPEN
  }

  get isHeard(): boolean {
    return this.listenerCount('message') > 0
  }

  override emit(event: string | symbol, first?: unknown, second?: unknown): boolean {
    switch (event) {
      case 'message':
        runDueSteps()
        if (this.reader) {
          this.reader.takes(first as Uint8Array, second as boolean)
          return true
        }
        if (this.receipts?.takesMessage(first as Buffer)) {
          this.#heartbeat?.heard(this)
          return true
        }
        if (!this.gate?.admits(first as Uint8Array, second as boolean)) return true
        break
      case 'ping':
        runDueSteps()
        if (!this.isOpen || !this.gate?.admitsControl()) return true
        this.pong(first as Buffer, false, ignore)
        break
      case 'pong':
        runDueSteps()
        if (!this.receipts?.takesPong(first as Buffer) && !this.gate?.admitsControl()) return true
        this.#heartbeat?.heard(this)
        break
      case 'close':
        runDueSteps()
        // Rooms must see why, also when the goodbye was never answered: such a session is not held for a return.
        if (this.#expelledWith !== undefined) first = this.#expelledWith
    }
    return super.emit(event, first, second)
  }

  /** From now on it is pinged, and ended when it does not answer. */
  lives(heartbeat: Heartbeat): void {
    this.#heartbeat = heartbeat
    heartbeat.begin(this)
  }

  /** From now on short frames are read at once, where Node lets us straight from the connection. */
  readsShortFrames(): void {
    const { _receiver: receiver, _socket: connection } = this.#internals
    const frames = new ShortFrames(receiver, (memory, begin, end) => this.#takes(memory, begin, end))
    frames.precede()
    readDirectly(connection, (memory, length) => {
      if (this.#expelledWith !== undefined) return
      const at = frames.read(memory, length)
      // For ws, which keeps what it is given.
      if (at < length) connection.emit('data', Buffer.from(memory.subarray(at, length)))
    })
  }

  #takes(memory: Buffer, begin: number, end: number): boolean {
    const payload = memory.subarray(begin, end)
    this.emit('message', isForgotten(payload) ? payload : Buffer.from(payload), true)
    return this.#expelledWith === undefined
  }

  /** Hands a room a frame that the gateway made of a checked text. */
  deliver(frame: Uint8Array): void {
    super.emit('message', frame, true)
  }

  breached(): void {
    this.#expelledWith ??= BREACH
  }

  expel(code: number, reason: string): void {
    this.#expelledWith = code
    this.close(code, reason)
    const { _socket: connection, _receiver: receiver } = this.#internals
    // A flood's next thousands of frames came in the same piece.
    receiver._buffers = []
    receiver._bufferedBytes = 0
    receiver.write = () => true
    connection.removeAllListeners('data')
    // Nothing more is taken off the wire: to decrypt the megabytes of a flood would keep the event loop from everybody else.
    // Who reads has the goodbye long before the connection is cut.
    connection.pause()
    const cut = setTimeout(() => this.terminate(), EXPELLED_MS)
    connection.once('close', () => clearTimeout(cut))
  }

  get #internals(): Internals {
    return this as unknown as Internals
  }

  /** Takes up limits that ws read when the connection was opened. */
  limit({ maxMessageBytes, maxFragments }: { maxMessageBytes: number; maxFragments: number }): void {
    const { _receiver: receiver } = this.#internals
    receiver._maxPayload = maxMessageBytes
    receiver._maxFragments = maxFragments
  }
}

/** Whether nobody keeps any of its bytes, as a room may do with those of a message. */
function isForgotten(frame: Uint8Array): boolean {
  const code = codeOf(frame)
  return code === undefined ? frame[0] === ACKNOWLEDGE : isInput(code)
}

function ignore(): void {}
