import { angleBetween } from './quantised.ts'
import { BIG, type Cube, CubeYard } from './simulation.ts'
import type { Pose } from './states.ts'

export interface CubeFigures {
  patches: number
  bytes: number
  /** Cubes that moved, of those that the client holds. */
  changed: number
  /** Patches with a cube that is not where it should be, is missing, or should not be there. */
  wrong: number
  worstMillimetres: number
  worstRadians: number
}

/** A place by its axis, and a turn: the quantisation's half step, or what float32 leaves. */
const ALLOWED = { exact: { metres: 1e-5, radians: 0.002 }, quantised: { metres: 0.001, radians: 0.01 } }
const RADIUS_METRES = 8
const LEAVE_RADIUS_METRES = 8.8
/** Where counting begins, so that all sides count the same ticks, however long a join took. */
const FIRST_TICK = 40
/** The server measures between quantised places. */
const EDGE_METRES = 0.01

/** Holds what a client has decoded against the simulation, tick by tick. */
export class Comparison {
  readonly figures: CubeFigures = {
    patches: 0,
    bytes: 0,
    changed: 0,
    wrong: 0,
    worstMillimetres: 0,
    worstRadians: 0,
  }
  readonly #yard = new CubeYard()
  readonly #allowed: { metres: number; radians: number }
  readonly #near: boolean
  #held = new Map<number, Pose>()
  #lastTick = Number.POSITIVE_INFINITY
  #done = (): void => {}

  constructor({ exact, near }: { exact: boolean; near: boolean }) {
    this.#allowed = exact ? ALLOWED.exact : ALLOWED.quantised
    this.#near = near
  }

  /** Settles when so many ticks have been told since counting began. */
  until(ticks: number): Promise<void> {
    this.#lastTick = FIRST_TICK + ticks
    return new Promise((resolve) => {
      this.#done = resolve
    })
  }

  /** A patch of that tick and size came, and this is what the client holds now. */
  take(tick: number, bytes: number, poses: Iterable<readonly [number, Pose]>): void {
    const before = this.#yard.tick
    if (before >= this.#lastTick) return
    while (this.#yard.tick < tick) this.#yard.advance()
    this.#held = new Map(poses)
    if (before < FIRST_TICK) return
    const { figures } = this
    figures.patches++
    figures.bytes += bytes
    figures.wrong += this.#isRight(before) ? 0 : 1
    if (tick >= this.#lastTick) this.#done()
  }

  #isRight(before: number): boolean {
    let right = true
    for (const [n, cube] of this.#yard.cubes.entries()) {
      const pose = this.#held.get(n)
      if (pose === undefined ? this.#mustBeHeld(cube) : !this.#mayBeHeld(cube)) right = false
      if (pose === undefined) continue
      if (cube.movedAt > before) this.figures.changed++
      if (!this.#fits(cube, pose)) right = false
    }
    return right
  }

  #fits(cube: Cube, pose: Pose): boolean {
    const metres = Math.max(...(['x', 'y', 'z'] as const).map((axis) => Math.abs(cube[axis] - pose[axis])))
    const radians = angleBetween(cube, pose)
    this.figures.worstMillimetres = Math.max(this.figures.worstMillimetres, metres * 1000)
    this.figures.worstRadians = Math.max(this.figures.worstRadians, radians)
    return metres <= this.#allowed.metres && radians <= this.#allowed.radians
  }

  #mustBeHeld(cube: Cube): boolean {
    return !this.#near || this.#metresAway(cube) <= RADIUS_METRES - EDGE_METRES
  }

  #mayBeHeld(cube: Cube): boolean {
    return !this.#near || this.#metresAway(cube) <= LEAVE_RADIUS_METRES + EDGE_METRES
  }

  #metresAway({ x, y }: Cube): number {
    const big = this.#yard.cubes[BIG]!
    return Math.hypot(x - big.x, y - big.y)
  }
}
