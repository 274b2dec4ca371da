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

/**
 * Reads the frames that games send most by itself: short, whole, binary, in one piece. Everything else, and all that
 * follows it in the same piece, is read by ws, whose stream takes several objects and a turn of its own for each frame.
 *
 * @param takes handed each payload, unmasked; says whether more may follow
 */
export function readShortFrames(receiver: Receiver, takes: (payload: Buffer) => boolean): void {
  const read = receiver.write.bind(receiver)
  receiver.write = (chunk) => {
    let at = 0
    if (isBetweenFrames(receiver)) {
      for (let bytes = shortFrame(chunk, at); bytes >= 0; bytes = shortFrame(chunk, at)) {
        if (receiver._maxPayload > 0 && bytes > receiver._maxPayload) break
        const begin = at + HEADER_BYTES
        at = begin + bytes
        unmask(chunk, begin, at)
        if (!takes(chunk.subarray(begin, at))) return true
      }
    }
    if (at === chunk.length) return true
    return read(at === 0 ? chunk : chunk.subarray(at))
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
function shortFrame(chunk: Buffer, at: number): number {
  if (at + HEADER_BYTES > chunk.length || chunk[at] !== WHOLE_BINARY) return -1
  const bytes = chunk[at + 1]! - MASKED
  // Lengths from 126 stand in bytes of their own.
  return bytes >= 0 && bytes <= MAX_BYTES && at + HEADER_BYTES + bytes <= chunk.length ? bytes : -1
}

/** In place: the piece is nobody else's. The mask stands before the payload. */
function unmask(chunk: Buffer, begin: number, end: number): void {
  const mask = begin - MASK_BYTES
  for (let at = begin; at < end; at++) chunk[at]! ^= chunk[mask + ((at - begin) & 3)]!
}
