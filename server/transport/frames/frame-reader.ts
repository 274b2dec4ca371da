import { isUtf8 } from 'node:buffer'
import { decode } from '@colyseus/schema'

/** Bytes that follow the first one of a number on Colyseus' wire, by that first byte; {@link NO_NUMBER} for none. */
const NUMBER_BYTES = new Uint8Array(256)
const NO_NUMBER = 255
NUMBER_BYTES.fill(NO_NUMBER, 0x80, 0xe0)
for (const [first, bytes] of [
  [0xca, 4],
  [0xcb, 8],
  [0xcc, 1],
  [0xcd, 2],
  [0xce, 4],
  [0xcf, 8],
  [0xd0, 1],
  [0xd1, 2],
  [0xd2, 4],
  [0xd3, 8],
] as const)
  NUMBER_BYTES[first] = bytes

/**
 * Reads forward through one frame and never past its end. What does not fit makes it `broken`, and so it stays: whoever
 * reads need not ask after each step.
 */
export class FrameReader {
  bytes: Uint8Array
  offset: number
  broken = false

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes
    this.offset = offset
  }

  get left(): number {
    return this.bytes.length - this.offset
  }

  get atEnd(): boolean {
    return this.offset === this.bytes.length
  }

  /** The next byte, without passing it; NaN at the end. */
  peek(): number {
    return this.offset < this.bytes.length ? this.bytes[this.offset]! : Number.NaN
  }

  byte(): number {
    if (this.offset < this.bytes.length) return this.bytes[this.offset++]!
    this.broken = true
    return Number.NaN
  }

  /** An unsigned number of 1, 2 or 4 bytes, most significant first. */
  big(bytes: 1 | 2 | 4): number {
    if (this.left < bytes) {
      this.broken = true
      return Number.NaN
    }
    let value = 0
    for (let i = 0; i < bytes; i++) value = value * 256 + this.bytes[this.offset++]!
    return value
  }

  skip(count: number): void {
    if (count >= 0 && count <= this.left) this.offset += count
    else this.broken = true
  }

  /** A number as Colyseus writes it, of one to nine bytes. */
  number(): number {
    const size = NUMBER_BYTES[this.peek()] ?? NO_NUMBER
    if (size >= this.left) {
      this.broken = true
      return Number.NaN
    }
    return decode.number(this.bytes as never, this)
  }

  /** Passes a text as Colyseus writes it: a length, then that many bytes of UTF-8. */
  text(): void {
    const first = this.byte()
    if (first >= 0xa0 && first < 0xc0) this.utf8(first & 0x1f)
    else if (first === 0xd9) this.utf8(this.byte())
    else if (first === 0xda) this.utf8(this.#little(2))
    else if (first === 0xdb) this.utf8(this.#little(4))
    else this.broken = true
  }

  /** Passes `length` bytes of UTF-8; of any others Colyseus' decoder writes to the console. */
  utf8(length: number): void {
    const from = this.offset
    this.skip(length)
    if (this.broken) return
    for (let at = from; at < this.offset; at++) {
      if (this.bytes[at]! < 0x80) continue
      if (!isUtf8(this.bytes.subarray(from, this.offset))) this.broken = true
      return
    }
  }

  #little(bytes: 2 | 4): number {
    if (this.left < bytes) {
      this.broken = true
      return Number.NaN
    }
    return bytes === 2 ? decode.uint16(this.bytes as never, this) : decode.uint32(this.bytes as never, this)
  }
}
