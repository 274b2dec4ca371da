/** Slots times tags as one number, exact up to here. */
const SLOT_SPAN = 2 ** 22

/** Where in the memory of this tick the pieces of entities lie, once somebody needed them. */
export class SliceCache {
  #epochs = new Float64Array(0)
  #froms = new Int32Array(0)
  #tos = new Int32Array(0)
  /** Pieces that differ by more than the entity. */
  readonly #others = new Map<number, [from: number, to: number]>()
  #othersEpoch = -1
  /** Bounds of the piece last found or kept. */
  from = 0
  to = 0

  /** Whether there is one, of this epoch. */
  has(slot: number, variant: number, epoch: number): boolean {
    if (variant === 0) {
      if (this.#epochs[slot] !== epoch) return false
      this.from = this.#froms[slot]!
      this.to = this.#tos[slot]!
      return true
    }
    const found = this.#othersEpoch === epoch ? this.#others.get(variant * SLOT_SPAN + slot) : undefined
    if (!found) return false
    ;[this.from, this.to] = found
    return true
  }

  keep(slot: number, variant: number, epoch: number): void {
    if (variant === 0) {
      if (slot >= this.#epochs.length) this.#grow(slot + 1)
      this.#epochs[slot] = epoch
      this.#froms[slot] = this.from
      this.#tos[slot] = this.to
      return
    }
    if (this.#othersEpoch !== epoch) this.#others.clear()
    this.#othersEpoch = epoch
    this.#others.set(variant * SLOT_SPAN + slot, [this.from, this.to])
  }

  #grow(least: number): void {
    const capacity = Math.max(least, this.#epochs.length * 2, 64)
    const [epochs, froms, tos] = [this.#epochs, this.#froms, this.#tos]
    this.#epochs = new Float64Array(capacity)
    this.#froms = new Int32Array(capacity)
    this.#tos = new Int32Array(capacity)
    this.#epochs.set(epochs)
    this.#froms.set(froms)
    this.#tos.set(tos)
  }
}
