import type { Room } from '@colyseus/sdk'
import { ACKNOWLEDGE } from '../shared/protocol.ts'

/** Bytes read after which the server is told. */
const ACKNOWLEDGE_AFTER_BYTES = 8_192
/** Time after which it is told of fewer, in milliseconds. */
const ACKNOWLEDGE_AFTER_MS = 500

/**
 * Tells the server how much of what it sent has been read and handled, so that it never sends more than this client
 * can take. Done as frames arrive: a timer would sleep in a hidden tab. Call it before the room connects.
 */
export function acknowledgeFrames(room: Room): void {
  let socket: unknown
  let readBytes = 0
  let toldBytes = 0
  let toldMs = 0
  const handle = room['onMessageCallback'].bind(room)
  room['onMessageCallback'] = (event: MessageEvent) => {
    const { connection } = room
    const current = (connection.transport as { ws?: unknown }).ws
    if (current !== socket) {
      // Each connection counts from zero.
      socket = current
      readBytes = toldBytes = 0
      toldMs = Number.NEGATIVE_INFINITY
    }
    try {
      handle(event)
    } finally {
      readBytes += (event.data as ArrayBuffer).byteLength
      const nowMs = performance.now()
      const due = readBytes - toldBytes >= ACKNOWLEDGE_AFTER_BYTES || nowMs - toldMs >= ACKNOWLEDGE_AFTER_MS
      if (due && connection.isOpen) {
        toldBytes = readBytes
        toldMs = nowMs
        connection.send(receipt(readBytes))
      }
    }
  }
}

function receipt(totalBytes: number): Uint8Array {
  const frame = new DataView(new ArrayBuffer(5))
  frame.setUint8(0, ACKNOWLEDGE)
  frame.setUint32(1, totalBytes % 2 ** 32, true)
  return new Uint8Array(frame.buffer)
}
