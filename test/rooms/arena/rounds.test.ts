import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isFree } from '../../../rooms/arena/simulation.ts'
import type { ArenaState, Intent } from '../../../rooms/arena/state.ts'
import { HEAL, MAX_HEALTH, RETURN_TICKS } from '../../../rooms/arena/tuning.ts'
import { seededRandom } from '../../../shared/random.ts'
import { anyIntent, STILL } from './intents.ts'

import { duel, FIRE_RIGHT, matchOf } from './scripted-match.ts'

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
