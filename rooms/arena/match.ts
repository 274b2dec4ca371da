/**
 * The rules of an arena: rounds, shots, damage, score, pickups, coming back. Pure: ticks, chance and the way out are
 * arguments, so the room, the tests and a replay run the same match.
 */
import type { Random } from '../../shared/random.ts'
import type { ArenaEvents, Standing } from './events.ts'
import { FighterGrid } from './fighter-grid.ts'
import type { Point } from './map.ts'
import { stepFighter, type Target, traceShot } from './simulation.ts'
import { enter, rest, spawnPoint } from './spawning.ts'
import { type ArenaState, Fighter, type Intent, Pickup } from './state.ts'
import {
  BOOST_TICKS,
  DAMAGE,
  DASH_SPEED_METRES_PER_S,
  HEAL,
  MAX_HEALTH,
  PICKUP_RADIUS_METRES,
  RADIUS_METRES,
  RANGE_METRES,
  RAPID_TICKS,
  RESPAWN_TICKS,
  RESULT_SECONDS,
  RETURN_TICKS,
  ROUND_SECONDS,
  SILENT_TICKS,
} from './tuning.ts'
import { ARENA, type World } from './world.ts'

export interface MatchOptions {
  readonly state: ArenaState
  readonly random: Random
  /** Told every moment as it happens, and where; without a place it concerns everybody. */
  readonly emit: <K extends keyof ArenaEvents>(type: K, payload: ArenaEvents[K], at?: Point) => void
  /** Where a target was as that shooter saw it; without it, shots meet targets where they are. */
  readonly seenBy?: (shooterId: string) => (target: Fighter) => Point
  /** Default: the arena. */
  readonly world?: World
  /** Default 180. */
  readonly roundSeconds?: number
  /** How long the result is shown; default 10. */
  readonly resultSeconds?: number
}

/** A running match; made by {@link createMatch}, changed by the functions of this file. */
export interface Match extends Required<MatchOptions> {
  /** Where everybody was after the last moves. */
  readonly grid: FighterGrid
}

/** What one tick knows. */
export interface MatchTick {
  /** Number of the tick; must grow by 1 from call to call. */
  readonly tick: number
  /** Length of the step in seconds. */
  readonly dt: number
  /** The fighter's request for this tick; asked once per fighter. */
  readonly inputOf: (sessionId: string) => Intent | undefined
}

/** Longest rewind: a shooter further behind than this must lead its targets. */
export const MAX_REWIND_MS = 400

const live = () => (target: Fighter) => target
const MAX_ROUND = 65_535
const COLOURS = 16
/** How far from where it is a fighter may have been when a shooter saw it last, at most. */
const MAX_REWIND_METRES = (MAX_REWIND_MS / 1000) * DASH_SPEED_METRES_PER_S
/** Lines of the table that is told at the end of a round: everybody's in an arena, the best ones' of a thousand. */
const MAX_STANDINGS = 16

/** Lays out pickups and starts round 1 at the state's tick. */
export function createMatch(options: MatchOptions): Match {
  const defaults = { world: ARENA, seenBy: live, roundSeconds: ROUND_SECONDS, resultSeconds: RESULT_SECONDS }
  const match = { ...defaults, grid: new FighterGrid(), ...options }
  const { state, world } = match
  for (const [index, { kind, x, y }] of world.pickupPlaces.entries()) {
    state.pickups.set(`p${index}`, new Pickup({ kind, x, y }))
  }
  state.phaseEndsTick = state.tick + ticksOf(match.roundSeconds, world)
  return match
}

/** Brings a player in, at a spawn point and in the first free colour. */
export function addFighter(match: Match, sessionId: string, who: { name: string; bot?: boolean }): Fighter {
  const { state } = match
  const taken = new Set([...state.fighters.values()].map(({ colour }) => colour))
  const free = Array.from({ length: COLOURS }, (_, index) => index).find((index) => !taken.has(index))
  const colour = free ?? state.fighters.size % COLOURS
  const fighter = new Fighter({ name: who.name, bot: who.bot ?? false, colour })
  // Placed before it is in the map: nobody ever receives it at (0, 0).
  const { x, y } = spawn(match, fighter)
  state.fighters.set(sessionId, fighter)
  match.grid.put(sessionId, fighter)
  match.emit('spawn', { sessionId, x, y }, { x, y })
  return fighter
}

/** Takes a player out; its score leaves with it. */
export function removeFighter(match: Match, sessionId: string): void {
  match.state.fighters.delete(sessionId)
  match.grid.remove(sessionId)
}

/**
 * One tick of everything. All fighters move before any shot is traced, and whoever fired in a tick has fired, so the
 * order in which players joined decides nothing: two who kill each other in the same tick both die.
 */
export function stepMatch(match: Match, { tick, dt, inputOf }: MatchTick): void {
  const { state } = match
  state.tick = tick
  if (tick >= state.phaseEndsTick) nextPhase(match)
  returnAll(match)
  const shooters: string[] = []
  for (const [sessionId, fighter] of state.fighters) {
    if (stepOne(fighter, inputOf(sessionId), { dt, world: match.world })) shooters.push(sessionId)
    match.grid.put(sessionId, fighter)
  }
  for (const shooterId of shooters) shoot(match, shooterId)
  if (state.phase === 'playing') collectPickups(match)
}

/** The table of a round, best first: most kills, then fewest deaths, then by name. */
export function standingsOf(state: ArenaState): Standing[] {
  return [...state.fighters]
    .map(([sessionId, { name, score, deaths }]) => ({ sessionId, name, score, deaths }))
    .sort((a, b) => b.score - a.score || a.deaths - b.deaths || (a.name < b.name ? -1 : 1))
}

function ticksOf(seconds: number, { tickRateHz }: World): number {
  return Math.max(1, Math.round(seconds * tickRateHz))
}

function nextPhase(match: Match): void {
  const { state, emit } = match
  if (state.phase === 'playing') {
    state.phase = 'result'
    state.phaseEndsTick = state.tick + ticksOf(match.resultSeconds, match.world)
    const standings = standingsOf(state).slice(0, MAX_STANDINGS)
    emit('roundEnd', { round: state.round, standings, nextTick: state.phaseEndsTick })
    return
  }
  state.phase = 'playing'
  state.round = (state.round % MAX_ROUND) + 1
  state.phaseEndsTick = state.tick + ticksOf(match.roundSeconds, match.world)
  emit('roundStart', { round: state.round, endsTick: state.phaseEndsTick })
  // All leave before the first comes in: places of the old round do not count.
  for (const fighter of state.fighters.values()) {
    Object.assign(fighter, { alive: false, score: 0, deaths: 0, streak: 0, respawnTick: state.tick })
  }
  for (const pickup of state.pickups.values()) pickup.active = true
}

function returnAll(match: Match): void {
  const { state } = match
  for (const pickup of state.pickups.values()) {
    if (!pickup.active && state.tick >= pickup.returnsTick) pickup.active = true
  }
  for (const [sessionId, fighter] of state.fighters) {
    if (fighter.alive || state.tick < fighter.respawnTick) continue
    const place = spawn(match, fighter)
    match.grid.put(sessionId, fighter)
    match.emit('spawn', { sessionId, ...place }, place)
  }
}

function spawn({ state, random, world }: Match, fighter: Fighter): Point {
  const enemies = [...state.fighters.values()].filter((other) => other !== fighter && other.alive)
  const { x, y } = spawnPoint(enemies, random, world)
  enter(fighter, { x, y }, state.tick)
  return { x, y }
}

/** One step a sent input, no step without one: exactly what the client predicts. */
function stepOne(
  fighter: Fighter,
  input: Intent | undefined,
  { dt, world }: { dt: number; world: World },
): boolean {
  if (input) {
    fighter.silentTicks = 0
    return stepFighter(fighter, input, dt, world)
  }
  if (fighter.silentTicks < SILENT_TICKS && ++fighter.silentTicks === SILENT_TICKS) rest(fighter)
  return false
}

function shoot(match: Match, shooterId: string): void {
  const { state, emit, seenBy, world, grid } = match
  const shooter = state.fighters.get(shooterId)!
  const { x, y, aim } = shooter
  shooter.shieldUntilTick = Math.min(shooter.shieldUntilTick, state.tick) // attacking ends the protection
  const place = seenBy(shooterId)
  const targets: Target[] = []
  const end = { x: x + Math.cos(aim) * RANGE_METRES, y: y + Math.sin(aim) * RANGE_METRES }
  for (const { sessionId, fighter } of grid.near({ x, y }, end, MAX_REWIND_METRES + RADIUS_METRES)) {
    if (sessionId === shooterId || !fighter.alive) continue
    const seen = place(fighter)
    targets.push({ sessionId, x: seen.x, y: seen.y })
  }
  const shot = traceShot({ x, y }, aim, targets, { world })
  emit('shot', { by: shooterId, x, y, ...shot }, { x, y })
  if (shot.hit !== undefined && state.phase === 'playing') hurt(match, shot.hit, shooterId)
}

function hurt(match: Match, victimId: string, byId: string): void {
  const { state, emit } = match
  const victim = state.fighters.get(victimId)!
  const damage = state.tick < victim.shieldUntilTick ? 0 : Math.min(victim.health, DAMAGE)
  victim.health -= damage
  emit('hit', { victim: victimId, by: byId, damage }, victim)
  if (victim.health > 0) return
  const killer = state.fighters.get(byId)!
  killer.score = Math.min(65_535, killer.score + 1)
  killer.streak = Math.min(255, killer.streak + 1)
  victim.deaths = Math.min(65_535, victim.deaths + 1)
  victim.streak = 0
  victim.alive = false
  victim.respawnTick = state.tick + RESPAWN_TICKS
  rest(victim)
  const { name: victimName } = victim
  const { name: byName, streak } = killer
  emit('kill', { victim: victimId, by: byId, victimName, byName, streak }, victim)
}

function collectPickups({ state, emit, grid }: Match): void {
  for (const [id, pickup] of state.pickups) {
    if (!pickup.active) continue
    for (const { sessionId, fighter } of grid.near(pickup, pickup, RADIUS_METRES + PICKUP_RADIUS_METRES)) {
      if (!fighter.alive || !reaches(fighter, pickup) || !take(fighter, pickup)) continue
      pickup.active = false
      pickup.returnsTick = state.tick + RETURN_TICKS[pickup.kind]
      emit('pickup', { by: sessionId, pickup: id, kind: pickup.kind }, pickup)
      break
    }
  }
}

function reaches(fighter: Point, pickup: Point): boolean {
  const reach = RADIUS_METRES + PICKUP_RADIUS_METRES
  return (fighter.x - pickup.x) ** 2 + (fighter.y - pickup.y) ** 2 < reach * reach
}

/** Whether the fighter had a use for it. */
function take(fighter: Fighter, { kind }: Pickup): boolean {
  if (kind === 'boost') fighter.boostTicks = BOOST_TICKS
  if (kind === 'rapid') fighter.rapidTicks = RAPID_TICKS
  if (kind !== 'health') return true
  if (fighter.health >= MAX_HEALTH) return false
  fighter.health = Math.min(MAX_HEALTH, fighter.health + HEAL)
  return true
}
