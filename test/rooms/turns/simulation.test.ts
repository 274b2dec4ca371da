import { describe, expect, it, test } from 'vitest'
import type { Lay, Peek } from '../../../rooms/turns/moves.ts'
import {
  allCards,
  createMatch,
  type LaidCard,
  type Match,
  passTime,
  play,
  resign,
  type Seat,
} from '../../../rooms/turns/simulation.ts'
import { LANTERNS, MASKS } from '../../../rooms/turns/tuning.ts'
import { seededRandom } from '../../../shared/random.ts'
import { freshMatch } from './random-moves.ts'

const open = (...strengths: number[]): LaidCard[] =>
  strengths.map((strength) => ({ strength, masked: false, peeked: false }))

/** A match in which these cards lie at the first tent. */
function withTent(sides: [LaidCard[], LaidCard[]], hands: [number[], number[]] = [[5], [5]]): Match {
  const match = freshMatch()
  match.tents[0]!.sides[0].push(...sides[0])
  match.tents[0]!.sides[1].push(...sides[1])
  for (const seat of [0, 1] as const) {
    if (sides[seat].length === 3) match.tents[0]!.firstFull = seat
    match.hands[seat].splice(0, Number.POSITIVE_INFINITY, ...hands[seat])
  }
  return match
}

const lay = (match: Match, card: number, tent = 0, masked = false): Lay => ({
  kind: 'lay',
  turn: match.turnNumber,
  card,
  tent,
  masked,
})
const peek = (match: Match, tent = 0, place = 0): Peek => ({
  kind: 'peek',
  turn: match.turnNumber,
  tent,
  place,
})

describe('dealing', () => {
  it('gives five cards to each out of 36, and the first turn to whom it was told', () => {
    for (const starts of [0, 1] as const) {
      const match = createMatch({ random: seededRandom(7), starts })
      expect(match.hands.map(({ length }) => length)).toEqual([5, 5])
      const everything = [...match.deck, ...match.hands.flat()].sort((a, b) => a - b)
      expect(everything).toEqual(allCards())
      expect(match).toMatchObject({
        turn: starts,
        turnNumber: 1,
        masks: [4, 4],
        lanterns: [2, 2],
        leftMs: 60_000,
      })
    }
  })

  it('is the same for the same chance, and another one for another', () => {
    expect(freshMatch(3)).toEqual(freshMatch(3))
    expect(freshMatch(3).deck).not.toEqual(freshMatch(4).deck)
  })
})

describe('laying a card', () => {
  it('puts it on the own side, draws another one and gives the turn on', () => {
    const match = freshMatch()
    const drawn = match.deck.at(-1)!
    const [card] = match.hands[0] as [number]
    expect(play(match, 0, lay(match, card, 2))).toBeUndefined()
    expect(match.tents[2]!.sides).toEqual([open(card), []])
    expect(match.hands[0]).toHaveLength(5)
    expect(match.hands[0].at(-1)).toBe(drawn)
    expect(match).toMatchObject({ turn: 1, turnNumber: 2, last: { kind: 'laid', by: 0, tent: 2, place: 0 } })
  })

  it('face down costs a mask; nobody lays a fifth one', () => {
    const match = freshMatch()
    for (let count = 0; count < MASKS; count++) {
      expect(play(match, 0, lay(match, match.hands[0][0]!, count, true))).toBeUndefined()
      play(match, 1, lay(match, match.hands[1][0]!, count))
    }
    expect(match.masks).toEqual([0, 4])
    expect(play(match, 0, lay(match, match.hands[0][0]!, 4, true))).toBe('noMaskLeft')
    expect(play(match, 0, lay(match, match.hands[0][0]!, 4))).toBeUndefined()
  })
})

describe('looking behind a mask', () => {
  const masked = (): Match => withTent([[], [{ strength: 9, masked: true, peeked: false }, ...open(2)]])

  it('costs a lantern and the turn, and leaves the card masked', () => {
    const match = masked()
    expect(play(match, 0, peek(match))).toBeUndefined()
    expect(match.tents[0]!.sides[1][0]).toEqual({ strength: 9, masked: true, peeked: true })
    expect(match).toMatchObject({
      turn: 1,
      lanterns: [LANTERNS - 1, LANTERNS],
      last: { kind: 'peeked', by: 0 },
    })
  })

  it.each([
    ['an open card', 0, 1],
    ['no card', 0, 2],
    ['a place that is none', 0, 0.5],
    ['an empty tent', 1, 0],
  ])('of %s is refused', (_what, tent, place) => {
    const match = masked()
    expect(play(match, 0, peek(match, tent, place))).toBe('nothingToPeek')
  })

  it('is refused a second time, and without a lantern', () => {
    const match = masked()
    match.tents[0]!.sides[1][0]!.peeked = true
    expect(play(match, 0, peek(match))).toBe('nothingToPeek')
    match.tents[0]!.sides[1][0]!.peeked = false
    match.lanterns[0] = 0
    expect(play(match, 0, peek(match))).toBe('noLanternLeft')
  })

  it('at one’s own mask is no move', () => {
    const match = withTent([[{ strength: 9, masked: true, peeked: false }], []])
    expect(play(match, 0, peek(match))).toBe('nothingToPeek')
  })
})

describe('settling', () => {
  it.each([
    ['more wins', open(9, 5), open(9, 3, 1), 0],
    ['less loses', open(1, 2), open(9, 8, 5), 1],
    ['three in a row count eight more', open(6, 4), open(9, 9, 4), 0],
    ['three alike count twelve more', open(5, 5), open(9, 9, 8), 0],
    ['a tie goes to who filled the side first', open(4, 1), open(7, 2, 1), 1],
  ] as const)('%s', (_what, left, right, holder: Seat) => {
    const match = withTent([[...left], [...right]])
    play(match, 0, lay(match, 5))
    expect(match.tents[0]!.holder).toBe(holder)
  })

  it('lifts every mask of the tent, and closes it', () => {
    const match = withTent([open(1, 2), [...open(4, 4), { strength: 9, masked: true, peeked: false }]])
    play(match, 0, lay(match, 5, 0, true))
    expect(match.tents[0]!.sides.flat().some(({ masked }) => masked)).toBe(false)
    expect(play(match, 1, lay(match, 5))).toBe('tentSettled')
  })

  it('of the third tent wins the match, and lifts the masks that are left', () => {
    const match = withTent([open(5, 5), open(1, 2, 4)])
    match.tents[1]!.holder = match.tents[2]!.holder = 0
    match.tents[3]!.sides[1].push({ strength: 3, masked: true, peeked: false })
    play(match, 0, lay(match, 5))
    expect(match.ending).toEqual({ winner: 0, by: 'tents' })
    expect(match.tents[3]!.sides[1][0]!.masked).toBe(false)
    expect(play(match, 1, lay(match, 5, 4))).toBe('notPlaying')
  })
})

describe('the turn', () => {
  it('[TU2] a move out of turn, twice, for another turn, with a card one does not hold or at no tent is refused', () => {
    const match = freshMatch()
    const [own] = match.hands[0] as [number]
    const move = lay(match, own)
    const absent = [1, 2, 3, 4, 5, 6, 7, 8, 9].find((card) => !match.hands[0].includes(card))!
    const before = structuredClone(match)
    expect(play(match, 1, lay(match, match.hands[1][0]!))).toBe('notYourTurn')
    expect(play(match, 0, { ...move, turn: 2 })).toBe('turnOver')
    expect(play(match, 0, lay(match, absent))).toBe('notYourCard')
    for (const tent of [-1, 5, 0.5, Number.NaN])
      expect(play(match, 0, lay(match, own, tent))).toBe('noSuchTent')
    expect(match).toEqual(before)
    expect(play(match, 0, move)).toBeUndefined()
    expect(play(match, 0, move)).toBe('turnOver')
  })

  it('a fourth card on one side is refused', () => {
    const match = withTent([open(1, 2, 4), []])
    expect(play(match, 0, lay(match, 5))).toBe('sideFull')
  })

  it('who has no room left is passed over', () => {
    const match = freshMatch()
    for (const tent of match.tents) tent.sides[1].push(...open(1, 1, 2))
    play(match, 0, lay(match, match.hands[0][0]!))
    expect(match).toMatchObject({ turn: 0, turnNumber: 2 })
  })
})

describe('resigning', () => {
  it('gives the match to the other, in and out of turn; a second time changes nothing', () => {
    for (const seat of [0, 1] as const) {
      const match = freshMatch()
      resign(match, seat)
      resign(match, seat === 0 ? 1 : 0)
      expect(match.ending).toEqual({ winner: 1 - seat, by: 'resigned' })
    }
  })
})

describe('the clock', () => {
  const random = seededRandom(5)
  const runOut = (match: Match): void => {
    for (let second = 0; second < 60; second++) passTime(match, 1000, random)
  }

  test('[TU5] a turn that runs out lays a card by chance, open, and goes to the other', () => {
    const match = freshMatch()
    for (let second = 0; second < 59; second++) passTime(match, 1000, random)
    expect(match).toMatchObject({ turn: 0, leftMs: 1000 })
    passTime(match, 1000, random)
    expect(match).toMatchObject({
      turn: 1,
      turnNumber: 2,
      leftMs: 60_000,
      misses: [1, 0],
      last: { kind: 'missed' },
    })
    const laid = match.tents.flatMap(({ sides }) => sides[0])
    expect(laid).toMatchObject([{ masked: false }])
    expect(match.hands[0]).toHaveLength(5)
  })

  test('[TU6] the third turn in a row that runs out loses the match; a move in between begins anew', () => {
    const match = freshMatch()
    const answer = (seat: Seat): void => {
      play(
        match,
        seat,
        lay(
          match,
          match.hands[seat][0]!,
          match.tents.findIndex(({ sides }) => sides[seat].length < 2),
        ),
      )
    }
    runOut(match)
    answer(1)
    runOut(match)
    answer(1)
    answer(0)
    expect(match.misses).toEqual([0, 0])
    for (let count = 0; count < 2; count++) {
      answer(1)
      runOut(match)
    }
    expect(match.ending).toBeUndefined()
    answer(1)
    runOut(match)
    expect(match.ending).toEqual({ winner: 1, by: 'time' })
  })

  test('a machine that slept takes a second, and a clock that goes back nothing', () => {
    const match = freshMatch()
    passTime(match, 3_600_000, random)
    passTime(match, -5_000, random)
    expect(match.leftMs).toBe(59_000)
  })

  test('a move gives the other the whole time', () => {
    const match = freshMatch()
    passTime(match, 1000, random)
    play(match, 0, lay(match, match.hands[0][0]!))
    expect(match.leftMs).toBe(60_000)
  })

  test('stands still after the end', () => {
    const match = freshMatch()
    resign(match, 0)
    const before = structuredClone(match)
    runOut(match)
    expect(match).toEqual(before)
  })
})
