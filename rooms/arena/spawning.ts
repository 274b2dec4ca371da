/** Where fighters come in, and in which condition. */
import type { Random } from '../../shared/random.ts'
import type { Point } from './map.ts'
import { seesEachOther } from './simulation.ts'
import type { Fighter } from './state.ts'
import { MAX_HEALTH, RADIUS_METRES, SHIELD_TICKS } from './tuning.ts'
import { ARENA, type World } from './world.ts'

/** A place in somebody's sight counts as half as far away. */
const SEEN_FACTOR = 0.5
/** Chance decides among this many of the best places, so that nobody can wait at the one. */
const CHOICES = 3
/** Places looked at: in a large world this many of them, drawn by chance. */
const MAX_CANDIDATES = 16

/**
 * A free spawn point, far from every enemy and out of sight where possible.
 *
 * @param enemies the living fighters, without the one that spawns
 * @param random decides among the best three
 */
export function spawnPoint(enemies: readonly Point[], random: Random, world = ARENA): Point {
  const places = someOf(world.spawns, random)
  const free = places.filter((spawn) => enemies.every((enemy) => distance(spawn, enemy) > 2 * RADIUS_METRES))
  const candidates = free.length > 0 ? free : places
  const ranked =
    enemies.length === 0
      ? candidates
      : candidates
          .map((spawn) => ({ spawn, safety: safetyOf(spawn, enemies, world) }))
          .sort((a, b) => b.safety - a.safety)
          .slice(0, CHOICES)
          .map(({ spawn }) => spawn)
  return ranked[Math.floor(random() * ranked.length)]!
}

function safetyOf(spawn: Point, enemies: readonly Point[], world: World): number {
  const metres = enemies.map((enemy) => distance(spawn, enemy))
  let safety = Math.min(...metres)
  for (const [index, enemy] of enemies.entries()) {
    // Looking costs more than measuring: whoever is further away makes nothing worse by seeing it.
    const seen = metres[index]! * SEEN_FACTOR
    if (seen < safety && seesEachOther(spawn, enemy, world)) safety = seen
  }
  return safety
}

function someOf(spawns: readonly Point[], random: Random): readonly Point[] {
  if (spawns.length <= MAX_CANDIDATES) return spawns
  const chance = () => spawns[Math.floor(random() * spawns.length)]!
  return [...new Set(Array.from({ length: MAX_CANDIDATES }, chance))]
}

function distance(a: Point, b: Point): number {
  return Math.sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2)
}

/** Puts a fighter into the arena as new: whole, cold, at rest and shielded. Score and name stay. */
export function enter(fighter: Fighter, place: Point, tick: number): void {
  fighter.x = Math.fround(place.x)
  fighter.y = Math.fround(place.y)
  rest(fighter)
  fighter.health = MAX_HEALTH
  fighter.alive = true
  fighter.cooldownTicks = 0
  fighter.heat = 0
  fighter.overheated = false
  fighter.dashCooldownTicks = 0
  fighter.boostTicks = 0
  fighter.rapidTicks = 0
  fighter.shieldUntilTick = tick + SHIELD_TICKS
}

/** Stops a fighter where it stands. */
export function rest(fighter: Fighter): void {
  fighter.vx = 0
  fighter.vy = 0
  fighter.dashTicks = 0
}
