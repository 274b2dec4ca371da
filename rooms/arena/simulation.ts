/**
 * What happens to one fighter in one step, and where a shot lands. The page predicts its own fighter by running
 * {@link stepFighter} on a mirror of {@link PREDICTED_FIELDS}, so it reads nothing else than the fighter and the input,
 * and leaves every float rounded to float32: the server then continues from exactly what the wire carries.
 */
import { clamp, isInside, overlap, rayOutOfRect, rayToCircle, rayToRect } from './geometry.ts'
import type { Point } from './map.ts'
import type { Fighter, Intent } from './state.ts'
import {
  ACCELERATION_METRES_PER_S2,
  BOOST_FACTOR,
  BRAKING_METRES_PER_S2,
  COOL_HEAT,
  COOLDOWN_TICKS,
  DASH_COOLDOWN_TICKS,
  DASH_SPEED_METRES_PER_S,
  DASH_TICKS,
  HEAT_PER_SHOT,
  MAX_HEAT,
  RADIUS_METRES,
  RANGE_METRES,
  RAPID_COOLDOWN_TICKS,
  RAPID_HEAT_PER_SHOT,
  SPEED_METRES_PER_S,
} from './tuning.ts'
import { ARENA, type World } from './world.ts'

/** Everything {@link stepFighter} reads or writes: what a page passes as its reconciler's `fields`. */
export const PREDICTED_FIELDS = [
  'x',
  'y',
  'vx',
  'vy',
  'aim',
  'alive',
  'cooldownTicks',
  'heat',
  'overheated',
  'dashTicks',
  'dashCooldownTicks',
  'boostTicks',
  'rapidTicks',
] as const satisfies readonly (keyof Fighter)[]

/** The part of a {@link Fighter} that a step moves. */
export type FighterBody = Pick<Fighter, (typeof PREDICTED_FIELDS)[number]>

/** The wire's own step of a stick is 1/127. */
const LEAST_STICK = 1e-6
/** No fighter moves further at once, so none jumps into a wall. */
const MAX_MOVE_METRES = RADIUS_METRES / 2
/** Rounding to float32 moves a fighter by less than this. */
export const CONTACT_SLACK_METRES = 1e-4

/**
 * One step of one fighter, the same on both sides of the wire. A dead fighter stays as it is.
 *
 * @param fighter changed in place; only {@link PREDICTED_FIELDS} are touched
 * @param input one tick's request; a stick longer than 1 counts as 1, what is not a number as 0
 * @param dt length of the step in seconds
 * @param world where it stands; default the arena
 * @returns whether it fired; the shot leaves from the fighter's new place along its new aim
 */
export function stepFighter(fighter: FighterBody, input: Intent, dt: number, world = ARENA): boolean {
  if (!fighter.alive) return false
  const seconds = Math.fround(dt) // 1/30 and 33.3̅/1000 differ in the last bit of a double
  countDown(fighter)
  steer(fighter, input, seconds)
  move(fighter, seconds, world)
  if (Number.isFinite(input.aim)) fighter.aim = input.aim
  if (!input.fire || !mayFire(fighter)) return false
  recoil(fighter)
  return true
}

/** Whether the weapon would fire in this step. */
export function mayFire({
  alive,
  cooldownTicks,
  overheated,
}: Pick<Fighter, 'alive' | 'cooldownTicks' | 'overheated'>) {
  return alive && cooldownTicks === 0 && !overheated
}

function countDown(fighter: FighterBody): void {
  if (fighter.cooldownTicks > 0) fighter.cooldownTicks--
  if (fighter.heat > 0) fighter.heat--
  if (fighter.heat <= COOL_HEAT) fighter.overheated = false
  if (fighter.dashTicks > 0) fighter.dashTicks--
  if (fighter.dashCooldownTicks > 0) fighter.dashCooldownTicks--
  if (fighter.boostTicks > 0) fighter.boostTicks--
  if (fighter.rapidTicks > 0) fighter.rapidTicks--
}

function recoil(fighter: FighterBody): void {
  const rapid = fighter.rapidTicks > 0
  fighter.cooldownTicks = rapid ? RAPID_COOLDOWN_TICKS : COOLDOWN_TICKS
  fighter.heat = Math.min(MAX_HEAT, fighter.heat + (rapid ? RAPID_HEAT_PER_SHOT : HEAT_PER_SHOT))
  if (fighter.heat >= MAX_HEAT) fighter.overheated = true
}

/** Turns the stick into velocity: straight towards the wanted one, by no more than the acceleration allows. */
function steer(fighter: FighterBody, input: Intent, seconds: number): void {
  if (fighter.dashTicks > 0) return // a dash flies straight
  const stick = stickOf(input)
  const length = Math.sqrt(stick.x * stick.x + stick.y * stick.y)
  if (input.dash && fighter.dashCooldownTicks === 0 && length > 0) {
    fighter.vx = (stick.x / length) * DASH_SPEED_METRES_PER_S
    fighter.vy = (stick.y / length) * DASH_SPEED_METRES_PER_S
    fighter.dashTicks = DASH_TICKS
    fighter.dashCooldownTicks = DASH_COOLDOWN_TICKS
    return
  }
  const speed = SPEED_METRES_PER_S * (fighter.boostTicks > 0 ? BOOST_FACTOR : 1)
  const missingX = stick.x * speed - fighter.vx
  const missingY = stick.y * speed - fighter.vy
  const missing = Math.sqrt(missingX * missingX + missingY * missingY)
  const change = (length > 0 ? ACCELERATION_METRES_PER_S2 : BRAKING_METRES_PER_S2) * seconds
  const share = missing > change ? change / missing : 1
  fighter.vx += missingX * share
  fighter.vy += missingY * share
}

function stickOf({ moveX, moveY }: Intent): Point {
  const x = Number.isNaN(moveX) ? 0 : clamp(moveX, -1, 1)
  const y = Number.isNaN(moveY) ? 0 : clamp(moveY, -1, 1)
  const length = Math.sqrt(x * x + y * y)
  // The square of next to nothing has lost its digits, and dividing by such a length goes too far.
  if (length < LEAST_STICK) return { x: 0, y: 0 }
  return length > 1 ? { x: x / length, y: y / length } : { x, y }
}

function move(fighter: FighterBody, seconds: number, world: World): void {
  const body = { x: fighter.x, y: fighter.y, vx: fighter.vx, vy: fighter.vy }
  const distance = Math.sqrt(body.vx * body.vx + body.vy * body.vy) * seconds
  const parts = Math.max(1, Math.ceil(distance / MAX_MOVE_METRES))
  for (let part = 0; part < parts; part++) slide(body, seconds / parts, world)
  fighter.x = Math.fround(body.x)
  fighter.y = Math.fround(body.y)
  fighter.vx = Math.fround(body.vx)
  fighter.vy = Math.fround(body.vy)
}

type Body = { x: number; y: number; vx: number; vy: number }

/** Moves a little; walls push the circle out and take the part of its velocity that runs into them. */
function slide(body: Body, seconds: number, world: World): void {
  const { x, y } = body
  const walls = world.wallGrid.near(body)
  body.x += body.vx * seconds
  body.y += body.vy * seconds
  for (let pass = 0; pass < 3; pass++) {
    for (const wall of walls) {
      const contact = overlap(body, RADIUS_METRES, wall)
      if (!contact) continue
      const { depth, nx, ny } = contact
      body.x += nx * depth
      body.y += ny * depth
      const into = Math.min(0, body.vx * nx + body.vy * ny)
      body.vx -= nx * into
      body.vy -= ny * into
    }
    keepInWorld(body, world)
  }
  if (!isFree(body, world)) {
    // Wedged between surfaces that push against each other: staying put is always legal.
    Object.assign(body, { x, y, vx: 0, vy: 0 })
  }
}

function keepInWorld(body: Body, { width, height }: World): void {
  const x = clamp(body.x, RADIUS_METRES, width - RADIUS_METRES)
  const y = clamp(body.y, RADIUS_METRES, height - RADIUS_METRES)
  if (x !== body.x) body.vx = 0
  if (y !== body.y) body.vy = 0
  body.x = x
  body.y = y
}

/** Whether a fighter may stand there: clear of walls and within the world. */
export function isFree({ x, y }: Point, { width, height, wallGrid }: World = ARENA): boolean {
  if (x < RADIUS_METRES || x > width - RADIUS_METRES) return false
  if (y < RADIUS_METRES || y > height - RADIUS_METRES) return false
  return !wallGrid
    .near({ x, y })
    .some((wall) => isInside({ x, y }, RADIUS_METRES, wall, CONTACT_SLACK_METRES))
}

/** Whom a shot may meet, and where it is (or was, as the shooter saw it). */
export interface Target extends Point {
  readonly sessionId: string
}

/** Where a shot ends: at a fighter (`hit`), a wall, the edge of the world or its range. */
export interface Shot {
  readonly toX: number
  readonly toY: number
  readonly hit?: string
}

/**
 * Follows a shot from `origin` to the first thing in its way.
 *
 * @param origin the shooter's place; leave the shooter out of `targets`
 * @param angle in radians
 * @param targets fighters as circles of {@link RADIUS_METRES}
 * @param options `range` in metres (default 26), `world` (default the arena)
 */
export function traceShot(
  origin: Point,
  angle: number,
  targets: Iterable<Target>,
  options: { range?: number; world?: World } = {},
): Shot {
  const { range = RANGE_METRES, world = ARENA } = options
  const way = { x: Math.cos(angle), y: Math.sin(angle) }
  const { width, height, wallGrid } = world
  let reach = Math.min(range, rayOutOfRect(origin, way, { x: 0, y: 0, width, height }))
  const farthest = { x: origin.x + way.x * reach, y: origin.y + way.y * reach }
  for (const wall of wallGrid.along(origin, farthest))
    reach = Math.min(reach, rayToRect(origin, way, wall) ?? reach)
  let hit: string | undefined
  for (const { x, y, sessionId } of targets) {
    const distance = rayToCircle(origin, way, { x, y, radius: RADIUS_METRES })
    if (distance === undefined || distance >= reach) continue
    reach = distance
    hit = sessionId
  }
  const end = { toX: origin.x + way.x * reach, toY: origin.y + way.y * reach }
  return hit === undefined ? end : { ...end, hit }
}

/** Whether nothing solid lies between two points. */
export function seesEachOther(a: Point, b: Point, { wallGrid }: World = ARENA): boolean {
  const distance = Math.sqrt((b.x - a.x) ** 2 + (b.y - a.y) ** 2)
  if (distance === 0) return true
  const way = { x: (b.x - a.x) / distance, y: (b.y - a.y) / distance }
  for (const wall of wallGrid.along(a, b)) if ((rayToRect(a, way, wall) ?? distance) < distance) return false
  return true
}
