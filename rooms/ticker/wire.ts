/** News for one watcher as bytes: a time, then for each symbol its number, how many values, and the values. */
import { MAX_VALUES, MAX_WATCHED } from './tuning.ts'

const HEADER_BYTES = 8
const VALUE_BYTES = 8
/** Number of the symbol and count of the values. */
const ENTRY_BYTES = 3
const MAX_BYTES = HEADER_BYTES + MAX_WATCHED * (ENTRY_BYTES + MAX_VALUES * VALUE_BYTES)

/** News of one symbol, as it is read from the wire. */
export interface News {
  readonly id: number
  readonly values: readonly number[]
}

/** Writes bulletins, one after the other and thousands a tick, into one piece of memory. */
export class BulletinWriter {
  readonly #view = new DataView(new ArrayBuffer(MAX_BYTES))
  #at = HEADER_BYTES

  /** @param sentMs milliseconds since 1970 */
  begin(sentMs: number): void {
    this.#view.setFloat64(0, sentMs)
    this.#at = HEADER_BYTES
  }

  add(id: number, values: readonly number[]): void {
    this.#view.setUint16(this.#at, id)
    this.#view.setUint8(this.#at + 2, values.length)
    this.#at += ENTRY_BYTES
    for (const value of values) {
      this.#view.setFloat64(this.#at, value)
      this.#at += VALUE_BYTES
    }
  }

  get isEmpty(): boolean {
    return this.#at === HEADER_BYTES
  }

  /** What was written since {@link begin}: to be copied before the next one begins. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#view.buffer, 0, this.#at)
  }
}

export function readBulletin(bytes: Uint8Array): { sentMs: number; news: News[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const news: News[] = []
  for (let at = HEADER_BYTES; at + ENTRY_BYTES <= bytes.length; ) {
    const count = view.getUint8(at + 2)
    const first = at + ENTRY_BYTES
    const values = Array.from({ length: count }, (_, index) => view.getFloat64(first + index * VALUE_BYTES))
    news.push({ id: view.getUint16(at), values })
    at = first + count * VALUE_BYTES
  }
  return { sentMs: view.getFloat64(0), news }
}
