/** Fighters by where they are, so that a shot and a pickup look at the few nearby and not at a thousand. */
import type { Point } from './map.ts'
import type { Fighter } from './state.ts'

const CELL_METRES = 16
/** Cells of one row, of any world: a fighter's cell is a number. */
const STRIDE = 4096

/** One fighter in the grid. */
export interface Located {
  readonly sessionId: string
  readonly fighter: Fighter
  /** Grows with each join: who came first is asked first. */
  readonly order: number
  cell: number
}

export class FighterGrid {
  readonly #located = new Map<string, Located>()
  readonly #cells = new Map<number, Set<Located>>()
  #joined = 0

  /** Takes note of where a fighter is now. */
  put(sessionId: string, fighter: Fighter): void {
    const cell = row(fighter.y) * STRIDE + column(fighter.x)
    let located = this.#located.get(sessionId)
    if (located?.cell === cell) return
    if (located) this.#cells.get(located.cell)!.delete(located)
    else {
      located = { sessionId, fighter, order: this.#joined++, cell }
      this.#located.set(sessionId, located)
    }
    located.cell = cell
    const others = this.#cells.get(cell)
    if (others) others.add(located)
    else this.#cells.set(cell, new Set([located]))
  }

  remove(sessionId: string): void {
    const located = this.#located.get(sessionId)
    if (!located) return
    this.#located.delete(sessionId)
    this.#cells.get(located.cell)!.delete(located)
  }

  /** Everybody within `metres` of the straight line between two points, and some further away; in order of their joins. */
  near(from: Point, to: Point, metres: number): Located[] {
    const [left, right] = [column(Math.min(from.x, to.x) - metres), column(Math.max(from.x, to.x) + metres)]
    const [top, bottom] = [row(Math.min(from.y, to.y) - metres), row(Math.max(from.y, to.y) + metres)]
    const found: Located[] = []
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        for (const located of this.#cells.get(y * STRIDE + x) ?? []) found.push(located)
      }
    }
    return found.sort((a, b) => a.order - b.order)
  }
}

function column(x: number): number {
  return Math.max(0, Math.min(STRIDE - 1, Math.floor(x / CELL_METRES)))
}

function row(y: number): number {
  return Math.max(0, Math.floor(y / CELL_METRES))
}
