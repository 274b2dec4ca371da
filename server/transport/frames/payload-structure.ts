import type { FrameReader } from './frame-reader.ts'

/** Levels of lists and maps within each other that a payload may have; msgpackr itself goes on until the stack ends. */
const MAX_DEPTH = 32
/** Uses of one shape beyond which msgpackr compiles a function for it, anew in each frame. */
const INTERPRETED_USES = 3
/** Shapes in one payload that it may compile: each costs as much time as hundreds of values. */
const MAX_COMPILED = 16

const PROTO = [...'__proto__'].map((letter) => letter.charCodeAt(0))
/** Extensions that clients write: nothing, and a date. msgpackr reads more (errors, patterns, sets, typed lists). */
const NOTHING = 0x00
const DATE = 0xff
/** And one of its own: a list of keys that is given a number, so that objects alike need not repeat them. */
const RECORD = 0x72

/** First bytes from 0xc0 to 0xdf: what follows, in bytes, or how it says its own length. */
const LONG: readonly (number | 'bytes' | 'extension' | 'list' | 'map' | 'never')[] = [
  ...([0, 'never', 0, 0] as const), // null, false, true
  ...(['bytes', 'bytes', 'bytes'] as const),
  ...(['extension', 'never', 'never'] as const), // none that clients write is longer than 255 bytes
  ...([4, 8] as const), // floats
  ...([1, 2, 4, 8, 1, 2, 4, 8] as const), // whole numbers
  ...(['extension', 'never', 'extension', 'extension', 'never'] as const), // of 1, 2, 4, 8 and 16 bytes
  ...(['bytes', 'bytes', 'bytes'] as const), // texts
  ...(['list', 'list', 'map', 'map'] as const),
]
/** Bytes of the length that follows those first bytes. */
const LENGTH_BYTES: Readonly<Record<number, 1 | 2 | 4>> = {
  196: 1,
  197: 2,
  198: 4,
  217: 1,
  218: 2,
  219: 4,
  220: 2,
  221: 4,
  222: 2,
  223: 4,
}
const EXTENSION_BYTES: Readonly<Record<number, number>> = { 212: 1, 214: 4, 215: 8 }

/** Whether what is left of a frame is one MessagePack value that msgpackr reads without an error, or nothing at all. */
export function isPayload(reader: FrameReader): boolean {
  if (!reader.atEnd) new PayloadWalk(reader).value(0)
  return !reader.broken && reader.atEnd
}

/** Passes values as msgpackr would read them, without making anything of them. */
class PayloadWalk {
  readonly #reader: FrameReader
  /** By their numbers: how many keys, and how often used. */
  #shapes: Map<number, { keys: number; uses: number }> | undefined
  #compiled = 0

  constructor(reader: FrameReader) {
    this.#reader = reader
  }

  value(depth: number): void {
    const first = this.#reader.byte()
    if (first >= 0xe0) return
    if (first < 0x80) {
      if (first >= 0x40 && this.#shapes) this.#record(first & 0x3f, depth)
    } else if (first < 0x90) this.#map(first & 0x0f, depth)
    else if (first < 0xa0) this.#list(first & 0x0f, depth)
    else if (first < 0xc0) this.#reader.skip(first & 0x1f)
    else this.#long(first, depth)
  }

  #long(first: number, depth: number): void {
    const reader = this.#reader
    const shape = LONG[first - 0xc0] ?? 'never' // the end of the frame, too
    if (typeof shape === 'number') reader.skip(shape)
    else if (shape === 'never') reader.broken = true
    else if (shape === 'extension') this.#extension(EXTENSION_BYTES[first] ?? reader.big(1), depth)
    else {
      const length = reader.big(LENGTH_BYTES[first]!)
      if (shape === 'bytes') reader.skip(length)
      else if (shape === 'list') this.#list(length, depth)
      else this.#map(length, depth)
    }
  }

  #extension(length: number, depth: number): void {
    const reader = this.#reader
    const type = reader.byte()
    if (type === RECORD && length === 1) this.#defineShape(depth)
    else if (type === NOTHING ? length === 1 : type === DATE && [1, 4, 8, 12].includes(length))
      reader.skip(length)
    else reader.broken = true
  }

  #list(length: number, depth: number): void {
    if (!(length <= this.#reader.left) || depth === MAX_DEPTH) this.#reader.broken = true
    for (let i = 0; i < length && !this.#reader.broken; i++) this.value(depth + 1)
  }

  #map(length: number, depth: number): void {
    if (!(length * 2 <= this.#reader.left) || depth === MAX_DEPTH) this.#reader.broken = true
    for (let i = 0; i < length && !this.#reader.broken; i++) {
      this.#key()
      if (!this.#reader.broken) this.value(depth + 1)
    }
  }

  /** A number, the list of keys that it stands for, and the first object that has them. */
  #defineShape(depth: number): void {
    const reader = this.#reader
    const number = reader.byte() & 0x3f
    const first = reader.byte()
    let keys = Number.NaN
    if (first >= 0x90 && first < 0xa0) keys = first & 0x0f
    else if (first === 0xdc) keys = reader.big(2)
    if (!(keys <= reader.left)) reader.broken = true
    for (let i = 0; i < keys && !reader.broken; i++) this.#key()
    this.#shapes ??= new Map()
    this.#shapes.set(number, { keys, uses: 0 })
    if (!reader.broken) this.#record(number, depth)
  }

  #record(number: number, depth: number): void {
    const shape = this.#shapes!.get(number)
    if (!shape) return // just a number
    if (depth === MAX_DEPTH) this.#reader.broken = true
    if (++shape.uses === INTERPRETED_USES + 1 && ++this.#compiled > MAX_COMPILED) this.#reader.broken = true
    for (let i = 0; i < shape.keys && !this.#reader.broken; i++) this.value(depth + 1)
  }

  /** A key is a text or a number; one that reaches for the prototype is none. */
  #key(): void {
    const reader = this.#reader
    const from = reader.offset
    if (!this.#isKey(reader.peek())) {
      reader.broken = true
      return
    }
    this.value(MAX_DEPTH)
    const start = reader.offset - PROTO.length
    if (start > from && PROTO.every((letter, index) => reader.bytes[start + index] === letter))
      reader.broken = true
  }

  #isKey(first: number): boolean {
    if (first >= 0x40 && first < 0x80) return !this.#shapes?.has(first & 0x3f)
    if (first < 0x40 || first >= 0xe0 || (first >= 0xa0 && first < 0xc0)) return true
    return (first >= 0xca && first <= 0xd3) || (first >= 0xd9 && first <= 0xdb)
  }
}
