/** News for one watcher as bytes: a time, then for each symbol its number, how many values, and the values. */

const HEADER_BYTES = 8
const VALUE_BYTES = 8
/** Number of the symbol and count of the values. */
const ENTRY_BYTES = 3

/** News of one symbol, as it is read from the wire. */
export interface News {
  readonly id: number
  readonly values: readonly number[]
}

/** One symbol's news, made once for all who watch it. */
export function packNews({ id, values }: News): Uint8Array {
  const bytes = new Uint8Array(ENTRY_BYTES + values.length * VALUE_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, id)
  view.setUint8(2, values.length)
  for (const [index, value] of values.entries()) view.setFloat64(ENTRY_BYTES + index * VALUE_BYTES, value)
  return bytes
}

/** @param sentMs milliseconds since 1970 */
export function packBulletin(sentMs: number, entries: readonly Uint8Array[]): Uint8Array {
  const length = entries.reduce((sum, entry) => sum + entry.length, HEADER_BYTES)
  const bytes = new Uint8Array(length)
  new DataView(bytes.buffer).setFloat64(0, sentMs)
  let at = HEADER_BYTES
  for (const entry of entries) {
    bytes.set(entry, at)
    at += entry.length
  }
  return bytes
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
