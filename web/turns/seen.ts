/** What this page knows of the table, from where its player sits. */

import { figureOf, worthOf } from '../../rooms/turns/scoring.ts'
import { sideOf } from '../../rooms/turns/sides.ts'
import type { Player, TurnsState } from '../../rooms/turns/state.ts'
import { CARDS_PER_SIDE } from '../../rooms/turns/tuning.ts'
import type { TurnsClient } from './turns-client.ts'

export interface SeenCard {
  /** Undefined behind a mask that this page does not see through. */
  readonly strength: number | undefined
  readonly masked: boolean
}

export interface SeenSide {
  readonly cards: readonly SeenCard[]
  /** `12`, `20 run`, `27 trio`, `9 + ?`; empty without cards. */
  readonly worth: string
}

export interface Seen {
  readonly state: TurnsState
  /** Seat of who plays on this page; undefined for a watcher. */
  readonly ownSeat: number | undefined
  /** Seat at the lower edge of the table, and the one above. */
  readonly near: number
  readonly far: number
  readonly ownTurn: boolean
}

export function seenBy({ state, sessionId }: TurnsClient): Seen {
  const index = [...state.players].findIndex((player) => player.sessionId === sessionId)
  const ownSeat = index < 0 ? undefined : index
  const near = ownSeat ?? 0
  const ownTurn = state.phase === 'playing' && state.turn === ownSeat
  return { state, ownSeat, near, far: 1 - near, ownTurn }
}

/** A seat's cards at a tent. */
export function seenSide({ state }: Seen, tent: number, seat: number): SeenSide {
  const cards = [...sideOf(state.tents[tent]!, seat)].map(({ masked, strength, secret }) => ({
    masked,
    strength: (masked ? secret : strength) || undefined,
  }))
  return { cards, worth: worthInWords(cards.map(({ strength }) => strength)) }
}

export function hasRoom(seen: Seen, tent: number): boolean {
  return seen.ownSeat !== undefined && seenSide(seen, tent, seen.ownSeat).cards.length < CARDS_PER_SIDE
}

/** A name in the middle of a sentence, whatever its direction of writing. */
export function nameOf(player: Player | undefined): string {
  return `\u2068${player?.name ?? ''}\u2069`
}

export function tentsOf({ state }: Seen, seat: number): number {
  return [...state.tents].filter(({ holder }) => holder === seat).length
}

function worthInWords(strengths: readonly (number | undefined)[]): string {
  const known = strengths.filter((strength) => strength !== undefined)
  if (strengths.length === 0) return ''
  if (known.length < strengths.length) return known.length === 0 ? '?' : `${worthOf(known)} + ?`
  const figure = figureOf(known)
  const words = { run: ' run', alike: ' trio', none: '' }
  return `${worthOf(known)}${words[figure ?? 'none']}`
}
