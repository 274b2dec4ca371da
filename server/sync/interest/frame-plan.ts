/** Longest piece, in bytes, that is copied by hand: below it a call costs more than the bytes. */
const BY_HAND_BYTES = 48

/** The pieces of one client's frame, as bounds in the memory that holds the tick's encoded entities. */
export class FramePlan {
  bytes = 0
  #froms = new Int32Array(256)
  #tos = new Int32Array(256)
  #count = 0

  clear(): void {
    this.bytes = 0
    this.#count = 0
  }

  add(from: number, to: number): void {
    if (to <= from) return
    this.bytes += to - from
    const last = this.#count - 1
    if (last >= 0 && this.#tos[last] === from) {
      this.#tos[last] = to
      return
    }
    if (this.#count === this.#froms.length) this.#grow()
    this.#froms[this.#count] = from
    this.#tos[this.#count++] = to
  }

  /** Adds the pieces of many slots; those that begin below 0 are none. */
  addAll(slots: Int32Array, count: number, froms: Int32Array, tos: Int32Array): void {
    while (this.#froms.length < this.#count + count) this.#grow()
    const [begins, ends] = [this.#froms, this.#tos]
    let [bytes, pieces] = [this.bytes, this.#count]
    let last = pieces > 0 ? ends[pieces - 1]! : -1
    for (let at = 0; at < count; at++) {
      const slot = slots[at]!
      const from = froms[slot]!
      const to = tos[slot]!
      if (from < 0 || to <= from) continue
      bytes += to - from
      if (from === last) pieces--
      else begins[pieces] = from
      ends[pieces++] = last = to
    }
    this.bytes = bytes
    this.#count = pieces
  }

  /** Puts the pieces together in `frame`, from `at` on. */
  copy(memory: Buffer, frame: Uint8Array, at: number): void {
    let to = at
    for (let piece = 0; piece < this.#count; piece++) {
      const from = this.#froms[piece]!
      const end = this.#tos[piece]!
      if (end - from <= BY_HAND_BYTES) for (let byte = from; byte < end; byte++) frame[to++] = memory[byte]!
      else {
        memory.copy(frame, to, from, end)
        to += end - from
      }
    }
  }

  #grow(): void {
    const [froms, tos] = [this.#froms, this.#tos]
    this.#froms = new Int32Array(froms.length * 2)
    this.#tos = new Int32Array(froms.length * 2)
    this.#froms.set(froms)
    this.#tos.set(tos)
  }
}
