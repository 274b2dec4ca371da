import { Protocol, ProtocolModifier } from '@colyseus/core'
import { Packr } from 'msgpackr'
import type { Random } from '../../shared/random.ts'

// Frames that are nearly right. Bytes drawn at random are refused by their first one; what finds faults is what was a
// real frame, changed in a place or two.

const packr = new Packr()
/** First bytes that claim a length, a number that is none, a depth, or another meaning. */
const ODD_BYTES = [
  0x00, 0x7f, 0x80, 0x8f, 0x91, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc7, 0xc9, 0xca, 0xcb, 0xcf, 0xd0, 0xd3, 0xd4,
  0xd5, 0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xe0, 0xff,
]
const ODD_RUNS = [
  [0xff, 0xff, 0xff, 0xff],
  [0xdb, 0xff, 0xff, 0xff, 0xff],
  [0xdd, 0x7f, 0xff, 0xff, 0xff],
  [0xce, 0xff, 0xff, 0xff, 0xff],
  [0xcb, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f],
  [0xcb, 0, 0, 0, 0, 0, 0, 0xf0, 0xff],
  [0xd0, 0x80],
  [0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61],
  [0xa9, ...Buffer.from('__proto__')],
  [0xab, ...Buffer.from('constructor')],
  [0xc7, 0x01, 0x78, 0x00],
]
const CODES = Object.values(Protocol)
/** The largest frame made: larger ones end the connection, and are tested by themselves. */
const MAX_BYTES = 4_096

export const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!
export const upTo = (random: Random, max: number): number => Math.floor(random() * max)

type Mutation = (frame: Buffer, random: Random, corpus: readonly Buffer[]) => Buffer

function replaced(frame: Buffer, at: number, length: number, by: Uint8Array): Buffer {
  return Buffer.concat([frame.subarray(0, at), by, frame.subarray(at + length)])
}
const randomBytes = (random: Random, length: number) =>
  Buffer.from(Array.from({ length }, () => upTo(random, 256)))

const MUTATIONS: readonly Mutation[] = [
  (frame, random) => {
    const copy = Buffer.from(frame)
    const at = upTo(random, copy.length)
    copy[at] = copy[at]! ^ (1 << upTo(random, 8))
    return copy
  },
  (frame, random) => replaced(frame, upTo(random, frame.length), 1, Buffer.from([pick(random, ODD_BYTES)])),
  (frame, random) =>
    replaced(frame, upTo(random, frame.length), upTo(random, 4), Buffer.from(pick(random, ODD_RUNS))),
  (frame, random) => frame.subarray(0, upTo(random, frame.length)),
  (frame, random) => Buffer.concat([frame, randomBytes(random, 1 + upTo(random, 16))]),
  (frame, random) => replaced(frame, upTo(random, frame.length), upTo(random, 8), Buffer.alloc(0)),
  (frame, random) =>
    replaced(
      frame,
      upTo(random, frame.length),
      0,
      Buffer.alloc(1 + upTo(random, 600), pick(random, ODD_BYTES)),
    ),
  (frame, random, corpus) => {
    const other = pick(random, corpus)
    return Buffer.concat([
      frame.subarray(0, upTo(random, frame.length)),
      other.subarray(upTo(random, other.length)),
    ])
  },
  (frame, random) => replaced(frame, 0, 1, Buffer.from([pick(random, CODES)])),
  (frame, random) =>
    replaced(
      frame,
      0,
      1,
      Buffer.from([(frame[0] ?? 0) ^ pick(random, [ProtocolModifier.TIMED, 0x40, 0x20])]),
    ),
  (frame, random) => {
    const at = upTo(random, frame.length)
    const tail = frame.subarray(at)
    return Buffer.concat([frame, ...Array<Buffer>(1 + upTo(random, 4)).fill(tail)])
  },
]

/** A payload of any shape, as msgpackr writes it. */
function anyValue(random: Random, depth = 0): unknown {
  const kind = upTo(random, depth > 4 ? 7 : 10)
  if (kind === 0)
    return pick(random, [0, -1, 1e308, -0, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 0.1, 255])
  if (kind === 1) return 'x'.repeat(upTo(random, 300))
  if (kind === 2) return pick(random, [null, true, false, undefined])
  if (kind === 3) return new Date(upTo(random, 2 ** 31) * 1000)
  if (kind === 4) return randomBytes(random, upTo(random, 40))
  if (kind === 5) return pick(random, ['constructor', '__proto__', 'toString', '\u0000', '🎪', '\ud800'])
  if (kind === 6) return upTo(random, 2 ** 31)
  if (kind === 7) return Array.from({ length: upTo(random, 6) }, () => anyValue(random, depth + 1))
  const keys = Array.from({ length: upTo(random, 5) }, () =>
    pick(random, ['x', 'y', 'name', 'n', 'constructor', 'length']),
  )
  return Object.fromEntries(keys.map((key) => [key, anyValue(random, depth + 1)]))
}

const TYPES = [
  'say',
  'place',
  'bag',
  'day',
  'sum',
  'rename',
  'nobody',
  '*',
  '_',
  '__proto__',
  'constructor',
  'onJoin',
]

/** A well-formed message or request with a payload of any shape. */
function anyMessage(random: Random): Buffer {
  const type = pick(random, TYPES)
  const head = random() < 0.5 ? [Protocol.ROOM_DATA] : [Protocol.ROOM_REQUEST, upTo(random, 128)]
  return Buffer.concat([
    Buffer.from([...head, 0xa0 + type.length, ...Buffer.from(type)]),
    packr.pack(anyValue(random)),
  ])
}

/** The next frame of a campaign: a recorded one as it was or changed, or one made up. Never larger than 4 KB. */
export function nextFrame(random: Random, corpus: readonly Buffer[]): Buffer {
  const way = random()
  if (way < 0.02) return randomBytes(random, upTo(random, 40))
  if (way < 0.15) return anyMessage(random)
  let frame = pick(random, corpus)
  if (way < 0.25) return frame
  for (let times = 1 + upTo(random, 3); times > 0; times--) {
    frame = frame.length === 0 ? pick(random, corpus) : pick(random, MUTATIONS)(frame, random, corpus)
  }
  return frame.subarray(0, MAX_BYTES)
}
