/** Walls by where they are: a world of hundreds is asked about the few nearby. */
import type { Point, Rect } from './map.ts'

const CELL_METRES = 8
/** How far from a cell a wall may stand and still be looked at from there: more than anybody is pushed about in a step. */
const REACH_METRES = 3

export class WallGrid {
  readonly #columns: number
  readonly #rows: number
  readonly #cells: readonly (readonly Rect[])[]

  constructor({ width, height }: { width: number; height: number }, walls: readonly Rect[]) {
    this.#columns = Math.ceil(width / CELL_METRES)
    this.#rows = Math.ceil(height / CELL_METRES)
    this.#cells = Array.from({ length: this.#columns * this.#rows }, (_, cell) => {
      const left = (cell % this.#columns) * CELL_METRES - REACH_METRES
      const top = Math.floor(cell / this.#columns) * CELL_METRES - REACH_METRES
      const size = CELL_METRES + 2 * REACH_METRES
      return walls.filter(
        ({ x, y, width, height }) =>
          x < left + size && x + width > left && y < top + size && y + height > top,
      )
    })
  }

  /** The walls within {@link REACH_METRES} of a point, and some more, in the map's order. */
  near({ x, y }: Point): readonly Rect[] {
    return this.#cells[this.#row(y) * this.#columns + this.#column(x)]!
  }

  /** The walls that the straight line between two points may meet, and others near it; some of them twice. */
  *along(from: Point, to: Point): Iterable<Rect> {
    const [left, right] = [this.#column(Math.min(from.x, to.x)), this.#column(Math.max(from.x, to.x))]
    const [top, bottom] = [this.#row(Math.min(from.y, to.y)), this.#row(Math.max(from.y, to.y))]
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) yield* this.#cells[row * this.#columns + column]!
    }
  }

  #column(x: number): number {
    return Math.max(0, Math.min(this.#columns - 1, Math.floor(x / CELL_METRES)))
  }

  #row(y: number): number {
    return Math.max(0, Math.min(this.#rows - 1, Math.floor(y / CELL_METRES)))
  }
}
