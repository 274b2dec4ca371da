/**
 * Circles, rays and rectangles. Only + − × ÷ and square roots, which IEEE 754 rounds the same on every machine: sines
 * or `hypot` may differ between browsers in the last bit, and a prediction built on them would drift.
 */
import type { Point, Rect } from './map.ts'

/** How far a circle at `centre` reaches into `rect`, with the way out as a unit vector; undefined when apart. */
export function overlap(
  centre: Point,
  radius: number,
  rect: Rect,
): { depth: number; nx: number; ny: number } | undefined {
  const dx = centre.x - clamp(centre.x, rect.x, rect.x + rect.width)
  const dy = centre.y - clamp(centre.y, rect.y, rect.y + rect.height)
  const squared = dx * dx + dy * dy
  if (squared >= radius * radius || squared === 0) return undefined
  const distance = Math.sqrt(squared)
  return { depth: radius - distance, nx: dx / distance, ny: dy / distance }
}

/** Whether a circle touches the inside of `rect` by more than `slack`. */
export function isInside(centre: Point, radius: number, rect: Rect, slack = 0): boolean {
  const dx = centre.x - clamp(centre.x, rect.x, rect.x + rect.width)
  const dy = centre.y - clamp(centre.y, rect.y, rect.y + rect.height)
  const reach = radius - slack
  return dx * dx + dy * dy < reach * reach
}

/** Distance along the unit vector (dx, dy) at which a ray enters `rect`; undefined when it misses. 0 from inside. */
export function rayToRect(from: Point, { x: dx, y: dy }: Point, rect: Rect): number | undefined {
  let near = 0
  let far = Number.POSITIVE_INFINITY
  for (const [origin, step, low, high] of [
    [from.x, dx, rect.x, rect.x + rect.width],
    [from.y, dy, rect.y, rect.y + rect.height],
  ] as const) {
    if (step === 0) {
      if (origin < low || origin > high) return undefined
      continue
    }
    const a = (low - origin) / step
    const b = (high - origin) / step
    near = Math.max(near, Math.min(a, b))
    far = Math.min(far, Math.max(a, b))
  }
  return near <= far ? near : undefined
}

/**
 * Distance along the unit vector (dx, dy) at which a ray enters a circle; undefined when it misses. From inside: 0
 * towards the middle, a miss away from it, so that nobody is hit by a shot that leaves him behind.
 */
export function rayToCircle(
  from: Point,
  { x: dx, y: dy }: Point,
  circle: Point & { radius: number },
): number | undefined {
  const toX = circle.x - from.x
  const toY = circle.y - from.y
  const gap = toX * toX + toY * toY - circle.radius * circle.radius
  const along = toX * dx + toY * dy
  if (gap <= 0) return along >= 0 ? 0 : undefined
  const discriminant = along * along - gap
  return along > 0 && discriminant >= 0 ? along - Math.sqrt(discriminant) : undefined
}

/** Distance at which a ray that starts inside the rectangle leaves it. */
export function rayOutOfRect(from: Point, { x: dx, y: dy }: Point, rect: Rect): number {
  const toX =
    dx > 0 ? (rect.x + rect.width - from.x) / dx : dx < 0 ? (rect.x - from.x) / dx : Number.POSITIVE_INFINITY
  const toY =
    dy > 0 ? (rect.y + rect.height - from.y) / dy : dy < 0 ? (rect.y - from.y) / dy : Number.POSITIVE_INFINITY
  return Math.max(0, Math.min(toX, toY))
}

/** `value` within [low, high]; NaN becomes `low`. */
export function clamp(value: number, low: number, high: number): number {
  return value >= low ? (value <= high ? value : high) : low
}
