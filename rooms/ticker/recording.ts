import type { Listing, Recording } from './feed.ts'

/** A made-up evening of five matches, three minutes long: one second here was half a minute there. */
const FIXTURES: readonly (readonly [symbol: string, name: string])[] = [
  ['LIO-HAR', 'Lions – Harbour'],
  ['MIL-TOW', 'Millers – Town'],
  ['OAK-RIV', 'Oakfield – Riverside'],
  ['PIL-STA', 'Pilots – Station'],
  ['FOX-ABB', 'Foxes – Abbey'],
]

/** Goals: match, minute, and 1 for home or 2 for away. */
const GOALS: readonly (readonly [match: number, minute: number, side: 1 | 2])[] = [
  [0, 4, 1],
  [2, 9, 2],
  [4, 12, 1],
  [1, 17, 2],
  [0, 23, 2],
  [3, 28, 1],
  [2, 31, 2],
  [4, 38, 2],
  [1, 41, 1],
  [0, 47, 1],
  [3, 52, 2],
  [1, 55, 2],
  [4, 61, 1],
  [2, 66, 1],
  [0, 71, 1],
  [3, 74, 1],
  [1, 80, 1],
  [4, 83, 1],
  [2, 88, 1],
  [0, 90, 2],
]

const SECONDS_A_MINUTE = 2

export const MATCHES: readonly Listing[] = FIXTURES.map(([symbol, name]) => ({ symbol, name, kind: 'match' }))

/** The evening as a recording: the clock of each match each minute, and its goals. */
export const EVENING: Recording = { listings: MATCHES, seconds: 92 * SECONDS_A_MINUTE, events: events() }

function events(): Recording['events'] {
  const score = FIXTURES.map(() => [0, 0] as [number, number])
  const found: { second: number; symbol: string; values: number[] }[] = []
  for (let minute = 0; minute <= 90; minute++) {
    for (const [match, at, side] of GOALS) if (at === minute) score[match]![side - 1]!++
    for (const [match, { symbol }] of MATCHES.entries()) {
      found.push({ second: minute * SECONDS_A_MINUTE, symbol, values: [...score[match]!, minute] })
    }
  }
  return found
}
