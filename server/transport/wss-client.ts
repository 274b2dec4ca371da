import { WebSocketClient } from '@colyseus/ws-transport'
import type { WebSocket } from 'ws'
import { FairgroundError } from '../../shared/errors.ts'
import type { Metrics } from '../metrics/metrics.ts'

/** RFC 6455 gives a close frame 125 bytes, two of which are the code. */
const MAX_REASON_BYTES = 123

const SEND_OPTIONS = { binary: true } as const

/** One player's socket, with a single way out for every frame. */
export class WssClient extends WebSocketClient {
  readonly #metrics: Metrics

  constructor(sessionId: string, socket: WebSocket, metrics: Metrics) {
    super(sessionId, socket)
    this.#metrics = metrics
  }

  /** Writes one frame; nothing else in the server writes to a player's socket. */
  override raw(frame: Uint8Array, _options?: unknown, callback?: (error?: Error) => void): void {
    if (this.ref.readyState !== this.ref.OPEN) {
      callback?.(new FairgroundError('NOT_CONNECTED'))
      return
    }
    this.#metrics.countSent(frame.byteLength)
    this.ref.send(frame, SEND_OPTIONS, callback)
  }

  /** Ends the session. A reason too long for a close frame is cut: ws would throw, and end the process with it (D1). */
  override leave(code?: number, reason?: string): void {
    this.ref.close(code, reason === undefined ? undefined : cutToBytes(reason, MAX_REASON_BYTES))
  }
}

function cutToBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text
  const cut = Buffer.from(text).subarray(0, maxBytes).toString()
  // A character cut in half comes out as the replacement character, which is longer than what was left of it.
  return cut.endsWith('\uFFFD') ? cut.slice(0, -1) : cut
}
