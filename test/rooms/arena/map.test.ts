import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PICKUP_PLACES, SPAWNS, WALLS, WORLD } from '../../../rooms/arena/map.ts'
import { findWay } from '../../../rooms/arena/navigation.ts'
import { isFree } from '../../../rooms/arena/simulation.ts'
import { spawnPoint } from '../../../rooms/arena/spawning.ts'
import { RADIUS_METRES } from '../../../rooms/arena/tuning.ts'
import { seededRandom } from '../../../shared/random.ts'

describe('the map', () => {
  test('is the same from all four corners', () => {
    const walls = new Set(WALLS.map(({ x, y, width, height }) => [x, y, width, height].join()))
    for (const { x, y, width, height } of WALLS) {
      expect(walls).toContain([WORLD.width - x - width, y, width, height].join())
      expect(walls).toContain([x, WORLD.height - y - height, width, height].join())
    }
  })

  test('has edges that float32 holds exactly', () => {
    for (const value of WALLS.flatMap(({ x, y, width, height }) => [x, y, x + width, y + height])) {
      expect(Math.fround(value)).toBe(value)
    }
  })

  test('has sixteen spawn points, so far apart that nobody can stand on two', () => {
    expect(SPAWNS).toHaveLength(16)
    for (const [index, a] of SPAWNS.entries()) {
      for (const b of SPAWNS.slice(index + 1)) {
        expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(4 * RADIUS_METRES)
      }
    }
  })

  test('has room to stand at every spawn point and pickup, and a way between all of them', () => {
    const places = [...SPAWNS, ...PICKUP_PLACES]
    for (const from of places) {
      expect(isFree(from)).toBe(true)
      for (const to of places) if (from !== to) expect(findWay(from, to).length).toBeGreaterThan(0)
    }
  })
})

describe('a spawn point', () => {
  const anyPlace = fc.record({
    x: fc.double({ min: 0.5, max: WORLD.width - 0.5, noNaN: true }),
    y: fc.double({ min: 0.5, max: WORLD.height - 0.5, noNaN: true }),
  })
  const anyEnemies = fc.array(fc.oneof(anyPlace, fc.constantFrom(...SPAWNS)), { maxLength: 15 })

  test('is one of the map, and free even with fifteen others about', () => {
    fc.assert(
      fc.property(anyEnemies, fc.nat(), (enemies, seed) => {
        const place = spawnPoint(enemies, seededRandom(seed))
        expect(SPAWNS).toContainEqual({ x: place.x, y: place.y })
        for (const enemy of enemies) {
          expect(Math.hypot(enemy.x - place.x, enemy.y - place.y)).toBeGreaterThan(2 * RADIUS_METRES)
        }
      }),
    )
  })

  test('is far from a single enemy', () => {
    fc.assert(
      fc.property(anyPlace, fc.nat(), (enemy, seed) => {
        const place = spawnPoint([enemy], seededRandom(seed))
        expect(Math.hypot(enemy.x - place.x, enemy.y - place.y)).toBeGreaterThan(12)
      }),
    )
  })

  test('is not always the same', () => {
    const random = seededRandom(1)
    const places = new Set(Array.from({ length: 50 }, () => JSON.stringify(spawnPoint([], random))))
    expect(places.size).toBeGreaterThan(10)
  })
})
