import { expect, it } from 'vitest'
import { Sweep } from '../../../server/room/sweep.ts'

const sized = (entries: number) => new Map(Array.from({ length: entries }, (_, n) => [n, n]))

it('goes round a large map a few entries at a time, and leaves none out', () => {
  const sweep = new Sweep(sized(1_000))
  const seen: number[] = []
  while (seen.length < 1_000) {
    const entries = sweep.next()
    expect(entries.length).toBeLessThan(50)
    seen.push(...entries.map(([key]) => key))
  }
  expect(new Set(seen).size).toBe(1_000)
})

it('sees all of a small map each time, no entry twice, and nothing of an empty one', () => {
  const map = sized(3)
  const sweep = new Sweep(map)
  for (let round = 0; round < 4; round++)
    expect(
      sweep
        .next()
        .map(([key]) => key)
        .sort(),
    ).toEqual([0, 1, 2])
  map.clear()
  expect(sweep.next()).toEqual([])
})

it('goes on when entries it has seen, or not yet seen, are taken out', () => {
  const map = sized(100)
  const sweep = new Sweep(map)
  for (let round = 0; map.size > 0; round++) {
    for (const [key] of sweep.next()) map.delete(key)
    expect(round).toBeLessThan(10)
  }
})
