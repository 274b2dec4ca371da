/**
 * How a bot plays the arena: it knows what a player's screen shows, and is as slow and imprecise as `difficulty` says.
 * No network, no clock: the caller asks once a tick and sends what it answers.
 */
import type { Point } from '../rooms/arena/map.ts'
import { findWay, walksStraight } from '../rooms/arena/navigation.ts'
import { seesEachOther } from '../rooms/arena/simulation.ts'
import type { ArenaState, Fighter, Intent, PickupKind } from '../rooms/arena/state.ts'
import { MAX_HEALTH, MAX_HEAT, RADIUS_METRES, RANGE_METRES } from '../rooms/arena/tuning.ts'
import { ARENA, type World } from '../rooms/arena/world.ts'
import type { Random } from '../shared/random.ts'

/** What a bot sees of an enemy. */
export interface SeenFighter extends Point {
  readonly sessionId: string
  readonly vx: number
  readonly vy: number
  readonly shielded: boolean
}

/** What a bot sees in one tick: the same a player's screen shows. */
export interface ArenaView {
  readonly tick: number
  readonly me: Pick<
    Fighter,
    'x' | 'y' | 'vx' | 'vy' | 'aim' | 'alive' | 'health' | 'heat' | 'dashCooldownTicks'
  >
  /** The living ones. */
  readonly enemies: readonly SeenFighter[]
  /** Those that lie there. */
  readonly pickups: readonly (Point & { readonly kind: PickupKind })[]
}

/** What a bot remembers from tick to tick; made by {@link newMemory}, changed by {@link decide}. */
export interface ArenaMemory {
  /** 0 is a beginner, 1 is hard to beat. */
  readonly difficulty: number
  /** Where it plays. */
  readonly world: World
  way: Point[]
  planTick: number
  targetId: string | undefined
  /** Since when the target has been in view. */
  seenTick: number
  aimError: number
  aimErrorUntilTick: number
  /** 1 or −1: to which side it circles. */
  side: number
  sideUntilTick: number
  resting: boolean
  health: number
  /** Where it was when it last got anywhere, and when. */
  anchor: Point
  anchorTick: number
}

const PLAN_TICKS = 90
const FIGHT_METRES = 15
const KEEP_METRES = 8
const ARRIVED_METRES = 0.35
const STUCK_TICKS = 20
const STUCK_METRES = 0.5
const LOW_HEALTH = 50
const REST_FROM_HEAT = 0.85 * MAX_HEAT
const REST_UNTIL_HEAT = 0.5 * MAX_HEAT
const STILL: Intent = { moveX: 0, moveY: 0, aim: 0, fire: false, dash: false }

/** A fresh memory. @param difficulty 0 (beginner) to 1 (hard to beat), default 0.5 */
export function newMemory(difficulty = 0.5, world = ARENA): ArenaMemory {
  return {
    difficulty: Math.min(1, Math.max(0, difficulty)),
    world,
    way: [],
    planTick: 0,
    targetId: undefined,
    seenTick: 0,
    aimError: 0,
    aimErrorUntilTick: 0,
    side: 1,
    sideUntilTick: 0,
    resting: false,
    health: MAX_HEALTH,
    anchor: { x: 0, y: 0 },
    anchorTick: 0,
  }
}

/** What the player of `sessionId` sees; undefined while it has no fighter. */
export function viewOf(state: ArenaState, sessionId: string): ArenaView | undefined {
  const me = state.fighters.get(sessionId)
  if (!me) return undefined
  const enemies: SeenFighter[] = []
  for (const [id, { alive, x, y, vx, vy, shieldUntilTick }] of state.fighters) {
    if (id !== sessionId && alive)
      enemies.push({ sessionId: id, x, y, vx, vy, shielded: state.tick < shieldUntilTick })
  }
  return {
    tick: state.tick,
    me,
    enemies,
    pickups: [...state.pickups.values()].filter(({ active }) => active),
  }
}

/** This tick's request. @param memory changed in place */
export function decide(view: ArenaView, memory: ArenaMemory, random: Random): Intent {
  const { me, tick } = view
  if (!me.alive) {
    memory.way = []
    memory.targetId = undefined
    memory.health = MAX_HEALTH
    return { ...STILL, aim: me.aim }
  }
  const wasHurt = me.health < memory.health
  memory.health = me.health
  const target = chooseTarget(view, memory)
  const move = target ? circle(view, memory, { target, random }) : travel(view, memory, random)
  const aim = turn(
    me.aim,
    target ? bearing(view, memory, { target, random }) : headingOf(move, me.aim),
    memory,
  )
  const fire = target !== undefined && wantsToFire(view, memory, { target, aim })
  const dash = wasHurt && random() < 0.3 + 0.5 * memory.difficulty && me.dashCooldownTicks === 0
  if (tick >= memory.sideUntilTick || dash) switchSide(memory, tick, random)
  return { moveX: move.x, moveY: move.y, aim, fire, dash }
}

/** The nearest enemy in sight; the old one as long as it stays there, since changing costs reaction time. */
function chooseTarget({ me, enemies, tick }: ArenaView, memory: ArenaMemory): SeenFighter | undefined {
  const inSight = enemies.filter(
    (enemy) => gap(me, enemy) < RANGE_METRES - 2 && seesEachOther(me, enemy, memory.world),
  )
  const old = inSight.find(({ sessionId }) => sessionId === memory.targetId)
  if (old) return old
  const target = nearest(me, inSight)
  memory.targetId = target?.sessionId
  memory.seenTick = tick
  return target
}

/** In a fight: around the target at a comfortable distance, away from walls. */
function circle(
  view: ArenaView,
  memory: ArenaMemory,
  { target, random }: { target: SeenFighter; random: Random },
): Point {
  const { me } = view
  const distance = gap(me, target)
  if (distance > FIGHT_METRES || distance < 0.01) return travel(view, memory, random)
  memory.way = []
  const ahead = { x: (target.x - me.x) / distance, y: (target.y - me.y) / distance }
  const closer = Math.max(-1, Math.min(1, (distance - KEEP_METRES) / 3))
  for (const side of [memory.side, -memory.side]) {
    const move = unit({ x: ahead.x * closer - ahead.y * side, y: ahead.y * closer + ahead.x * side })
    if (!walksStraight(me, { x: me.x + move.x, y: me.y + move.y }, memory.world)) continue
    memory.side = side
    return move
  }
  return travel(view, memory, random)
}

/** Along the way to the next goal, a new one after arriving, after a while, or when nothing moves any more. */
function travel(view: ArenaView, memory: ArenaMemory, random: Random): Point {
  const { me, tick } = view
  if (gap(me, memory.anchor) > STUCK_METRES) {
    memory.anchor = { x: me.x, y: me.y }
    memory.anchorTick = tick
  }
  const stuck = tick - memory.anchorTick > STUCK_TICKS
  if (stuck) memory.anchorTick = tick
  if (stuck || memory.way.length === 0 || tick - memory.planTick > PLAN_TICKS) {
    memory.way = findWay(me, goalOf(view, memory.world, random), memory.world)
    memory.planTick = tick
  }
  return followWay(me, memory.way)
}

/**
 * The stick that leads along a way.
 *
 * @param way from `findWay`; corners that are reached are taken out
 * @returns a direction of length 1, or no direction at its end
 */
export function followWay(me: Point, way: Point[]): Point {
  while (way.length > 0 && gap(me, way[0]!) < ARRIVED_METRES) way.shift()
  const corner = way[0]
  return corner ? unit({ x: corner.x - me.x, y: corner.y - me.y }) : { x: 0, y: 0 }
}

/** Health when hurt; else now and then something useful nearby; else where somebody is. */
function goalOf({ me, enemies, pickups }: ArenaView, world: World, random: Random): Point {
  const wanted = pickups.filter(({ kind }) => (kind === 'health') === me.health <= LOW_HEALTH)
  const pickup = nearest(me, wanted)
  if (pickup && (me.health <= LOW_HEALTH || gap(me, pickup) < 8 || random() < 0.3)) return pickup
  const prey = enemies[Math.floor(random() * enemies.length)]
  return prey ?? pickups[Math.floor(random() * pickups.length)] ?? somewhere(me, world, random)
}

/** Where to look for others when there is nobody about. */
function somewhere(me: Point, { spawns, sightMetres }: World, random: Random): Point {
  const reachable = spawns.filter((spawn) => gap(me, spawn) < sightMetres)
  return reachable[Math.floor(random() * reachable.length)] ?? me
}

/** Where the target seems to be: a little behind its movement, and a little off. */
function bearing(
  { me, tick }: ArenaView,
  memory: ArenaMemory,
  { target, random }: { target: SeenFighter; random: Random },
): number {
  const clumsy = 1 - memory.difficulty
  if (tick >= memory.aimErrorUntilTick) {
    memory.aimError = (random() + random() + random() - 1.5) * (0.05 + 0.2 * clumsy)
    memory.aimErrorUntilTick = tick + 6 + Math.floor(random() * 10)
  }
  const lateSeconds = 0.02 + 0.12 * clumsy
  const x = target.x - target.vx * lateSeconds - me.x
  const y = target.y - target.vy * lateSeconds - me.y
  return Math.atan2(y, x) + memory.aimError
}

/** Turns from one angle towards another, as fast as a wrist can. */
function turn(from: number, to: number, { difficulty }: ArenaMemory): number {
  const most = 0.15 + 0.25 * difficulty
  const missing = Math.atan2(Math.sin(to - from), Math.cos(to - from))
  return from + Math.max(-most, Math.min(most, missing))
}

function wantsToFire(
  { me, tick }: ArenaView,
  memory: ArenaMemory,
  { target, aim }: { target: SeenFighter; aim: number },
): boolean {
  if (me.heat >= REST_FROM_HEAT) memory.resting = true
  if (me.heat <= REST_UNTIL_HEAT) memory.resting = false
  const reactionTicks = 5 + 13 * (1 - memory.difficulty)
  if (memory.resting || target.shielded || tick - memory.seenTick < reactionTicks) return false
  const exact = Math.atan2(target.y - me.y, target.x - me.x)
  const off = Math.abs(Math.atan2(Math.sin(aim - exact), Math.cos(aim - exact)))
  return off < Math.atan2(RADIUS_METRES, gap(me, target)) + 0.1
}

function switchSide(memory: ArenaMemory, tick: number, random: Random): void {
  memory.side = random() < 0.5 ? 1 : -1
  memory.sideUntilTick = tick + 12 + Math.floor(random() * 24)
}

function headingOf(move: Point, otherwise: number): number {
  return move.x === 0 && move.y === 0 ? otherwise : Math.atan2(move.y, move.x)
}

function nearest<T extends Point>(me: Point, others: readonly T[]): T | undefined {
  let best: T | undefined
  for (const other of others) if (!best || gap(me, other) < gap(me, best)) best = other
  return best
}

function gap(a: Point, b: Point): number {
  return Math.sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2)
}

function unit({ x, y }: Point): Point {
  const length = Math.sqrt(x * x + y * y)
  return length > 0 ? { x: x / length, y: y / length } : { x: 0, y: 0 }
}
