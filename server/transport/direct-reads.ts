import type { Socket } from 'node:net'

/** Of every connection that is read directly: what came is dealt with before anything else is read. */
const MEMORY = Buffer.alloc(65_536)

/** Takes what came, as the first `length` bytes of a memory that is written over as soon as it returns. Never throws. */
type Taker = (memory: Buffer, length: number) => void

/** What of Node's sockets stands behind the option `onread` of those that connect: for those that were accepted there is none. */
interface Internals {
  readonly _handle?: { useUserBuffer?(memory: Uint8Array): void } | null
  [field: symbol]: unknown
}

/**
 * Has what a connection receives handed over at once, from one memory for all. Node's streams would make a buffer, which
 * the collector has to find again, and pass it through three functions more, for each frame. Pausing, timeouts, errors
 * and the end are as ever.
 *
 * @returns whether it is done; if not, as for connections within others, all comes by `data` as before
 */
export function readDirectly(connection: Socket, take: Taker): boolean {
  const internals = connection as unknown as Internals
  const fields = Object.getOwnPropertySymbols(connection)
  const buffer = fields.find(({ description }) => description === 'kBuffer')
  const callback = fields.find(({ description }) => description === 'kBufferCb')
  if (!buffer || !callback || !internals._handle?.useUserBuffer) return false
  internals._handle.useUserBuffer(MEMORY)
  internals[buffer] = MEMORY
  internals[callback] = (length: number, memory: Buffer) => take(memory, length)
  return true
}
