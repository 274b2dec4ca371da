/** Ways through a world for those who steer by program. The grid is built from the walls once. */

import { rayToRect } from './geometry.ts'
import type { Point, Rect } from './map.ts'
import { isFree } from './simulation.ts'
import { RADIUS_METRES } from './tuning.ts'
import { ARENA, type World } from './world.ts'

const CELL_METRES = 0.5
/** Room left beside a wall, so that a figure that cuts a corner a little does not catch on it. */
const MARGIN_METRES = 0.15

/** Which cells of half a metre one may stand in. */
interface Cells {
  readonly columns: number
  readonly open: Uint8Array
}

const cellsOfWorlds = new WeakMap<World, Cells>()

function cellsOf(world: World): Cells {
  let cells = cellsOfWorlds.get(world)
  if (!cells) {
    const columns = world.width / CELL_METRES
    const open = Uint8Array.from({ length: columns * (world.height / CELL_METRES) }, (_, cell) => {
      const centre = centreOf(cell, columns)
      const blocked = world.wallGrid.near(centre).some((wall) => isWithin(centre, fat(wall)))
      return isFree(centre, world) && !blocked ? 1 : 0
    })
    cells = { columns, open }
    cellsOfWorlds.set(world, cells)
  }
  return cells
}

function fat({ x, y, width, height }: Rect): Rect {
  const margin = RADIUS_METRES + MARGIN_METRES
  return { x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin }
}

/** Whether a fighter can walk the straight line between two points. */
export function walksStraight(from: Point, to: Point, { wallGrid }: World = ARENA): boolean {
  const distance = Math.sqrt((to.x - from.x) ** 2 + (to.y - from.y) ** 2)
  if (distance === 0) return true
  const way = { x: (to.x - from.x) / distance, y: (to.y - from.y) / distance }
  for (const wall of wallGrid.along(from, to))
    if ((rayToRect(from, way, fat(wall)) ?? distance) < distance) return false
  return true
}

/**
 * The way to `goal`: corners to walk to, one after the other, the last of them the goal's own cell.
 *
 * @returns empty where there is none
 */
export function findWay(from: Point, goal: Point, world = ARENA): Point[] {
  const grid = cellsOf(world)
  const start = nearestOpen(from, grid)
  const end = nearestOpen(goal, grid)
  const cameFrom = flood(grid, end, start)
  const cells: Point[] = []
  for (let cell = start; cell !== end; ) {
    const next = cameFrom[cell]!
    if (next < 0) return []
    cells.push(centreOf(next, grid.columns))
    cell = next
  }
  return pullTight(from, cells, world)
}

/** Breadth-first from `end` until `start` is met: for each cell the next one towards `end`, or -1. */
function flood({ columns, open }: Cells, end: number, start: number): Int32Array {
  const towards = new Int32Array(open.length).fill(-1)
  towards[end] = end
  const queue = [end]
  for (let head = 0; head < queue.length && towards[start] === -1; head++) {
    const cell = queue[head]!
    for (const neighbour of neighboursOf(cell, columns, open.length)) {
      if (towards[neighbour] !== -1 || !open[neighbour]) continue
      towards[neighbour] = cell
      queue.push(neighbour)
    }
  }
  return towards
}

function neighboursOf(cell: number, columns: number, count: number): number[] {
  const column = cell % columns
  const found: number[] = []
  if (column > 0) found.push(cell - 1)
  if (column < columns - 1) found.push(cell + 1)
  if (cell >= columns) found.push(cell - columns)
  if (cell < count - columns) found.push(cell + columns)
  return found
}

/** Leaves out every corner that can be cut. */
function pullTight(from: Point, cells: readonly Point[], world: World): Point[] {
  const corners: Point[] = []
  let at = from
  for (let index = 0; index < cells.length; ) {
    let reach = index
    while (reach + 1 < cells.length && walksStraight(at, cells[reach + 1]!, world)) reach++
    at = cells[reach]!
    corners.push(at)
    index = reach + 1
  }
  return corners
}

/** The open cell nearest to a point. */
function nearestOpen(point: Point, { columns, open }: Cells): number {
  const own = Math.floor(point.y / CELL_METRES) * columns + Math.floor(point.x / CELL_METRES)
  if (open[own]) return own
  let best = 0
  let bestSquared = Number.POSITIVE_INFINITY
  for (let cell = 0; cell < open.length; cell++) {
    if (!open[cell]) continue
    const { x, y } = centreOf(cell, columns)
    const squared = (x - point.x) ** 2 + (y - point.y) ** 2
    if (squared < bestSquared) [best, bestSquared] = [cell, squared]
  }
  return best
}

function centreOf(cell: number, columns: number): Point {
  return { x: ((cell % columns) + 0.5) * CELL_METRES, y: (Math.floor(cell / columns) + 0.5) * CELL_METRES }
}

function isWithin({ x, y }: Point, rect: Rect): boolean {
  return x > rect.x && x < rect.x + rect.width && y > rect.y && y < rect.y + rect.height
}
