import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isInside } from '../../../rooms/arena/geometry.ts'
import { WALLS, WORLD } from '../../../rooms/arena/map.ts'
import { isFree, seesEachOther, traceShot } from '../../../rooms/arena/simulation.ts'
import { RADIUS_METRES, RANGE_METRES } from '../../../rooms/arena/tuning.ts'

const anyPlace = fc
  .record({
    x: fc.double({ min: 0.5, max: WORLD.width - 0.5, noNaN: true }),
    y: fc.double({ min: 0.5, max: WORLD.height - 0.5, noNaN: true }),
  })
  .filter(isFree)
const anyAngle = fc.double({ min: -7, max: 7, noNaN: true })

describe('a shot', () => {
  test('ends before it would enter a wall, leave the world or pass its range', () => {
    fc.assert(
      fc.property(anyPlace, anyAngle, (origin, angle) => {
        const { toX, toY } = traceShot(origin, angle, [])
        const length = Math.hypot(toX - origin.x, toY - origin.y)
        expect(length).toBeLessThanOrEqual(RANGE_METRES + 1e-9)
        expect(Math.min(toX, toY)).toBeGreaterThan(-1e-9)
        expect(toX).toBeLessThan(WORLD.width + 1e-9)
        expect(toY).toBeLessThan(WORLD.height + 1e-9)
        for (let part = 0; part < 1; part += 0.02) {
          const point = { x: origin.x + (toX - origin.x) * part, y: origin.y + (toY - origin.y) * part }
          for (const wall of WALLS) {
            const deep = {
              x: wall.x + 1e-6,
              y: wall.y + 1e-6,
              width: wall.width - 2e-6,
              height: wall.height - 2e-6,
            }
            expect(isInside(point, 1e-9, deep)).toBe(false)
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  test('aimed at a fighter in sight and in range hits it', () => {
    fc.assert(
      fc.property(anyPlace, anyPlace, (origin, target) => {
        const distance = Math.hypot(target.x - origin.x, target.y - origin.y)
        fc.pre(distance < RANGE_METRES && seesEachOther(origin, target))
        const angle = Math.atan2(target.y - origin.y, target.x - origin.x)
        expect(traceShot(origin, angle, [{ ...target, sessionId: 'b' }]).hit).toBe('b')
      }),
    )
  })

  test('never hits a fighter behind a wall', () => {
    const behind = { x: 16.5, y: 12, sessionId: 'b' } // the block at x = 12..15, y = 11..13 lies between
    expect(traceShot({ x: 9, y: 12 }, 0, [behind])).toEqual({ toX: 12, toY: 12 })
  })

  test('hits the nearest of those in its way', () => {
    const targets = [
      { x: 9, y: 14, sessionId: 'far' },
      { x: 7, y: 14.3, sessionId: 'near' },
      { x: 5, y: 15, sessionId: 'beside' },
    ]
    expect(traceShot({ x: 4, y: 14 }, 0, targets).hit).toBe('near')
  })

  test('misses what is behind the shooter, even where bodies overlap', () => {
    const touching = { x: 4 - RADIUS_METRES / 2, y: 14, sessionId: 'b' }
    expect(traceShot({ x: 4, y: 14 }, 0, [touching]).hit).toBeUndefined()
    expect(traceShot({ x: 4, y: 14 }, Math.PI, [touching]).hit).toBe('b')
  })
})
