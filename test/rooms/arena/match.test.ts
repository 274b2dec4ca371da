import { describe, expect, test } from 'vitest'
import { removeFighter } from '../../../rooms/arena/match.ts'
import { isFree } from '../../../rooms/arena/simulation.ts'
import {
  COOLDOWN_TICKS,
  DAMAGE,
  MAX_HEALTH,
  RESPAWN_TICKS,
  SHIELD_TICKS,
  SILENT_TICKS,
} from '../../../rooms/arena/tuning.ts'
import { STILL } from './intents.ts'

import { duel, FIRE_LEFT, FIRE_RIGHT, HITS_TO_KILL, KILL_TICKS, matchOf } from './scripted-match.ts'

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
