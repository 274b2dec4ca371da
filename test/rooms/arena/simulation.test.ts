import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SPAWNS } from '../../../rooms/arena/map.ts'
import { isFree, mayFire, PREDICTED_FIELDS, stepFighter } from '../../../rooms/arena/simulation.ts'
import { Fighter, type Intent } from '../../../rooms/arena/state.ts'
import {
  BOOST_FACTOR,
  COOLDOWN_TICKS,
  DASH_COOLDOWN_TICKS,
  DASH_SPEED_METRES_PER_S,
  MAX_HEAT,
  RAPID_COOLDOWN_TICKS,
  SPEED_METRES_PER_S,
} from '../../../rooms/arena/tuning.ts'
import { anyIntents, fighterAt, STILL } from './intents.ts'

const DT = 1 / 30
const anySpawn = fc.constantFrom(...SPAWNS)
const right: Intent = { ...STILL, moveX: 1 }

function speedOf({ vx, vy }: Fighter): number {
  return Math.sqrt(vx * vx + vy * vy)
}

function play(fighter: Fighter, intents: readonly Intent[], dt = DT): boolean[] {
  return intents.map((intent) => stepFighter(fighter, intent, dt))
}

describe('moving', () => {
  test('no sequence of inputs brings a fighter into a wall or out of the world', () => {
    fc.assert(
      fc.property(anySpawn, anyIntents, fc.boolean(), (spawn, intents, boosted) => {
        const fighter = fighterAt(spawn.x, spawn.y)
        for (const intent of intents) {
          if (boosted) fighter.boostTicks = 150
          stepFighter(fighter, intent, DT)
          if (!isFree(fighter)) expect.fail(`at ${fighter.x}, ${fighter.y}`)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('no sequence of inputs is faster than a dash, and none but a dash faster than running boosted', () => {
    fc.assert(
      fc.property(anySpawn, anyIntents, (spawn, intents) => {
        const fighter = fighterAt(spawn.x, spawn.y)
        fighter.boostTicks = 255
        let sinceDash = 99 // turning round from a dash takes up to 14 steps
        for (const intent of intents) {
          stepFighter(fighter, intent, DT)
          sinceDash = fighter.dashTicks > 0 ? 0 : sinceDash + 1
          const top = sinceDash < 14 ? DASH_SPEED_METRES_PER_S : SPEED_METRES_PER_S * BOOST_FACTOR
          if (speedOf(fighter) > top * 1.0001) expect.fail(`${speedOf(fighter)} m/s`)
        }
      }),
      {
        examples: [
          [
            { x: 2.5, y: 2.5 },
            [
              { ...STILL, moveX: -5e-162, dash: true },
              { ...STILL, moveX: -1 },
            ],
          ],
        ],
      },
    )
  })

  test('a fighter is at full speed within 5 steps and at rest within 3', () => {
    const fighter = fighterAt(4, 14)
    play(fighter, Array(5).fill(right))
    expect(speedOf(fighter)).toBeCloseTo(SPEED_METRES_PER_S, 4)
    play(fighter, Array(3).fill(STILL))
    expect(speedOf(fighter)).toBe(0)
  })

  test('a diagonal stick is no faster than a straight one', () => {
    const fighter = fighterAt(4, 14)
    play(fighter, Array(8).fill({ ...STILL, moveX: 1, moveY: 1 }))
    expect(speedOf(fighter)).toBeCloseTo(SPEED_METRES_PER_S, 4)
  })

  test('half a stick walks at half the speed', () => {
    const fighter = fighterAt(4, 14)
    play(fighter, Array(10).fill({ ...STILL, moveX: 0.5 }))
    expect(speedOf(fighter)).toBeCloseTo(SPEED_METRES_PER_S / 2, 4)
  })

  test('a fighter that runs into a wall at an angle slides along it', () => {
    const fighter = fighterAt(11, 12) // left of the block at x = 12, y = 11..13
    play(fighter, Array(20).fill({ ...STILL, moveX: 1, moveY: 1 }))
    expect(fighter.y).toBeGreaterThan(13.4)
  })

  test('a stick that is not a number counts as let go', () => {
    const fighter = fighterAt(4, 14)
    play(fighter, Array(5).fill({ ...STILL, moveX: Number.NaN, moveY: Number.NaN, aim: Number.NaN }))
    expect(fighter.toJSON()).toEqual(fighterAt(4, 14).toJSON())
  })

  test('a dash carries 3 metres in its direction, whatever the stick does meanwhile', () => {
    const fighter = fighterAt(4, 14)
    stepFighter(fighter, { ...right, dash: true }, DT)
    play(fighter, Array(4).fill({ ...STILL, moveX: -1 }))
    expect(fighter.x - 4).toBeCloseTo(3, 3)
  })

  test('holding the dash key dashes once per cooldown', () => {
    const fighter = fighterAt(24, 13)
    let dashes = 0
    for (let tick = 0; tick < 3 * DASH_COOLDOWN_TICKS; tick++) {
      const before = fighter.dashTicks
      stepFighter(fighter, { ...STILL, moveX: 0.1, dash: true }, DT)
      if (fighter.dashTicks > before) dashes++
    }
    expect(dashes).toBe(3)
  })

  test('a dead fighter does nothing', () => {
    const fighter = fighterAt(4, 14)
    fighter.alive = false
    const before = fighter.toJSON()
    expect(play(fighter, Array(10).fill({ ...right, fire: true, aim: 1 }))).not.toContain(true)
    expect(fighter.toJSON()).toEqual(before)
  })
})

describe('determinism', () => {
  test('the same inputs give the same fighter to the last bit', () => {
    fc.assert(
      fc.property(anySpawn, anyIntents, (spawn, intents) => {
        const [first, second] = [fighterAt(spawn.x, spawn.y), fighterAt(spawn.x, spawn.y)]
        expect(play(first, intents)).toEqual(play(second, intents))
        expect(first.toJSON()).toEqual(second.toJSON())
      }),
    )
  })

  test('replaying from any step in between ends at the same fighter', () => {
    fc.assert(
      fc.property(anySpawn, anyIntents, fc.nat(), (spawn, intents, seed) => {
        const fighter = fighterAt(spawn.x, spawn.y)
        const split = seed % intents.length
        play(fighter, intents.slice(0, split))
        const mirror = new Fighter(fighter.toJSON())
        play(fighter, intents.slice(split))
        play(mirror, intents.slice(split))
        expect(mirror.toJSON()).toEqual(fighter.toJSON())
      }),
    )
  })

  test('a step length that differs in the last bit of a double changes nothing', () => {
    fc.assert(
      fc.property(anySpawn, anyIntents, (spawn, intents) => {
        const [first, second] = [fighterAt(spawn.x, spawn.y), fighterAt(spawn.x, spawn.y)]
        play(first, intents, 1 / 30)
        play(second, intents, (1 / 30) * (1 + Number.EPSILON))
        expect(first.toJSON()).toEqual(second.toJSON())
      }),
    )
  })

  test('a step touches the predicted fields only', () => {
    fc.assert(
      fc.property(anySpawn, anyIntents, (spawn, intents) => {
        const fighter = fighterAt(spawn.x, spawn.y)
        const others = () =>
          Object.fromEntries(
            Object.entries(fighter.toJSON()).filter(
              ([name]) => !(PREDICTED_FIELDS as readonly string[]).includes(name),
            ),
          )
        const before = { ...others(), silentTicks: fighter.silentTicks }
        play(fighter, intents)
        expect({ ...others(), silentTicks: fighter.silentTicks }).toEqual(before)
      }),
    )
  })
})

describe('firing', () => {
  test('the cooldown holds whatever is sent', () => {
    fc.assert(
      fc.property(anyIntents, fc.constantFrom(0, 255), (intents, rapidTicks) => {
        const fighter = fighterAt(4, 14)
        fighter.rapidTicks = rapidTicks
        const pause = rapidTicks > 0 ? RAPID_COOLDOWN_TICKS : COOLDOWN_TICKS
        const ticks = play(fighter, intents.slice(0, 250)).flatMap((fired, tick) => (fired ? [tick] : []))
        for (const [index, tick] of ticks.slice(1).entries()) {
          expect(tick - ticks[index]!).toBeGreaterThanOrEqual(pause)
        }
      }),
    )
  })

  test('counters stay whole and within what a byte holds', () => {
    const counters = [
      'cooldownTicks',
      'heat',
      'dashTicks',
      'dashCooldownTicks',
      'boostTicks',
      'rapidTicks',
    ] as const
    fc.assert(
      fc.property(anyIntents, (intents) => {
        const fighter = fighterAt(4, 14)
        for (const intent of intents) {
          stepFighter(fighter, { ...intent, fire: true }, DT)
          const wrong = counters.filter((name) => {
            const most = name === 'heat' ? MAX_HEAT : 255
            return !Number.isInteger(fighter[name]) || fighter[name] < 0 || fighter[name] > most
          })
          if (wrong.length > 0) expect.fail(`${wrong} out of range: ${JSON.stringify(fighter)}`)
        }
      }),
    )
  })

  test('a held trigger fires six times a second', () => {
    const shots = play(fighterAt(4, 14), Array(30).fill({ ...STILL, fire: true }))
    expect(shots.filter(Boolean)).toHaveLength(6)
  })

  test('a weapon that is too hot rests until it has cooled down', () => {
    const fighter = fighterAt(4, 14)
    const trigger = { ...STILL, fire: true }
    let ticks = 0
    while (!fighter.overheated && ticks++ < 300) stepFighter(fighter, trigger, DT)
    expect(ticks).toBeGreaterThan(60)
    expect(mayFire(fighter)).toBe(false)
    const rest = play(fighter, Array(59).fill(trigger))
    expect(rest).not.toContain(true)
    expect(play(fighter, [trigger])).toEqual([true])
  })
})
