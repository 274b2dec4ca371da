/** Holds what sampled players see against what the server says is there. */
import { type Mover, RADIUS, type Truth } from './simulation.ts'

/** Of those seen twice, so many must have moved in between: a few may have come back to where they were. */
const LEAST_MOVED = 0.9
/** Who stands so close to the edge may be taken for near or far, by how numbers are rounded. */
const EDGE = 0.01

/** @returns what is wrong, if anything */
export function checkMoving(
  earlier: Record<string, Truth>,
  later: Record<string, Truth>,
): string | undefined {
  let both = 0
  let moved = 0
  for (const [id, seen] of Object.entries(earlier)) {
    for (const [other, { x, y }] of Object.entries(seen)) {
      const now = later[id]?.[other]
      if (!now) continue
      both++
      if (now.x !== x || now.y !== y) moved++
    }
  }
  if (both === 0) return 'the sampled players see nobody'
  if (moved < both * LEAST_MOVED) return `of ${both} whom sampled players see, ${moved} move`
  return undefined
}

/** Everybody stands still: each sees exactly who is near, where they are. @returns what is wrong, if anything */
export function checkSeen(
  truth: Truth,
  seenBy: Record<string, Truth>,
  roomSize?: number,
): string | undefined {
  for (const [id, seen] of Object.entries(seenBy)) {
    const own = truth[id]
    if (!own || !seen[id]) return `player ${id} does not see itself`
    for (const [other, place] of Object.entries(seen)) {
      const there = truth[other]
      if (!there) return `player ${id} sees ${other}, who is not there`
      if (there.x !== place.x || there.y !== place.y) return `player ${id} sees ${other} in the wrong place`
      if (roomSize === undefined && distance(own, there) > RADIUS + EDGE)
        return `player ${id} sees ${other}, who is far away`
    }
    const { length } = Object.keys(seen)
    if (roomSize !== undefined) {
      if (length !== roomSize) return `player ${id} sees ${length} of ${roomSize} in its room`
      continue
    }
    const missing = Object.entries(truth).find(
      ([other, there]) => !seen[other] && distance(own, there) < RADIUS - EDGE,
    )
    if (missing) return `player ${id} does not see ${missing[0]}, who is near`
  }
  return undefined
}

function distance(a: Mover, b: Mover): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}
