/** Ways through the arena for those who steer by program. The grid is built from the walls once. */

import { rayToRect } from './geometry.ts'
import { type Point, type Rect, WALLS, WORLD } from './map.ts'
import { isFree } from './simulation.ts'
import { RADIUS_METRES } from './tuning.ts'

const CELL_METRES = 0.5
const COLUMNS = WORLD.width / CELL_METRES
const ROWS = WORLD.height / CELL_METRES
/** Room left beside a wall, so that a figure that cuts a corner a little does not catch on it. */
const MARGIN_METRES = 0.15

const FAT_WALLS: readonly Rect[] = WALLS.map(({ x, y, width, height }) => {
  const margin = RADIUS_METRES + MARGIN_METRES
  return { x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin }
})

const OPEN: readonly boolean[] = Array.from({ length: COLUMNS * ROWS }, (_, cell) => {
  const { x, y } = centreOf(cell)
  return isFree({ x, y }) && !FAT_WALLS.some((wall) => isWithin({ x, y }, wall))
})

/** Whether a fighter can walk the straight line between two points. */
export function walksStraight(from: Point, to: Point): boolean {
  const distance = Math.sqrt((to.x - from.x) ** 2 + (to.y - from.y) ** 2)
  if (distance === 0) return true
  const way = { x: (to.x - from.x) / distance, y: (to.y - from.y) / distance }
  return FAT_WALLS.every((wall) => (rayToRect(from, way, wall) ?? distance) >= distance)
}

/**
 * The way to `goal`: corners to walk to, one after the other, the last of them the goal's own cell.
 *
 * @returns empty where there is none
 */
export function findWay(from: Point, goal: Point): Point[] {
  const start = nearestOpen(from)
  const end = nearestOpen(goal)
  const cameFrom = flood(end, start)
  const cells: Point[] = []
  for (let cell = start; cell !== end; ) {
    const next = cameFrom[cell]!
    if (next < 0) return []
    cells.push(centreOf(next))
    cell = next
  }
  return pullTight(from, cells)
}

/** Breadth-first from `end` until `start` is met: for each cell the next one towards `end`, or -1. */
function flood(end: number, start: number): Int32Array {
  const towards = new Int32Array(OPEN.length).fill(-1)
  towards[end] = end
  const queue = [end]
  for (let head = 0; head < queue.length && towards[start] === -1; head++) {
    const cell = queue[head]!
    for (const neighbour of neighboursOf(cell)) {
      if (towards[neighbour] !== -1 || !OPEN[neighbour]) continue
      towards[neighbour] = cell
      queue.push(neighbour)
    }
  }
  return towards
}

function neighboursOf(cell: number): number[] {
  const column = cell % COLUMNS
  const found: number[] = []
  if (column > 0) found.push(cell - 1)
  if (column < COLUMNS - 1) found.push(cell + 1)
  if (cell >= COLUMNS) found.push(cell - COLUMNS)
  if (cell < OPEN.length - COLUMNS) found.push(cell + COLUMNS)
  return found
}

/** Leaves out every corner that can be cut. */
function pullTight(from: Point, cells: readonly Point[]): Point[] {
  const corners: Point[] = []
  let at = from
  for (let index = 0; index < cells.length; ) {
    let reach = index
    while (reach + 1 < cells.length && walksStraight(at, cells[reach + 1]!)) reach++
    at = cells[reach]!
    corners.push(at)
    index = reach + 1
  }
  return corners
}

/** The open cell nearest to a point. */
function nearestOpen(point: Point): number {
  const own = Math.floor(point.y / CELL_METRES) * COLUMNS + Math.floor(point.x / CELL_METRES)
  if (OPEN[own]) return own
  let best = 0
  let bestSquared = Number.POSITIVE_INFINITY
  for (let cell = 0; cell < OPEN.length; cell++) {
    if (!OPEN[cell]) continue
    const { x, y } = centreOf(cell)
    const squared = (x - point.x) ** 2 + (y - point.y) ** 2
    if (squared < bestSquared) [best, bestSquared] = [cell, squared]
  }
  return best
}

function centreOf(cell: number): Point {
  return { x: ((cell % COLUMNS) + 0.5) * CELL_METRES, y: (Math.floor(cell / COLUMNS) + 0.5) * CELL_METRES }
}

function isWithin({ x, y }: Point, rect: Rect): boolean {
  return x > rect.x && x < rect.x + rect.width && y > rect.y && y < rect.y + rect.height
}
