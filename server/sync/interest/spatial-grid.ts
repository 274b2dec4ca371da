/** Cells beyond this number from the origin count as the last one: they only cost comparisons, never a wrong answer. */
const MAX_CELL = 2 ** 30

/** Where things are: one number an axis for each slot; NaN for what is nowhere. */
export interface Places {
  xs: Float64Array
  ys: Float64Array
  zs: Float64Array
}

/** Where {@link SpatialGrid.near} writes what it finds. */
export interface Near {
  found: Int32Array
  squares: Float64Array
}

/**
 * A uniform grid over an unbounded world, in two or three dimensions. Built anew each tick by counting, which costs
 * less than moving entries about; cells share buckets by a hash, and are told apart when they are read.
 */
export class SpatialGrid {
  readonly #cellMetres: number
  readonly #solid: boolean
  #cellX = new Int32Array(0)
  #cellY = new Int32Array(0)
  #cellZ = new Int32Array(0)
  #buckets = new Int32Array(0)
  #mask = 0
  /** Where each bucket begins in `#slots`; one more for the end. */
  #begins = new Int32Array(2)
  #slots = new Int32Array(0)
  /** By bucket: whether more than one cell is in it. */
  #mixed = new Uint8Array(0)
  /** Places in the order of `#slots`: what lies in one cell is read in one go. */
  #xs = new Float64Array(0)
  #ys = new Float64Array(0)
  #zs = new Float64Array(0)

  /** @param cellMetres width of a cell; not finite means one cell for the whole world */
  constructor(cellMetres: number, solid: boolean) {
    this.#cellMetres = cellMetres > 0 && Number.isFinite(cellMetres) ? cellMetres : Number.POSITIVE_INFINITY
    this.#solid = solid
  }

  /** Sorts the first `count` slots into cells; what is nowhere stays out. */
  build({ xs, ys, zs }: Places, count: number): void {
    this.#fit(count)
    const begins = this.#begins.fill(0)
    const buckets = this.#buckets
    for (let slot = 0; slot < count; slot++) {
      const [x, y, z] = [xs[slot]!, ys[slot]!, this.#solid ? zs[slot]! : 0]
      const placed = Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(z)
      const bucket = placed ? hash(this.#cell(x), this.#cell(y), this.#cell(z)) & this.#mask : -1
      buckets[slot] = bucket
      if (placed) begins[bucket]!++
    }
    for (let bucket = 1; bucket < begins.length; bucket++) begins[bucket]! += begins[bucket - 1]!
    for (let slot = count - 1; slot >= 0; slot--) {
      const bucket = buckets[slot]!
      // Filled from the end of each bucket, which leaves its begin in the place of its end.
      if (bucket >= 0) this.#put(--begins[bucket]!, slot, { x: xs[slot]!, y: ys[slot]!, z: zs[slot]! })
    }
    this.#noteMixed(begins.at(-1)!)
  }

  #noteMixed(placed: number): void {
    const [mixed, slots, buckets] = [this.#mixed.fill(0), this.#slots, this.#buckets]
    for (let at = 1; at < placed; at++) {
      const bucket = buckets[slots[at]!]!
      if (bucket !== buckets[slots[at - 1]!]) continue
      if (!this.#isOf(at, this.#cellX[at - 1]!, this.#cellY[at - 1]!, this.#cellZ[at - 1]!)) mixed[bucket] = 1
    }
  }

  #put(at: number, slot: number, { x, y, z }: { x: number; y: number; z: number }): void {
    this.#slots[at] = slot
    this.#xs[at] = x
    this.#ys[at] = y
    this.#zs[at] = z
    this.#cellX[at] = this.#cell(x)
    this.#cellY[at] = this.#cell(y)
    this.#cellZ[at] = this.#solid ? this.#cell(z) : 0
  }

  /**
   * Writes the slots within `reachMetres` of a place into `found`, and the squares of their distances into `squares`;
   * both must hold as many as were built.
   *
   * @returns how many
   */
  near(
    { x, y, z }: { x: number; y: number; z: number },
    reachMetres: number,
    { found, squares }: Near,
  ): number {
    const [left, right] = [this.#cell(x - reachMetres), this.#cell(x + reachMetres)]
    const [low, high] = [this.#cell(y - reachMetres), this.#cell(y + reachMetres)]
    const deep = this.#solid ? z : 0
    const near = this.#solid ? this.#cell(deep - reachMetres) : 0
    const far = this.#solid ? this.#cell(deep + reachMetres) : 0
    const [begins, slots, mixed, mask] = [this.#begins, this.#slots, this.#mixed, this.#mask]
    const [xs, ys, zs, solid] = [this.#xs, this.#ys, this.#zs, this.#solid]
    const reach = reachMetres * reachMetres
    let count = 0
    for (let cellX = left; cellX <= right; cellX++) {
      for (let cellY = low; cellY <= high; cellY++) {
        for (let cellZ = near; cellZ <= far; cellZ++) {
          const bucket = hash(cellX, cellY, cellZ) & mask
          const end = begins[bucket + 1]!
          let at = begins[bucket]!
          const isMixed = mixed[bucket] !== 0
          if (at === end || (!isMixed && !this.#isOf(at, cellX, cellY, cellZ))) continue
          for (; at < end; at++) {
            const dx = xs[at]! - x
            const dy = ys[at]! - y
            const dz = solid ? zs[at]! - deep : 0
            const square = dx * dx + dy * dy + dz * dz
            if (!(square <= reach)) continue
            // Cells that share a bucket are each visited by themselves.
            if (isMixed && !this.#isOf(at, cellX, cellY, cellZ)) continue
            squares[count] = square
            found[count++] = slots[at]!
          }
        }
      }
    }
    return count
  }

  #isOf(at: number, cellX: number, cellY: number, cellZ: number): boolean {
    return this.#cellX[at] === cellX && this.#cellY[at] === cellY && this.#cellZ[at] === cellZ
  }

  #cell(metres: number): number {
    if (this.#cellMetres === Number.POSITIVE_INFINITY) return 0
    const cell = Math.floor(metres / this.#cellMetres)
    return cell > MAX_CELL ? MAX_CELL : cell < -MAX_CELL ? -MAX_CELL : cell
  }

  #fit(count: number): void {
    if (this.#slots.length >= count && this.#mask > 0) return
    const capacity = Math.max(64, 2 ** Math.ceil(Math.log2(count)))
    this.#cellX = new Int32Array(capacity)
    this.#cellY = new Int32Array(capacity)
    this.#cellZ = new Int32Array(capacity)
    this.#buckets = new Int32Array(capacity)
    this.#slots = new Int32Array(capacity)
    this.#xs = new Float64Array(capacity)
    this.#ys = new Float64Array(capacity)
    this.#zs = new Float64Array(capacity)
    this.#mask = capacity * 2 - 1
    this.#begins = new Int32Array(capacity * 2 + 1)
    this.#mixed = new Uint8Array(capacity * 2)
  }
}

function hash(x: number, y: number, z: number): number {
  const mixed = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b) ^ Math.imul(z, 0xc2b2ae35)
  return mixed ^ (mixed >>> 15)
}
