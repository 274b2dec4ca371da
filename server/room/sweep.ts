/** Entries looked at in one go. */
const AT_ONCE = 32

/** Goes round a map a few entries at a time, so that keeping it tidy costs the same however large it is. */
export class Sweep<K, V> {
  readonly #map: ReadonlyMap<K, V>
  #round: MapIterator<[K, V]> | undefined

  constructor(map: ReadonlyMap<K, V>) {
    this.#map = map
  }

  /** The next entries; after the last one it begins anew. */
  next(): [K, V][] {
    const entries: [K, V][] = []
    const most = Math.min(AT_ONCE, this.#map.size)
    while (entries.length < most) {
      this.#round ??= this.#map.entries()
      const { done, value } = this.#round.next()
      if (done) this.#round = undefined
      else entries.push(value)
    }
    return entries
  }
}
