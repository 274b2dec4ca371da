import { describe, expect, test } from 'vitest'
import { decide, followWay, newMemory, viewOf } from '../../bots/arena-brain.ts'
import { PICKUP_PLACES, SPAWNS } from '../../rooms/arena/map.ts'
import { addFighter, createMatch, type Match, stepMatch } from '../../rooms/arena/match.ts'
import { findWay } from '../../rooms/arena/navigation.ts'
import { seesEachOther, stepFighter } from '../../rooms/arena/simulation.ts'
import { ArenaState, Fighter, type Intent } from '../../rooms/arena/state.ts'
import { seededRandom } from '../../shared/random.ts'

const DT = 1 / 30

/** Plays bots against each other without a network. */
function tournament(difficulties: readonly number[], options: { seed: number; seconds: number }) {
  const random = seededRandom(options.seed)
  const state = new ArenaState()
  const kills: string[] = []
  const emit = ((type: string, payload: { by: string }) => {
    if (type === 'kill') kills.push(payload.by)
  }) as Match['emit']
  const match = createMatch({ state, random, emit, roundSeconds: options.seconds + 1 })
  const memories = new Map(difficulties.map((difficulty, index) => [`s${index}`, newMemory(difficulty)]))
  for (const sessionId of memories.keys()) addFighter(match, sessionId, { name: sessionId, bot: true })
  const sent: { sessionId: string; intent: Intent; sees: boolean; reaction: number }[] = []
  for (let tick = 1; tick <= options.seconds * 30; tick++) {
    stepMatch(match, {
      tick,
      dt: DT,
      inputOf: (sessionId) => {
        const view = viewOf(state, sessionId)!
        const memory = memories.get(sessionId)!
        const intent = decide(view, memory, random)
        const sees = view.enemies.some((enemy) => seesEachOther(view.me, enemy))
        sent.push({ sessionId, intent, sees, reaction: tick - memory.seenTick })
        return intent
      },
    })
  }
  return { kills, sent, state }
}

describe('getting about', () => {
  test('a bot walks from any spawn point to any other, and to every pickup, within 20 seconds', () => {
    for (const from of SPAWNS) {
      for (const to of [...SPAWNS, ...PICKUP_PLACES]) {
        const fighter = new Fighter({ x: from.x, y: from.y })
        const way = findWay(fighter, to)
        for (let tick = 0; tick < 600 && way.length > 0; tick++) {
          const { x, y } = followWay(fighter, way)
          stepFighter(fighter, { moveX: x, moveY: y, aim: 0, fire: false, dash: false }, DT)
        }
        const missing = Math.hypot(fighter.x - to.x, fighter.y - to.y)
        expect(missing, `from ${JSON.stringify(from)} to ${JSON.stringify(to)}`).toBeLessThan(1)
      }
    }
  })

  test('a bot alone in the arena keeps moving and finds pickups', () => {
    const random = seededRandom(3)
    const state = new ArenaState()
    let pickups = 0
    const emit = ((type: string) => {
      if (type === 'pickup') pickups++
    }) as Match['emit']
    const match = createMatch({ state, random, emit })
    const fighter = addFighter(match, 'a', { name: 'a' })
    const memory = newMemory()
    let stillTicks = 0
    for (let tick = 1; tick <= 1800; tick++) {
      const { x, y } = fighter
      stepMatch(match, { tick, dt: DT, inputOf: () => decide(viewOf(state, 'a')!, memory, random) })
      if (fighter.x === x && fighter.y === y) stillTicks++
    }
    expect(stillTicks).toBeLessThan(180)
    expect(pickups).toBeGreaterThan(3)
  })
})

describe('fighting', () => {
  test('two bots kill each other again and again', () => {
    const { kills } = tournament([0.5, 0.5], { seed: 11, seconds: 120 })
    expect(kills.filter((by) => by === 's0').length).toBeGreaterThan(0)
    expect(kills.filter((by) => by === 's1').length).toBeGreaterThan(0)
  })

  test('a hard bot beats an easy one', () => {
    const { kills } = tournament([0, 1], { seed: 12, seconds: 120 })
    const hard = kills.filter((by) => by === 's1').length
    expect(hard).toBeGreaterThan(5)
    expect(hard).toBeGreaterThan(3 * (kills.length - hard))
  })

  test('an easy bot can be beaten and can beat: it kills another easy one', () => {
    expect(tournament([0, 0], { seed: 13, seconds: 120 }).kills.length).toBeGreaterThan(2)
  })

  test('a bot fires only at what it sees, and never sooner than it can react', () => {
    const { sent } = tournament([0.5, 0.5, 0.5, 0.5], { seed: 14, seconds: 60 })
    const shots = sent.filter(({ intent }) => intent.fire)
    expect(shots.length).toBeGreaterThan(50)
    expect(shots.every(({ sees, reaction }) => sees && reaction >= 11)).toBe(true)
  })

  test('what a bot sends is always a legal input', () => {
    const { sent } = tournament(Array(16).fill(0.7), { seed: 15, seconds: 20 })
    for (const { intent } of sent) {
      const { moveX, moveY, aim } = intent
      const legal = Math.abs(moveX) <= 1 && Math.abs(moveY) <= 1 && Number.isFinite(aim)
      if (!legal) expect.fail(JSON.stringify(intent))
    }
  })

  test('the same seed plays the same match', () => {
    const play = () => tournament([0.3, 0.6, 0.9], { seed: 16, seconds: 30 }).state.toJSON()
    expect(play()).toEqual(play())
  })
})
