/** The header of an unmasked frame that fits 125, 65,535 and any number of bytes (RFC 6455, section 5.2). */
const SHORT_HEADER = 2
const MEDIUM_HEADER = 4
const LONG_HEADER = 10
/** Marks of a length that follows in 2 and in 8 bytes. */
const MEDIUM = 126
const LONG = 127
const FIN = 0x80

export const OPCODES = { text: 0x1, binary: 0x2 } as const

let lastPayload: Uint8Array | undefined
let lastOpcode: number | undefined
let lastFramed: Buffer | undefined

/**
 * A payload as a server's frame, header and all in one piece: one write, and one TLS record without another copy. Who
 * sends the same array to many frames it once; it must not have changed in between.
 */
export function framed(payload: Uint8Array, opcode: number): Buffer {
  if (payload === lastPayload && opcode === lastOpcode) return lastFramed!
  const frame = frameAnew(payload, opcode)
  lastPayload = payload
  lastOpcode = opcode
  lastFramed = frame
  return frame
}

function frameAnew(payload: Uint8Array, opcode: number): Buffer {
  const { length } = payload
  const header = length < MEDIUM ? SHORT_HEADER : length < 65_536 ? MEDIUM_HEADER : LONG_HEADER
  const frame = Buffer.allocUnsafe(header + length)
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
  frame.set(payload, header)
  return frame
}
