/** Bytes of the header of an unmasked frame, by how it tells the length (RFC 6455, section 5.2). */
const SHORT_HEADER = 2
const MEDIUM_HEADER = 4
const LONG_HEADER = 10
/** In the place of a length that follows in 2 or in 8 bytes. */
const MEDIUM = 126
const LONG = 127
const FIN = 0x80

export const OPCODES = { text: 0x1, binary: 0x2 } as const

let whole: Buffer | undefined
let inner: Buffer | undefined

/** Memory for a payload, with the place of a frame's header before it: {@link framed} need not copy the last one made. */
export function memoryFor(bytes: number): Buffer {
  const header = headerBytes(bytes)
  whole = Buffer.allocUnsafe(header + bytes)
  inner = whole.subarray(header)
  return inner
}

/** A payload as one frame of a server, header and all in one piece: one write, without another copy in TLS. */
export function framed(payload: Uint8Array, opcode: number): Buffer {
  const { length } = payload
  const header = headerBytes(length)
  let frame: Buffer
  if (payload === inner) {
    frame = whole!
    // Once it was sent, its header is no longer ours to write.
    whole = inner = undefined
  } else {
    frame = Buffer.allocUnsafe(header + length)
    frame.set(payload, header)
  }
  frame[0] = FIN | opcode
  if (header === SHORT_HEADER) frame[1] = length
  else if (header === MEDIUM_HEADER) {
    frame[1] = MEDIUM
    frame[2] = length >>> 8
    frame[3] = length & 0xff
  } else {
    frame[1] = LONG
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  return frame
}

function headerBytes(length: number): number {
  return length < MEDIUM ? SHORT_HEADER : length < 65_536 ? MEDIUM_HEADER : LONG_HEADER
}
