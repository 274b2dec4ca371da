import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { figureOf, worthOf } from '../../../rooms/turns/scoring.ts'

describe('what a side is worth', () => {
  it.each([
    [[], undefined, 0],
    [[9], undefined, 9],
    [[9, 9], undefined, 18],
    [[9, 8], undefined, 17],
    [[1, 2, 4], undefined, 7],
    [[7, 7, 8], undefined, 22],
    [[1, 2, 3], 'run', 14],
    [[9, 7, 8], 'run', 32],
    [[1, 1, 1], 'alike', 15],
    [[9, 9, 9], 'alike', 39],
  ] as const)('%j: %s, %i', (cards, figure, worth) => {
    expect(figureOf(cards)).toBe(figure)
    expect(worthOf(cards)).toBe(worth)
  })

  it('does not depend on the order in which cards were laid', () => {
    const card = fc.integer({ min: 1, max: 9 })
    fc.assert(
      fc.property(fc.tuple(card, card, card), ([a, b, c]) => {
        const orders = [
          [a, b, c],
          [a, c, b],
          [b, a, c],
          [b, c, a],
          [c, a, b],
          [c, b, a],
        ]
        expect(new Set(orders.map(worthOf)).size).toBe(1)
      }),
    )
  })
})
