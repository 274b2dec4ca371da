import type { Point } from '../../../rooms/arena/map.ts'
import { world } from '../place.ts'

/** Square metres that are seen, on any screen: nobody sees more for having a bigger one. */
const SEEN_SQUARE_METRES = 30 * 19
/** How far the camera looks ahead of the fighter, along its aim, as a share of the shorter half of the screen. */
const LOOK_AHEAD = 0.22
/** The camera covers about two thirds of the way to its place in this time. */
const FOLLOW_SECONDS = 0.12
/** Floor beyond the arena’s edge that may be seen, in metres: a fighter in a corner is not under the scoreboard. */
const MARGIN_METRES = 7

/** Where the player looks: metres of the world to CSS pixels of the screen. */
export class Camera {
  /** Middle of the screen, in metres. */
  x = world.width / 2
  y = world.height / 2
  /** CSS pixels a metre. */
  scale = 20
  width = 1
  height = 1
  #shake = 0

  resize(width: number, height: number): void {
    this.width = width
    this.height = height
    this.scale = Math.sqrt((width * height) / SEEN_SQUARE_METRES)
  }

  /** Shakes the picture for a moment; 1 is a blow that kills. */
  shake(strength: number): void {
    this.#shake = Math.min(1, this.#shake + strength)
  }

  follow(target: Point, aim: number, seconds: number): void {
    const ahead = (LOOK_AHEAD * Math.min(this.width, this.height)) / 2 / this.scale
    const goalX = inside(target.x + Math.cos(aim) * ahead, this.width / this.scale, world.width)
    const goalY = inside(target.y + Math.sin(aim) * ahead, this.height / this.scale, world.height)
    const share = 1 - Math.exp(-seconds / FOLLOW_SECONDS)
    this.x += (goalX - this.x) * share
    this.y += (goalY - this.y) * share
    this.#shake = Math.max(0, this.#shake - seconds * 3)
  }

  /** Drifts round the middle, while nobody plays. */
  wander(nowMs: number): void {
    const turn = nowMs / 9000
    this.x = inside(world.width / 2 + Math.cos(turn) * 9, this.width / this.scale, world.width)
    this.y = inside(world.height / 2 + Math.sin(turn * 0.7) * 6, this.height / this.scale, world.height)
  }

  /** Sets the canvas up so that one unit is a metre. */
  apply(context: CanvasRenderingContext2D, pixelRatio: number, nowMs: number): void {
    const scale = this.scale * pixelRatio
    const blow = this.#shake * this.#shake * 0.25
    const x = this.x + Math.sin(nowMs * 0.09) * blow
    const y = this.y + Math.cos(nowMs * 0.11) * blow
    context.setTransform(
      scale,
      0,
      0,
      scale,
      (this.width / 2) * pixelRatio - x * scale,
      (this.height / 2) * pixelRatio - y * scale,
    )
  }

  /** What is on the screen, in metres. */
  get seen(): { x: number; y: number; width: number; height: number } {
    const { x, y, width, height, scale } = this
    return { x, y, width: width / scale, height: height / scale }
  }

  toScreen({ x, y }: Point): Point {
    return {
      x: (x - this.x) * this.scale + this.width / 2,
      y: (y - this.y) * this.scale + this.height / 2,
    }
  }
}

/** Keeps what is seen within the arena and a margin; an arena smaller than the screen stays in the middle. */
function inside(goal: number, seen: number, size: number): number {
  const least = seen / 2 - MARGIN_METRES
  const most = size - seen / 2 + MARGIN_METRES
  return least > most ? size / 2 : Math.min(most, Math.max(least, goal))
}
