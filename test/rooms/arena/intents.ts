import fc from 'fast-check'
import { Fighter, type Intent } from '../../../rooms/arena/state.ts'

/** Any stick a program could hand over, legal or not. */
const anyStick = fc.oneof(
  fc.double({ noDefaultInfinity: true }),
  fc.constantFrom(-1, 0, 1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308, 5e-324),
)

/** Requests of every kind: extremes, nonsense, and long stretches of the same. */
export const anyIntent: fc.Arbitrary<Intent> = fc.record({
  moveX: anyStick,
  moveY: anyStick,
  aim: fc.oneof(fc.double({ min: -10, max: 10, noNaN: true }), anyStick),
  fire: fc.boolean(),
  dash: fc.boolean(),
})

/** A player's evening: a few wishes, each held for a while. */
export const anyIntents: fc.Arbitrary<Intent[]> = fc
  .array(fc.tuple(anyIntent, fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 12 })
  .map((wishes) => wishes.flatMap(([intent, ticks]) => Array.from({ length: ticks }, () => intent)))

export const STILL: Intent = { moveX: 0, moveY: 0, aim: 0, fire: false, dash: false }

export function fighterAt(x: number, y: number): Fighter {
  return new Fighter({ x, y })
}
