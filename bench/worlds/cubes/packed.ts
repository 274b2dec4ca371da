/**
 * The limit by hand: what changed since the last patch in as few bits as the article on snapshot compression found.
 * https://gafferongames.com/post/snapshot_compression/
 */

import { BitReader, BitWriter } from './bits.ts'
import { type Quantised, quantised } from './quantised.ts'
import { CubeYard } from './simulation.ts'

const COUNT_BITS = 10
const TICK_BITS = 32
const PLACE_BITS = [16, 16, 14] as const
/** Bits of a difference in its place: few for a small one. Larger ones than the second are told by the place itself. */
const PLACE = { small: 5, large: 9, whole: PLACE_BITS }
const TURN = { small: 5, large: 8, whole: [9, 9, 9] }
/** The distance to the next index, by its bits. */
const DISTANCES = [
  { from: 1, bits: 3 },
  { from: 9, bits: 5 },
  { from: 41, bits: 10 },
] as const

/** What both sides hold: the cubes as of the last patch, which TCP has brought or will bring. */
export type Baseline = Quantised[]

/** Both sides know how the cubes lie at the beginning. */
export function firstBaseline(): Baseline {
  return new CubeYard().cubes.map(quantised)
}

/** A patch; `held` becomes what the other side holds with it. */
export function packed({ tick, cubes }: CubeYard, held: Baseline): Buffer {
  const now = cubes.map(quantised)
  const changed = now.flatMap((cube, index) => (same(cube, held[index]!) ? [] : [index]))
  const bits = new BitWriter()
  bits.write(tick, TICK_BITS)
  bits.write(changed.length, COUNT_BITS)
  let last = -1
  for (const index of changed) {
    writeDistance(bits, index - last)
    writeParts(bits, held[index]!.place, now[index]!.place, PLACE)
    writeTurn(bits, held[index]!, now[index]!)
    held[index] = now[index]!
    last = index
  }
  return bits.bytes()
}

/** Takes a patch. @returns its tick */
export function unpacked(patch: Uint8Array, held: Baseline): number {
  const bits = new BitReader(patch)
  const tick = bits.read(TICK_BITS)
  const count = bits.read(COUNT_BITS)
  let index = -1
  for (let n = 0; n < count; n++) {
    index += readDistance(bits)
    const before = held[index]!
    held[index] = { place: readParts(bits, before.place, PLACE), ...readTurn(bits, before) }
  }
  return tick
}

interface Coding {
  readonly small: number
  readonly large: number
  readonly whole: readonly number[]
}
type Three = readonly [number, number, number]

/** One bit for no change, one for whether differences tell it, then one for each part that says how long it is. */
function writeParts(bits: BitWriter, before: Three, now: Three, { small, large, whole }: Coding): void {
  const differences = now.map((part, n) => part - before[n]!)
  const moved = differences.some((difference) => difference !== 0)
  bits.write(moved ? 1 : 0, 1)
  if (!moved) return
  const near = differences.every((difference) => fits(difference, large))
  bits.write(near ? 1 : 0, 1)
  for (const [n, difference] of differences.entries()) {
    if (!near) {
      bits.write(now[n]!, whole[n]!)
      continue
    }
    const length = fits(difference, small) ? small : large
    bits.write(length === small ? 1 : 0, 1)
    bits.write(difference + 2 ** (length - 1), length)
  }
}

function readParts(bits: BitReader, before: Three, { small, large, whole }: Coding): Three {
  if (bits.read(1) === 0) return before
  const near = bits.read(1) === 1
  return before.map((part, n) => {
    if (!near) return bits.read(whole[n]!)
    const length = bits.read(1) === 1 ? small : large
    return part + bits.read(length) - 2 ** (length - 1)
  }) as unknown as Three
}

function writeTurn(bits: BitWriter, before: Quantised, now: Quantised): void {
  const same = before.largest === now.largest
  bits.write(same ? 1 : 0, 1)
  if (same) {
    writeParts(bits, before.smallest, now.smallest, TURN)
    return
  }
  bits.write(now.largest, 2)
  for (const part of now.smallest) bits.write(part, TURN.whole[0]!)
}

function readTurn(bits: BitReader, before: Quantised): Pick<Quantised, 'largest' | 'smallest'> {
  if (bits.read(1) === 1) return { largest: before.largest, smallest: readParts(bits, before.smallest, TURN) }
  const largest = bits.read(2)
  const part = () => bits.read(TURN.whole[0]!)
  return { largest, smallest: [part(), part(), part()] }
}

/** One or two bits say which of three lengths follows. */
function writeDistance(bits: BitWriter, distance: number): void {
  const [near, middle, far] = DISTANCES
  const { from, bits: length } = distance < middle.from ? near : distance < far.from ? middle : far
  bits.write(from === near.from ? 1 : 0, 1)
  if (from !== near.from) bits.write(from === middle.from ? 1 : 0, 1)
  bits.write(distance - from, length)
}

function readDistance(bits: BitReader): number {
  const [near, middle, far] = DISTANCES
  const { from, bits: length } = bits.read(1) === 1 ? near : bits.read(1) === 1 ? middle : far
  return from + bits.read(length)
}

function fits(difference: number, length: number): boolean {
  return difference >= -(2 ** (length - 1)) && difference < 2 ** (length - 1)
}

function same(one: Quantised, other: Quantised): boolean {
  return (
    one.largest === other.largest &&
    one.place.every((part, n) => part === other.place[n]) &&
    one.smallest.every((part, n) => part === other.smallest[n])
  )
}
