/** The large map: lots of 16 × 16 metres with lanes between them, laid out by chance from a seed both sides know. */
import { type Random, seededRandom } from '../../shared/random.ts'
import type { PickupPlace, Point, Rect } from './map.ts'
import type { PickupKind } from './state.ts'

/** Another number is another town, and pages that were loaded before no longer fit the server. */
const SEED = 1
const LOT_METRES = 16
const COLUMNS = 20
const ROWS = 15
/** What a lot leaves free on each side: lanes are twice as wide, so there is a way from everywhere to everywhere. */
const LANE_METRES = 2
const BUILT_METRES = LOT_METRES - 2 * LANE_METRES
/** Every this many crossings have a pickup, on average. */
const CROSSINGS_A_PICKUP = 3
const KINDS: readonly PickupKind[] = ['health', 'health', 'health', 'boost', 'rapid']

/** Ways to build on the 12 × 12 metres of a lot. Multiples of a half are exact in float32. */
const PLANS: readonly (readonly Rect[])[] = [
  // A yard that is open on one side.
  [rect(0, 0, 12, 1), rect(0, 1, 1, 9), rect(11, 1, 1, 9), rect(5, 5, 2, 2)],
  // Pillars.
  [rect(1, 1, 2, 2), rect(9, 1, 2, 2), rect(1, 9, 2, 2), rect(9, 9, 2, 2), rect(5, 5, 2, 2)],
  // A covered street with gates.
  [rect(0, 2, 5, 1), rect(7, 2, 5, 1), rect(0, 9, 5, 1), rect(7, 9, 5, 1)],
  // A cross that is open in the middle.
  [rect(5.5, 0, 1, 4.5), rect(5.5, 7.5, 1, 4.5), rect(0, 5.5, 4, 1), rect(8, 5.5, 4, 1)],
  // Two corners.
  [rect(0, 0, 8, 1), rect(0, 1, 1, 6), rect(5, 11, 7, 1), rect(11, 5, 1, 6)],
  // A green with two blocks.
  [rect(2.5, 2.5, 1.5, 1.5), rect(8, 7.5, 2, 2)],
]

export const ROYALE_MAP = layOut(seededRandom(SEED))

function layOut(random: Random) {
  const walls: Rect[] = []
  const spawns: Point[] = []
  const pickupPlaces: PickupPlace[] = []
  for (let lot = 0; lot < COLUMNS * ROWS; lot++) {
    const x = (lot % COLUMNS) * LOT_METRES
    const y = Math.floor(lot / COLUMNS) * LOT_METRES
    const plan = turned(pick(PLANS, random), random)
    for (const wall of plan) walls.push({ ...wall, x: x + LANE_METRES + wall.x, y: y + LANE_METRES + wall.y })
    // In the lanes, which nobody builds on.
    for (const [alongX, alongY] of [
      [4, 1],
      [8, 1],
      [12, 1],
      [1, 8],
    ] as const)
      spawns.push({ x: x + alongX, y: y + alongY })
    if (x > 0 && y > 0 && random() * CROSSINGS_A_PICKUP < 1)
      pickupPlaces.push({ x, y, kind: pick(KINDS, random) })
  }
  return { width: COLUMNS * LOT_METRES, height: ROWS * LOT_METRES, walls, spawns, pickupPlaces }
}

/** The same plan, mirrored and turned by chance. */
function turned(plan: readonly Rect[], random: Random): Rect[] {
  const [swap, flipX, flipY] = [random() < 0.5, random() < 0.5, random() < 0.5]
  return plan.map((wall) => {
    const { x, y, width, height } = swap ? rect(wall.y, wall.x, wall.height, wall.width) : wall
    return rect(flipX ? BUILT_METRES - x - width : x, flipY ? BUILT_METRES - y - height : y, width, height)
  })
}

function rect(x: number, y: number, width: number, height: number): Rect {
  return { x, y, width, height }
}

function pick<T>(choices: readonly T[], random: Random): T {
  return choices[Math.floor(random() * choices.length)]!
}
