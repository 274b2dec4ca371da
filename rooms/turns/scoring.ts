import { ALIKE_BONUS, CARDS_PER_SIDE, RUN_BONUS } from './tuning.ts'

/** What three cards are worth beyond their sum. */
export type Figure = 'run' | 'alike' | undefined

/** Whether a full side is three in a row or three alike; a side that is not full is neither. */
export function figureOf(strengths: readonly number[]): Figure {
  if (strengths.length !== CARDS_PER_SIDE) return undefined
  const [low, middle, high] = [...strengths].sort((a, b) => a - b) as [number, number, number]
  if (low === high) return 'alike'
  return middle === low + 1 && high === middle + 1 ? 'run' : undefined
}

/** What the cards on one side of a tent are worth. */
export function worthOf(strengths: readonly number[]): number {
  const sum = strengths.reduce((total, strength) => total + strength, 0)
  const bonus = { run: RUN_BONUS, alike: ALIKE_BONUS, none: 0 }
  return sum + bonus[figureOf(strengths) ?? 'none']
}
