import { performance } from 'node:perf_hooks'
import type { Duplex } from 'node:stream'
import { framed } from './framing.ts'

// What runs now, from one return to the event loop to the next, as what leaves the process sees it: one moment, and
// one frame for all who are sent the same.

/** Connections whose writes wait for the end of what runs now. */
let held: Duplex[] = []
let depth = 0

let isOver = true
let nowMs = 0
let payload: Uint8Array | undefined
let opcode = 0
let frame: Buffer | undefined

/**
 * Runs `body`; what it writes to a connection leaves in one piece when it is over. A room's tick sends each client a
 * patch and messages: one write, one TLS record and one system call instead of one for each of them.
 */
export function holdWrites(body: () => void): void {
  depth++
  try {
    body()
  } finally {
    if (--depth === 0) release()
  }
}

/** Before something is written to a connection. */
export function hold(connection: Duplex): void {
  if (depth === 0 || connection.writableCorked > 0) return
  connection.cork()
  held.push(connection)
}

function release(): void {
  const connections = held
  held = []
  for (const connection of connections) connection.uncork()
}

/** When this turn began to send, in whole milliseconds of a clock that never jumps: read once, not for each client. */
export function turnMs(): number {
  if (isOver) begin()
  return nowMs
}

/** A payload's frame: made once for all who are sent the same array in this turn. It must not change meanwhile. */
export function framedOnce(bytes: Uint8Array, code: number): Buffer {
  if (isOver) begin()
  if (bytes === payload && code === opcode) return frame!
  payload = bytes
  opcode = code
  frame = framed(bytes, code)
  return frame
}

function begin(): void {
  isOver = false
  nowMs = Math.floor(performance.now())
  queueMicrotask(end)
}

function end(): void {
  isOver = true
  payload = frame = undefined
}
