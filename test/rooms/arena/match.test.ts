import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ArenaEvents } from '../../../rooms/arena/events.ts'
import {
  addFighter,
  createMatch,
  type MatchOptions,
  removeFighter,
  stepMatch,
} from '../../../rooms/arena/match.ts'
import { isFree } from '../../../rooms/arena/simulation.ts'
import { ArenaState, type Fighter, type Intent } from '../../../rooms/arena/state.ts'
import {
  COOLDOWN_TICKS,
  DAMAGE,
  HEAL,
  MAX_HEALTH,
  RESPAWN_TICKS,
  RETURN_TICKS,
  SHIELD_TICKS,
  SILENT_TICKS,
} from '../../../rooms/arena/tuning.ts'
import { seededRandom } from '../../../shared/random.ts'
import { anyIntent, STILL } from './intents.ts'

type Told = { [K in keyof ArenaEvents]: { type: K; payload: ArenaEvents[K] } }[keyof ArenaEvents]

/** A match with a notebook of what it told, and a way to run it. */
function matchOf(options: Partial<MatchOptions> = {}) {
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

const FIRE_RIGHT: Intent = { ...STILL, fire: true, aim: 0 }
const FIRE_LEFT: Intent = { ...STILL, fire: true, aim: Math.PI }
const HITS_TO_KILL = Math.ceil(MAX_HEALTH / DAMAGE)
const KILL_TICKS = (HITS_TO_KILL - 1) * COOLDOWN_TICKS + 1

/** Ann and Ben in the open, ten metres apart, Ann left of Ben. */
function duel(options: Partial<MatchOptions> = {}) {
  const arena = matchOf(options)
  return { ...arena, ann: arena.join('ann', { x: 5, y: 14 }), ben: arena.join('ben', { x: 15, y: 14 }) }
}

describe('joining', () => {
  test('brings a whole, shielded fighter to a free place, in a colour of its own', () => {
    const { join, state, told } = matchOf()
    for (let index = 0; index < 16; index++) join(`s${index}`)
    const fighters = [...state.fighters.values()]
    expect(new Set(fighters.map(({ colour }) => colour)).size).toBe(16)
    expect(new Set(fighters.map(({ x, y }) => `${x},${y}`)).size).toBe(16)
    for (const fighter of fighters) {
      expect(isFree(fighter)).toBe(true)
      expect(fighter).toMatchObject({
        health: MAX_HEALTH,
        alive: true,
        score: 0,
        shieldUntilTick: SHIELD_TICKS,
      })
    }
    expect(told('spawn')).toHaveLength(16)
  })

  test('takes the colour of one who left', () => {
    const { match, join } = matchOf()
    join('a')
    const second = join('b')
    join('c')
    removeFighter(match, 'b')
    expect(join('d').colour).toBe(second.colour)
  })
})

describe('shots', () => {
  test('five hits kill; the killer scores, the victim comes back shielded two seconds later', () => {
    const { run, ann, ben, told } = duel()
    run(KILL_TICKS - 1, { ann: FIRE_RIGHT })
    expect(ben).toMatchObject({ alive: true, health: DAMAGE })
    run(1, { ann: FIRE_RIGHT })
    expect(ben).toMatchObject({ alive: false, health: 0, deaths: 1 })
    expect(ann).toMatchObject({ score: 1, streak: 1, deaths: 0 })
    expect(told('kill')).toEqual([{ victim: 'ben', by: 'ann', victimName: 'ben', byName: 'ann', streak: 1 }])
    expect(told('hit')).toHaveLength(HITS_TO_KILL)
    run(RESPAWN_TICKS - 1)
    expect(ben.alive).toBe(false)
    run(1)
    expect(ben).toMatchObject({ alive: true, health: MAX_HEALTH, deaths: 1 })
    expect(isFree(ben)).toBe(true)
  })

  test('nobody hits himself', () => {
    const { run, join, told } = matchOf()
    const ann = join('ann', { x: 5, y: 14 })
    for (let aim = 0; aim < 2 * Math.PI; aim += 0.1) run(COOLDOWN_TICKS, { ann: { ...FIRE_RIGHT, aim } })
    expect(ann.health).toBe(MAX_HEALTH)
    expect(told('shot').length).toBeGreaterThan(20)
    expect(told('hit')).toEqual([])
  })

  test('two who kill each other in the same tick both die and both score', () => {
    const { run, ann, ben } = duel()
    run(KILL_TICKS, { ann: FIRE_RIGHT, ben: FIRE_LEFT })
    expect(ann).toMatchObject({ alive: false, score: 1, deaths: 1 })
    expect(ben).toMatchObject({ alive: false, score: 1, deaths: 1 })
  })

  test('a shield takes the damage until it ends or its bearer fires', () => {
    const { run, state, ben, told } = duel()
    ben.shieldUntilTick = state.tick + 100
    run(KILL_TICKS, { ann: FIRE_RIGHT })
    expect(ben.health).toBe(MAX_HEALTH)
    expect(told('hit').every(({ damage }) => damage === 0)).toBe(true)
    run(1, { ben: { ...STILL, fire: true, aim: 1 } })
    run(COOLDOWN_TICKS, { ann: FIRE_RIGHT })
    expect(ben.health).toBe(MAX_HEALTH - DAMAGE)
  })

  test('a shield ends while its bearer says nothing', () => {
    const { run, join, state } = matchOf()
    const ann = join('ann')
    run(SHIELD_TICKS)
    expect(state.tick < ann.shieldUntilTick).toBe(false)
  })

  test('a target is met where the shooter saw it', () => {
    const seen: string[] = []
    const { run, told, ben } = duel({
      seenBy: (shooterId) => (target) => {
        seen.push(shooterId)
        return { x: target.x, y: target.y + 3 }
      },
    })
    run(1, { ann: FIRE_RIGHT })
    expect(told('shot')[0]?.hit).toBeUndefined()
    ben.y = 11
    run(COOLDOWN_TICKS, { ann: FIRE_RIGHT })
    expect(told('shot')[1]?.hit).toBe('ben')
    expect(new Set(seen)).toEqual(new Set(['ann']))
  })

  test('the dead neither move, fire nor stop shots', () => {
    const { run, ben, told } = duel()
    run(KILL_TICKS, { ann: FIRE_RIGHT })
    const { x, y } = ben
    const shots = told('shot').length
    run(20, { ben: { ...FIRE_LEFT, moveX: 1 } })
    expect(ben).toMatchObject({ x, y })
    expect(told('shot')).toHaveLength(shots)
    run(COOLDOWN_TICKS, { ann: FIRE_RIGHT })
    expect(told('shot').at(-1)?.hit).toBeUndefined()
  })
})

describe('a silent client', () => {
  test('leaves its fighter where it is, and at rest after half a second', () => {
    const { run, join } = matchOf()
    const ann = join('ann', { x: 5, y: 14 })
    run(10, { ann: { ...STILL, moveX: 1 } })
    const { x, vx } = ann
    run(SILENT_TICKS - 1)
    expect(ann).toMatchObject({ x, vx })
    run(1)
    expect(ann).toMatchObject({ x, vx: 0, vy: 0 })
    run(600)
    expect(ann.silentTicks).toBe(SILENT_TICKS)
  })
})

describe('pickups', () => {
  function pickupOf(state: ArenaState, kind: string) {
    return [...state.pickups].find(([, pickup]) => pickup.kind === kind)!
  }

  test.each(['boost', 'rapid'] as const)('%s works for five seconds and returns', (kind) => {
    const { run, join, state, told } = matchOf()
    const [id, pickup] = pickupOf(state, kind)
    const ann = join('ann', pickup)
    run(1, { ann: STILL })
    expect(ann[`${kind}Ticks`]).toBe(150)
    expect(pickup.active).toBe(false)
    expect(told('pickup')).toEqual([{ by: 'ann', pickup: id, kind }])
    Object.assign(ann, { x: 5, y: 14 })
    run(150, { ann: STILL })
    expect(ann[`${kind}Ticks`]).toBe(0)
    run(RETURN_TICKS[kind] - 151)
    expect(pickup.active).toBe(false)
    run(1)
    expect(pickup.active).toBe(true)
  })

  test('health heals, never above the most, and stays where nobody needs it', () => {
    const { run, join, state } = matchOf()
    const [, pickup] = pickupOf(state, 'health')
    const ann = join('ann', pickup)
    run(1)
    expect(pickup.active).toBe(true)
    ann.health = MAX_HEALTH - HEAL + 10
    run(1)
    expect(ann.health).toBe(MAX_HEALTH)
    expect(pickup.active).toBe(false)
  })

  test('one that two stand on goes to one of them', () => {
    const { run, join, state } = matchOf()
    const [, pickup] = pickupOf(state, 'boost')
    const boosted = [join('ann', pickup), join('ben', pickup)]
    run(1)
    expect(boosted.filter(({ boostTicks }) => boostTicks > 0)).toHaveLength(1)
  })
})

describe('rounds', () => {
  test('a round lasts as long as asked, then its result is shown, then the next starts from nothing', () => {
    const { run, state, told, ann, ben } = duel({ roundSeconds: 2, resultSeconds: 1 })
    run(59, { ann: FIRE_RIGHT })
    expect(state.phase).toBe('playing')
    run(1)
    expect(state).toMatchObject({ phase: 'result', round: 1, phaseEndsTick: 90 })
    expect(told('roundEnd')).toEqual([
      {
        round: 1,
        nextTick: 90,
        standings: [
          { sessionId: 'ann', name: 'ann', score: 1, deaths: 0 },
          { sessionId: 'ben', name: 'ben', score: 0, deaths: 1 },
        ],
      },
    ])
    run(30)
    expect(state).toMatchObject({ phase: 'playing', round: 2, phaseEndsTick: 150 })
    expect(told('roundStart')).toEqual([{ round: 2, endsTick: 150 }])
    for (const fighter of [ann, ben]) {
      expect(fighter).toMatchObject({ score: 0, deaths: 0, streak: 0, alive: true, health: MAX_HEALTH })
    }
  })

  test('while the result is shown, shots fly but hurt nobody', () => {
    const { run, ben, told } = duel({ roundSeconds: 0.1, resultSeconds: 5 })
    run(3)
    run(60, { ann: FIRE_RIGHT })
    expect(told('shot').some(({ hit }) => hit === 'ben')).toBe(true)
    expect(ben.health).toBe(MAX_HEALTH)
  })

  test('all come in at different places when a round starts', () => {
    const { run, join, state } = matchOf({ roundSeconds: 0.1, resultSeconds: 0.1 })
    for (let index = 0; index < 16; index++) join(`s${index}`)
    run(6)
    expect(state.round).toBe(2)
    expect(new Set([...state.fighters.values()].map(({ x, y }) => `${x},${y}`)).size).toBe(16)
  })
})

test('whatever anybody sends, no number leaves its range and no fighter its place in the world', () => {
  const anyMoment = fc.record({ a: anyIntent, b: anyIntent, c: fc.option(anyIntent, { nil: undefined }) })
  fc.assert(
    fc.property(fc.array(anyMoment, { minLength: 5, maxLength: 25 }), fc.nat(), (moments, seed) => {
      const arena = matchOf({ random: seededRandom(seed), roundSeconds: 6, resultSeconds: 1 })
      for (const sessionId of ['a', 'b', 'c']) arena.join(sessionId)
      for (const moment of moments) {
        arena.run(15, moment as Record<string, Intent>)
        for (const fighter of arena.state.fighters.values()) {
          expect(isFree(fighter)).toBe(true)
          expect(fighter.health).toBeGreaterThanOrEqual(0)
          expect(fighter.health).toBeLessThanOrEqual(MAX_HEALTH)
          expect(fighter.alive).toBe(fighter.health > 0)
        }
      }
      const all = [...arena.state.fighters.values()]
      const sum = (name: 'score' | 'deaths') => all.reduce((total, fighter) => total + fighter[name], 0)
      expect(sum('score')).toBe(sum('deaths'))
    }),
    { numRuns: 60 },
  )
})

test('the same seed and the same inputs replay the same match', () => {
  const play = () => {
    const { run, join, state } = matchOf({ roundSeconds: 5, resultSeconds: 1 })
    for (const sessionId of ['a', 'b', 'c']) join(sessionId)
    for (let turn = 0; turn < 40; turn++) {
      run(10, {
        a: { moveX: Math.sin(turn), moveY: 1, aim: turn, fire: true, dash: turn % 3 === 0 },
        b: { moveX: -1, moveY: Math.cos(turn), aim: -turn, fire: true, dash: false },
      })
    }
    return state.toJSON()
  }
  expect(play()).toEqual(play())
})
