import { expect, it } from 'vitest'
import { LoadLevel } from '../../../server/overload/load-level.ts'

const MARK_MS = 100

function levels(delaysMs: readonly number[]): number[] {
  const level = new LoadLevel()
  return delaysMs.map((delayMs) => {
    level.note(delayMs, MARK_MS)
    return level.value
  })
}

it('[OV1] a single hitch, however long, sheds nothing', () => {
  expect(levels([0, 5_000, 0, 0, 101, 50, 3_000])).toEqual([0, 0, 0, 0, 0, 0, 0])
})

it('[OV2] rises by one after two looks over the mark, up to four', () => {
  expect(levels(Array(10).fill(150))).toEqual([0, 1, 1, 2, 2, 3, 3, 4, 4, 4])
})

it('[OV3] falls by one after three looks under half of the mark', () => {
  expect(levels([150, 150, 150, 150, ...Array(7).fill(49)])).toEqual([0, 1, 1, 2, 2, 2, 1, 1, 1, 0, 0])
})

it('[OV3] stays where it is between the mark and half of it, and so does not swing', () => {
  expect(levels([150, 150, ...Array(20).fill(75)]).slice(2)).toEqual(Array(20).fill(1))
  expect(levels([150, 150, 49, 49, 75, 49, 49, 75]).slice(2)).toEqual(Array(6).fill(1))
})

it('tells each change once', () => {
  const level = new LoadLevel()
  const told = Array.from({ length: 20 }, (_, look) => level.note(look < 4 ? 150 : 0, MARK_MS))
  expect(told.filter(Boolean)).toHaveLength(4)
})
