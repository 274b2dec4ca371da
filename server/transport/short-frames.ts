/** The first byte of a whole binary message that is not compressed. */
const WHOLE_BINARY = 0x82
/** In the second byte, before the length. */
const MASKED = 0x80
const MASK_BYTES = 4
/** Both of them, and the mask. */
const HEADER_BYTES = 2 + MASK_BYTES
/** The longest payload whose length stands in the second byte. */
const MAX_BYTES = 125
/** A receiver of ws between two frames. */
const BETWEEN_FRAMES = 0
/** What it read last, after which nothing counts. */
const CLOSE = 0x8

/** What of ws' receiver decides whether a frame begins here: its version is pinned, and a contract test watches these. */
export interface Receiver {
  _maxPayload: number
  _maxFragments: number
  _bufferedBytes: number
  _buffers: Buffer[]
  readonly _state: number
  readonly _opcode: number
  readonly _fragmented: number
  readonly _errored: boolean
  write(chunk: Buffer): boolean
}

/** Takes a payload, unmasked, from `begin` to `end`; says whether more may follow. */
export type Taker = (memory: Buffer, begin: number, end: number) => boolean

/**
 * Reads the frames that games send most by itself: short, whole, binary, in one piece. Everything else, and all that
 * follows it in the same piece, is for ws, whose stream takes several objects and a turn of its own for each frame.
 */
export class ShortFrames {
  readonly #receiver: Receiver
  readonly #take: Taker

  constructor(receiver: Receiver, take: Taker) {
    this.#receiver = receiver
    this.#take = take
  }

  /** @returns where the rest begins of the first `length` bytes, which it writes into */
  read(memory: Buffer, length: number): number {
    let at = 0
    const receiver = this.#receiver
    if (!isBetweenFrames(receiver)) return at
    for (let bytes = shortFrame(memory, at, length); bytes >= 0; bytes = shortFrame(memory, at, length)) {
      if (receiver._maxPayload > 0 && bytes > receiver._maxPayload) return at
      const begin = at + HEADER_BYTES
      at = begin + bytes
      unmask(memory, begin, at)
      if (!this.#take(memory, begin, at)) return length
    }
    return at
  }

  /** Has them taken out of what is written to ws' receiver. */
  precede(): void {
    const receiver = this.#receiver
    const read = receiver.write.bind(receiver)
    receiver.write = (chunk) => {
      const at = this.read(chunk, chunk.length)
      return at === chunk.length || read(at === 0 ? chunk : chunk.subarray(at))
    }
  }
}

function isBetweenFrames(receiver: Receiver): boolean {
  return (
    receiver._state === BETWEEN_FRAMES &&
    receiver._opcode !== CLOSE &&
    receiver._bufferedBytes === 0 &&
    receiver._fragmented === 0 &&
    !receiver._errored
  )
}

/** Bytes of the payload of the short frame that begins there and ends in this piece; -1 where there is none. */
function shortFrame(chunk: Buffer, at: number, length: number): number {
  if (at + HEADER_BYTES > length || chunk[at] !== WHOLE_BINARY) return -1
  const bytes = chunk[at + 1]! - MASKED
  // Lengths from 126 stand in bytes of their own.
  return bytes >= 0 && bytes <= MAX_BYTES && at + HEADER_BYTES + bytes <= length ? bytes : -1
}

/** In place: nobody reads it again. The mask stands before the payload. */
function unmask(chunk: Buffer, begin: number, end: number): void {
  const mask = begin - MASK_BYTES
  for (let at = begin; at < end; at++) chunk[at]! ^= chunk[mask + ((at - begin) & 3)]!
}
