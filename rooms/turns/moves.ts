/** What a player may do in a turn, and why it may be refused. */

/** Lays a card of one's own hand on one's own side of a tent. */
export interface Lay {
  readonly kind: 'lay'
  /** Number of the turn it is meant for: a move that arrives twice counts once. */
  readonly turn: number
  /** Strength of a card in the hand. */
  readonly card: number
  /** 0 to 4, from the left. */
  readonly tent: number
  /** Face down, until the tent is settled. */
  readonly masked: boolean
}

/** Spends a lantern: shows one masked card of the other player to oneself alone. It takes the turn. */
export interface Peek {
  readonly kind: 'peek'
  readonly turn: number
  readonly tent: number
  /** 0 to 2, in the order in which the cards were laid. */
  readonly place: number
}

export type Move = Lay | Peek

/** Why a move is refused, in words for the one who made it. */
export const REFUSALS = {
  notPlaying: 'No match is being played at the moment.',
  notAPlayer: 'You are watching. Only the two players move.',
  matchRuns: 'The match is still on.',
  turnOver: 'That move was for another turn.',
  notYourTurn: 'It is not your turn.',
  notYourCard: 'You do not hold that card.',
  noSuchTent: 'There is no such tent.',
  tentSettled: 'That tent is settled already.',
  sideFull: 'Your side of that tent is full.',
  noMaskLeft: 'You have no mask left.',
  noLanternLeft: 'You have no lantern left.',
  nothingToPeek: 'There is no masked card of the other player that you have not seen.',
} as const

export type Refusal = keyof typeof REFUSALS

/** The room's answer to a move. */
export type MoveAnswer = { accepted: true } | { accepted: false; reason: Refusal; message: string }

export function refused(reason: Refusal): MoveAnswer {
  return { accepted: false, reason, message: REFUSALS[reason] }
}
