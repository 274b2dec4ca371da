import fc from 'fast-check'
import type { Move } from '../../../rooms/turns/moves.ts'
import { createMatch, type Match, otherOf, tentsWithRoom } from '../../../rooms/turns/simulation.ts'
import { MASKS, TENTS } from '../../../rooms/turns/tuning.ts'
import { seededRandom } from '../../../shared/random.ts'

export const anySeed = fc.integer({ min: 0, max: 2 ** 32 - 1 })

export function freshMatch(seed = 1): Match {
  return createMatch({ random: seededRandom(seed), starts: 0 })
}

/** Every move that the rules allow the player whose turn it is. */
export function legalMoves(match: Match): Move[] {
  const { turn: seat, turnNumber: turn } = match
  if (match.ending) return []
  const lays = tentsWithRoom(match, seat).flatMap((tent) =>
    [...new Set(match.hands[seat])].flatMap((card) =>
      [false, true]
        .filter((masked) => !masked || match.masks[seat] > 0)
        .map((masked) => ({ kind: 'lay' as const, turn, card, tent, masked })),
    ),
  )
  if (match.lanterns[seat] === 0) return lays
  const peeks = match.tents.flatMap(({ sides, holder }, tent) =>
    sides[otherOf(seat)].flatMap(({ masked, peeked }, place) =>
      masked && !peeked && holder === undefined ? [{ kind: 'peek' as const, turn, tent, place }] : [],
    ),
  )
  return [...lays, ...peeks]
}

/** Moves of any kind, most of them nonsense, numbers that no honest client sends among them. */
export const anyMove: fc.Arbitrary<Move> = fc.oneof(
  fc.record({
    kind: fc.constant('lay' as const),
    turn: fc.integer({ min: 0, max: 40 }),
    card: fc.oneof(fc.integer({ min: -1, max: 10 }), fc.double()),
    tent: fc.oneof(fc.integer({ min: -1, max: TENTS }), fc.double()),
    masked: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('peek' as const),
    turn: fc.integer({ min: 0, max: 40 }),
    tent: fc.integer({ min: -1, max: TENTS }),
    place: fc.oneof(fc.integer({ min: -1, max: MASKS }), fc.double()),
  }),
)
