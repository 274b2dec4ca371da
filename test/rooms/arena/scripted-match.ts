import type { ArenaEvents } from '../../../rooms/arena/events.ts'
import { addFighter, createMatch, type MatchOptions, stepMatch } from '../../../rooms/arena/match.ts'
import { ArenaState, type Fighter, type Intent } from '../../../rooms/arena/state.ts'
import { COOLDOWN_TICKS, DAMAGE, MAX_HEALTH } from '../../../rooms/arena/tuning.ts'
import { seededRandom } from '../../../shared/random.ts'
import { STILL } from './intents.ts'

type Told = { [K in keyof ArenaEvents]: { type: K; payload: ArenaEvents[K] } }[keyof ArenaEvents]

/** A match with a notebook of what it told, and a way to run it. */
export function matchOf(options: Partial<MatchOptions> = {}) {
  const state = new ArenaState()
  const told: Told[] = []
  const match = createMatch({
    state,
    random: seededRandom(5),
    emit: (type, payload) => told.push({ type, payload } as Told),
    ...options,
  })
  return {
    match,
    state,
    told: <K extends keyof ArenaEvents>(type: K) =>
      told.filter((one) => one.type === type).map(({ payload }) => payload as ArenaEvents[K]),
    run(ticks: number, inputs: Record<string, Intent> = {}) {
      for (let count = 0; count < ticks; count++) {
        stepMatch(match, { tick: state.tick + 1, dt: 1 / 30, inputOf: (sessionId) => inputs[sessionId] })
      }
    },
    join(sessionId: string, place?: { x: number; y: number }): Fighter {
      const fighter = addFighter(match, sessionId, { name: sessionId })
      if (place) Object.assign(fighter, { x: place.x, y: place.y, shieldUntilTick: 0 })
      return fighter
    },
  }
}

export const FIRE_RIGHT: Intent = { ...STILL, fire: true, aim: 0 }
export const FIRE_LEFT: Intent = { ...STILL, fire: true, aim: Math.PI }
export const HITS_TO_KILL = Math.ceil(MAX_HEALTH / DAMAGE)
export const KILL_TICKS = (HITS_TO_KILL - 1) * COOLDOWN_TICKS + 1

/** Ann and Ben in the open, ten metres apart, Ann left of Ben. */
export function duel(options: Partial<MatchOptions> = {}) {
  const arena = matchOf(options)
  return { ...arena, ann: arena.join('ann', { x: 5, y: 14 }), ben: arena.join('ben', { x: 15, y: 14 }) }
}
