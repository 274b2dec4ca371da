import fc from 'fast-check'
import { expect, it } from 'vitest'
import { seededRandom } from '../../shared/random.ts'

const first = (seed: number, count: number) => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => random())
}

it('a seed gives the same numbers on every machine', () => {
  expect(first(1, 4)).toEqual([
    0.6270739405881613, 0.002735721180215478, 0.5274470399599522, 0.9810509674716741,
  ])
})

it('numbers are in [0, 1), for any seed', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      for (const value of first(seed, 50)) {
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThan(1)
      }
    }),
  )
})

it('another seed gives other numbers, also one that differs by one bit', () => {
  const starts = Array.from({ length: 1_000 }, (_, seed) => first(seed, 1)[0])
  expect(new Set(starts).size).toBe(1_000)
})

it('the lowest 32 bits of a seed count', () => {
  expect(first(2 ** 32 + 7, 3)).toEqual(first(7, 3))
  expect(first(-1, 3)).toEqual(first(2 ** 32 - 1, 3))
  expect(first(7.9, 3)).toEqual(first(7, 3))
})

it('two generators of one seed do not disturb each other', () => {
  const [a, b] = [seededRandom(5), seededRandom(5)]
  const fromA = [a(), a(), a()]
  expect([b(), b(), b()]).toEqual(fromA)
})

it('numbers are spread evenly', () => {
  const bins = new Array<number>(10).fill(0)
  for (const value of first(42, 100_000)) bins[Math.floor(value * 10)]!++
  for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(500)
})
