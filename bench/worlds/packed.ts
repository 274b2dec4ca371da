/** The hand-packed frames of bare ws: as many bytes as schema patches take, and no more work than writing them. */
import type { Mover } from './simulation.ts'

/** kind u8, room's time u32, last input consumed u32 */
export const HEAD_BYTES = 9
/** kind u8, id u32, x f32, y f32 */
const MOVE_BYTES = 13
/** kind u8, id u32 */
const LEFT_BYTES = 5
/** kind u8, id u32, x f32, y f32, health u8, length of the name u8 */
const ENTER_BYTES = 15
export const MOVED = 1
export const ENTERED = 2
export const LEFT = 3
export const PATCH = 15
export const WELCOME = 10

export interface Packable extends Mover {
  readonly id: number
  readonly name: string
  readonly health: number
}

/** Memory that frames are put together in. */
export class Packer {
  #bytes = Buffer.allocUnsafe(1 << 20)
  offset = 0

  move({ id, x, y }: Packable): void {
    const at = this.#take(MOVE_BYTES)
    this.#bytes[at] = MOVED
    this.#bytes.writeUInt32LE(id, at + 1)
    this.#bytes.writeFloatLE(x, at + 5)
    this.#bytes.writeFloatLE(y, at + 9)
  }

  enter({ id, x, y, health, name }: Packable): void {
    const at = this.#take(ENTER_BYTES + name.length)
    this.#bytes[at] = ENTERED
    this.#bytes.writeUInt32LE(id, at + 1)
    this.#bytes.writeFloatLE(x, at + 5)
    this.#bytes.writeFloatLE(y, at + 9)
    this.#bytes[at + 13] = health
    this.#bytes[at + 14] = name.length
    this.#bytes.write(name, at + ENTER_BYTES, 'latin1')
  }

  left(id: number): void {
    const at = this.#take(LEFT_BYTES)
    this.#bytes[at] = LEFT
    this.#bytes.writeUInt32LE(id, at + 1)
  }

  /** A frame of its own for one client, with what was packed from `from` on. */
  frame(from: number, timeMs: number, consumed: number): Buffer {
    const frame = Buffer.allocUnsafe(HEAD_BYTES + this.offset - from)
    frame[0] = PATCH
    frame.writeUInt32LE(timeMs >>> 0, 1)
    frame.writeUInt32LE(consumed >>> 0, 5)
    frame.set(this.#bytes.subarray(from, this.offset), HEAD_BYTES)
    return frame
  }

  #take(bytes: number): number {
    const at = this.offset
    if (at + bytes > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(this.#bytes.length * 2)
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    this.offset = at + bytes
    return at
  }
}

/** Brings what a client sees up to date by a frame. @returns how many entries it held */
export function unpack(frame: Buffer, seen: Map<string, Mover>): number {
  let entries = 0
  for (let at = HEAD_BYTES; at < frame.length; entries++) {
    const id = String(frame.readUInt32LE(at + 1))
    const kind = frame[at]
    if (kind === LEFT) {
      seen.delete(id)
      at += LEFT_BYTES
      continue
    }
    if (kind !== MOVED && kind !== ENTERED) throw new Error(`A packed frame has the entry ${kind}.`)
    seen.set(id, { x: frame.readFloatLE(at + 5), y: frame.readFloatLE(at + 9) })
    at += kind === MOVED ? MOVE_BYTES : ENTER_BYTES + frame[at + 14]!
  }
  return entries
}
