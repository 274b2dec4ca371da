/**
 * A stand-in for the physics of Glenn Fiedler's 901 cubes (https://gafferongames.com/post/snapshot_compression/): a big
 * cube rolls through a square of 900 small ones and pushes away what it meets. The same on every run of one machine, so
 * that who decodes a snapshot can work out what it must hold.
 */
import { type Random, seededRandom } from '../../../shared/random.ts'

export const CUBES = 901
/** The player's cube. */
export const BIG = 0
/** No cube is further from the middle than this along an axis, or higher than twice that. */
export const REACH_METRES = 64
export const HIGHEST_METRES = 32
const SEED = 901
const ROW = 30
const SPACING_METRES = 1
const BIG_HALF_METRES = 0.75
const SMALL_HALF_METRES = 0.2
const STEPS_A_TICK = 3
const DT = 1 / 60
const GRAVITY = 9.81
const ROLL_METRES_PER_SECOND = 6
const FRICTION = 4
const REST_METRES_PER_SECOND = 0.15

export interface Cube {
  readonly halfMetres: number
  x: number
  y: number
  z: number
  qx: number
  qy: number
  qz: number
  qw: number
  vx: number
  vy: number
  vz: number
  /** Radians a second about each axis. */
  wx: number
  wy: number
  wz: number
  /** The tick in which it moved last; 0 for never. */
  movedAt: number
}

export class CubeYard {
  readonly cubes: readonly Cube[]
  tick = 0
  readonly #random: Random = seededRandom(SEED)
  #goal = { x: 10, y: 5 }

  constructor() {
    const edge = ((ROW - 1) * SPACING_METRES) / 2
    const small = (n: number) =>
      cubeAt(
        (n % ROW) * SPACING_METRES - edge,
        Math.floor(n / ROW) * SPACING_METRES - edge,
        SMALL_HALF_METRES,
      )
    this.cubes = [
      cubeAt(-edge - 2, -edge, BIG_HALF_METRES),
      ...Array.from({ length: CUBES - 1 }, (_, n) => small(n)),
    ]
  }

  /** One tick: a twentieth of a second. */
  advance(): void {
    this.tick++
    for (let n = 0; n < STEPS_A_TICK; n++) this.#step()
  }

  /** Cubes that moved in a tick after `tick`. */
  movedSince(tick: number): Cube[] {
    return this.cubes.filter(({ movedAt }) => movedAt > tick)
  }

  #step(): void {
    const big = this.cubes[BIG]!
    this.#steer(big)
    const awake = this.cubes.filter((cube) => cube === big || isAwake(cube))
    for (const cube of awake) {
      move(cube)
      cube.movedAt = this.tick
    }
    for (const cube of awake) for (const other of this.cubes) if (other !== cube) this.#meet(cube, other)
  }

  /** Rolls towards a place, and finds another one when it is there. */
  #steer(big: Cube): void {
    const [dx, dy] = [this.#goal.x - big.x, this.#goal.y - big.y]
    const metres = Math.hypot(dx, dy)
    if (metres < 1) {
      const edge = (ROW * SPACING_METRES) / 2
      this.#goal = { x: (this.#random() * 2 - 1) * edge, y: (this.#random() * 2 - 1) * edge }
      return
    }
    big.vx += ((dx / metres) * ROLL_METRES_PER_SECOND - big.vx) * 3 * DT
    big.vy += ((dy / metres) * ROLL_METRES_PER_SECOND - big.vy) * 3 * DT
  }

  /** Two cubes that touch part, and the faster one hands on what it has towards the other. */
  #meet(cube: Cube, other: Cube): void {
    const touch = cube.halfMetres + other.halfMetres
    const [dx, dy, dz] = [other.x - cube.x, other.y - cube.y, other.z - cube.z]
    if (Math.abs(dx) >= touch || Math.abs(dy) >= touch || Math.abs(dz) >= touch) return
    const metres = Math.hypot(dx, dy) || 1
    const [nx, ny] = [dx / metres, dy / metres]
    const towards = (cube.vx - other.vx) * nx + (cube.vy - other.vy) * ny
    if (towards <= 0 || other.halfMetres > cube.halfMetres) return
    const heavy = cube.halfMetres > other.halfMetres
    const share = heavy ? 1.2 : 0.5
    other.vx += nx * towards * share
    other.vy += ny * towards * share
    if (heavy) other.vz = Math.max(other.vz, this.#random() * 3)
    else {
      cube.vx -= nx * towards * share
      cube.vy -= ny * towards * share
    }
    other.wz += (this.#random() - 0.5) * 4
  }
}

function cubeAt(x: number, y: number, halfMetres: number): Cube {
  const still = { vx: 0, vy: 0, vz: 0, wx: 0, wy: 0, wz: 0 }
  return { halfMetres, x, y, z: halfMetres, qx: 0, qy: 0, qz: 0, qw: 1, ...still, movedAt: 0 }
}

function isAwake({ vx, vy, vz }: Cube): boolean {
  return vx !== 0 || vy !== 0 || vz !== 0
}

function move(cube: Cube): void {
  cube.x = within(cube.x + cube.vx * DT, -REACH_METRES, REACH_METRES)
  cube.y = within(cube.y + cube.vy * DT, -REACH_METRES, REACH_METRES)
  cube.z = within(cube.z + cube.vz * DT, cube.halfMetres, HIGHEST_METRES)
  if (cube.z > cube.halfMetres) cube.vz -= GRAVITY * DT
  else land(cube)
  turn(cube)
}

/** On the ground a cube rolls as far as it goes; a small one slows down and comes to rest. */
function land(cube: Cube): void {
  cube.vz = 0
  cube.wx = -cube.vy / cube.halfMetres
  cube.wy = cube.vx / cube.halfMetres
  if (cube.halfMetres === BIG_HALF_METRES) return
  const kept = Math.max(0, 1 - FRICTION * DT)
  cube.vx *= kept
  cube.vy *= kept
  cube.wz *= kept
  if (Math.hypot(cube.vx, cube.vy) < REST_METRES_PER_SECOND)
    cube.vx = cube.vy = cube.wx = cube.wy = cube.wz = 0
}

function turn(cube: Cube): void {
  const { qx, qy, qz, qw } = cube
  const [wx, wy, wz] = [(cube.wx * DT) / 2, (cube.wy * DT) / 2, (cube.wz * DT) / 2]
  const x = qx + wx * qw + wy * qz - wz * qy
  const y = qy + wy * qw + wz * qx - wx * qz
  const z = qz + wz * qw + wx * qy - wy * qx
  const w = qw - wx * qx - wy * qy - wz * qz
  const length = Math.hypot(x, y, z, w)
  cube.qx = x / length
  cube.qy = y / length
  cube.qz = z / length
  cube.qw = w / length
}

function within(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
