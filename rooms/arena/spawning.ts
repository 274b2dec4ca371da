/** Where fighters come in, and in which condition. */
import type { Random } from '../../shared/random.ts'
import { type Point, SPAWNS } from './map.ts'
import { seesEachOther } from './simulation.ts'
import type { Fighter } from './state.ts'
import { MAX_HEALTH, RADIUS_METRES, SHIELD_TICKS } from './tuning.ts'

/** A place in somebody's sight counts as half as far away. */
const SEEN_FACTOR = 0.5
/** Chance decides among this many of the best places, so that nobody can wait at the one. */
const CHOICES = 3

/**
 * A free spawn point, far from every enemy and out of sight where possible.
 *
 * @param enemies the living fighters, without the one that spawns
 * @param random decides among the best three
 */
export function spawnPoint(enemies: readonly Point[], random: Random): Point {
  const free = SPAWNS.filter((spawn) => enemies.every((enemy) => distance(spawn, enemy) > 2 * RADIUS_METRES))
  const candidates = free.length > 0 ? free : SPAWNS
  const ranked =
    enemies.length === 0
      ? candidates
      : candidates
          .map((spawn) => ({ spawn, safety: safetyOf(spawn, enemies) }))
          .sort((a, b) => b.safety - a.safety)
          .slice(0, CHOICES)
          .map(({ spawn }) => spawn)
  return ranked[Math.floor(random() * ranked.length)]!
}

function safetyOf(spawn: Point, enemies: readonly Point[]): number {
  return Math.min(
    ...enemies.map((enemy) => distance(spawn, enemy) * (seesEachOther(spawn, enemy) ? SEEN_FACTOR : 1)),
  )
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
