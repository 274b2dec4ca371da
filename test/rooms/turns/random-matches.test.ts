import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  allCards,
  type Match,
  otherOf,
  passTime,
  play,
  tentsHeldBy,
} from '../../../rooms/turns/simulation.ts'
import { CARDS_PER_SIDE, LANTERNS, MASKS, TENTS_TO_WIN } from '../../../rooms/turns/tuning.ts'
import { seededRandom } from '../../../shared/random.ts'
import { anyMove, anySeed, freshMatch, legalMoves } from './random-moves.ts'

/** 30 cards and four lanterns: no match has more turns. */
const MOST_TURNS = 34
const CARDS = allCards()

/** What holds in every match, at every moment. */
function expectLegal(match: Match): void {
  const laid = match.tents.flatMap(({ sides }) => sides.flat())
  const everything = [...match.deck, ...match.hands.flat(), ...laid.map(({ strength }) => strength)]
  expect(everything.sort((a, b) => a - b)).toEqual(CARDS)
  for (const seat of [0, 1] as const) {
    const own = match.tents.flatMap(({ sides }) => sides[seat])
    const others = match.tents.flatMap(({ sides }) => sides[otherOf(seat)])
    expect(own.filter(({ masked }) => masked).length).toBeLessThanOrEqual(MASKS - match.masks[seat])
    expect(others.filter(({ peeked }) => peeked).length).toBe(LANTERNS - match.lanterns[seat])
    expect(match.hands[seat].length).toBeLessThanOrEqual(5)
    expect(Math.min(match.masks[seat], match.lanterns[seat])).toBeGreaterThanOrEqual(0)
  }
  for (const { sides, holder, firstFull } of match.tents) {
    const full = sides.map(({ length }) => length === CARDS_PER_SIDE)
    expect(Math.max(...sides.map(({ length }) => length))).toBeLessThanOrEqual(CARDS_PER_SIDE)
    expect(holder !== undefined).toBe(full[0] && full[1])
    expect(firstFull !== undefined).toBe(full[0] || full[1])
    if (holder !== undefined) expect(sides.flat().some(({ masked }) => masked)).toBe(false)
  }
  if (!match.ending) expect(legalMoves(match)).not.toEqual([])
}

describe('[TU4] matches by chance', () => {
  test('always end within 34 turns, with three tents in one hand, and are legal at every moment', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const match = freshMatch(seed)
        const random = seededRandom(seed ^ 0x5eed)
        let turns = 0
        while (!match.ending) {
          const moves = legalMoves(match)
          expect(play(match, match.turn, moves[Math.floor(random() * moves.length)]!)).toBeUndefined()
          expect(++turns).toBeLessThanOrEqual(MOST_TURNS)
          expectLegal(match)
        }
        expect(match.ending.by).toBe('tents')
        expect(tentsHeldBy(match, match.ending.winner)).toBe(TENTS_TO_WIN)
        expect(tentsHeldBy(match, otherOf(match.ending.winner))).toBeLessThan(TENTS_TO_WIN)
      }),
      { numRuns: 200 },
    )
  })

  test('end, too, where some turns run out', () => {
    fc.assert(
      fc.property(anySeed, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (seed, sleeps) => {
        const match = freshMatch(seed)
        const random = seededRandom(seed ^ 0x5eed)
        for (const asleep of sleeps) {
          const moves = legalMoves(match)
          if (!asleep && moves.length > 0)
            play(match, match.turn, moves[Math.floor(random() * moves.length)]!)
          else for (let second = 0; second < 60; second++) passTime(match, 1000, random)
          expectLegal(match)
        }
        expect(match.ending).toBeDefined()
      }),
      { numRuns: 80 },
    )
  })

  test('nonsense, from either seat, is refused and changes nothing; what is accepted was legal', () => {
    fc.assert(
      fc.property(
        anySeed,
        fc.array(fc.tuple(fc.constantFrom(0 as const, 1 as const), anyMove), { maxLength: 60 }),
        (seed, attempts) => {
          const match = freshMatch(seed)
          const random = seededRandom(seed ^ 0x5eed)
          for (const [seat, move] of attempts) {
            const before = structuredClone(match)
            const legal = seat === match.turn ? legalMoves(match) : []
            if (play(match, seat, move) === undefined) expect(legal).toContainEqual(move)
            else expect(match).toEqual(before)
            expectLegal(match)
            const moves = legalMoves(match)
            if (moves.length > 0 && random() < 0.5)
              play(match, match.turn, moves[Math.floor(random() * moves.length)]!)
          }
        },
      ),
      { numRuns: 80 },
    )
  })
})
