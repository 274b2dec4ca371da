/** The one arena: 48 × 32 metres, mirrored left-right and top-bottom, so that no corner is better than another. */
import type { PickupKind } from './state.ts'

/** An axis-aligned rectangle; (x, y) is its top left corner. Metres. */
export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface PickupPlace extends Point {
  readonly kind: PickupKind
}

export const WORLD = { width: 48, height: 32 } as const

// Multiples of a half are exact in float32, so client and server agree on every edge.
const QUARTER_WALLS: readonly Rect[] = [
  { x: 6, y: 5, width: 6, height: 1 }, // roof of a nook that opens towards the middle
  { x: 6, y: 6, width: 1, height: 4 }, // its outer side
  { x: 16, y: 0, width: 1, height: 4 }, // breaks the long view along the edge
  { x: 20, y: 5.5, width: 1.5, height: 1.5 },
  { x: 12, y: 11, width: 3, height: 2 },
  { x: 18, y: 10, width: 4, height: 1 }, // the plaza's edge, with a gate in the middle
  { x: 0, y: 11, width: 3, height: 1 }, // shelters the speed pickup
]

const CENTRE: Rect = { x: 23, y: 15, width: 2, height: 2 }

// Four a quarter: sixteen fighters always leave one free, since nobody can stand on two of them.
const QUARTER_SPAWNS: readonly Point[] = [
  { x: 2.5, y: 2.5 },
  { x: 11, y: 2.5 },
  { x: 9, y: 8.5 },
  { x: 20.5, y: 2.5 },
]

const QUARTER_HEALTH: Point = { x: 14, y: 8 }

export const WALLS: readonly Rect[] = [...QUARTER_WALLS.flatMap(mirroredRects), CENTRE]

export const SPAWNS: readonly Point[] = QUARTER_SPAWNS.flatMap(mirroredPoints)

export const PICKUP_PLACES: readonly PickupPlace[] = [
  ...mirroredPoints(QUARTER_HEALTH).map((point) => ({ ...point, kind: 'health' as const })),
  { x: 2.5, y: 16, kind: 'boost' },
  { x: 45.5, y: 16, kind: 'boost' },
  { x: 24, y: 12.5, kind: 'rapid' },
  { x: 24, y: 19.5, kind: 'rapid' },
]

function mirroredPoints({ x, y }: Point): Point[] {
  const [right, bottom] = [WORLD.width - x, WORLD.height - y]
  return [
    { x, y },
    { x: right, y },
    { x, y: bottom },
    { x: right, y: bottom },
  ]
}

function mirroredRects({ x, y, width, height }: Rect): Rect[] {
  const [right, bottom] = [WORLD.width - x - width, WORLD.height - y - height]
  return [
    { x, y, width, height },
    { x: right, y, width, height },
    { x, y: bottom, width, height },
    { x: right, y: bottom, width, height },
  ]
}
