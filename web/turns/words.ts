/** What the page says of the game. */
import type { OwnTurn } from './own-turn.ts'
import { nameOf, type Seen } from './seen.ts'

/** What is to be done, or awaited. */
export function task(seen: Seen, { chosen, lantern }: Pick<OwnTurn, 'chosen' | 'lantern'>): string {
  const { state, ownSeat, ownTurn } = seen
  if (state.phase !== 'playing') return ''
  const current = state.players[state.turn]
  if (!current?.here) return `${nameOf(current)} is away. When the time is over, chance plays.`
  if (ownSeat === undefined) return `${nameOf(current)} is at it.`
  if (!ownTurn) return `${nameOf(current)} is thinking…`
  if (lantern) return 'Choose a mask to look behind.'
  return chosen === undefined ? 'Your turn: choose a card.' : 'Now choose a tent.'
}

/** What happened last. */
export function happened({ state, ownSeat }: Seen): string {
  const { lastKind, lastBy, lastTent } = state
  const who = lastBy === ownSeat ? 'You' : nameOf(state.players[lastBy])
  const tent = `tent ${lastTent + 1}`
  if (state.match === 0 || lastKind === '') return 'The cards are dealt.'
  const done = {
    laid: `${who} laid a card at ${tent}.`,
    masked: `${who} laid a masked card at ${tent}.`,
    peeked: `${who} looked behind a mask at ${tent}.`,
    missed: `${who === 'You' ? 'Your' : `${who}’s`} time was over: chance laid a card at ${tent}.`,
  }[lastKind]
  const { holder, left, right } = state.tents[lastTent]!
  if (holder < 0 || left.length + right.length < 6 || lastKind === 'peeked') return done
  return `${done} The tent goes to ${holder === ownSeat ? 'you' : nameOf(state.players[holder])}!`
}

/** Who won, for who looks on. */
export function headline({ state, ownSeat }: Seen): string {
  if (state.winner === ownSeat) return 'You win!'
  return `${nameOf(state.players[state.winner])} wins`
}

/** How it came to that. */
export function reason({ state, ownSeat }: Seen): string {
  const loser = 1 - state.winner
  const you = loser === ownSeat
  const name = nameOf(state.players[loser])
  if (state.endedBy === 'resigned') return `${you ? 'You' : name} resigned.`
  if (state.endedBy === 'time') return `${you ? 'You' : name} let three turns in a row run out.`
  const held = [state.winner, loser].map(
    (seat) => [...state.tents].filter(({ holder }) => holder === seat).length,
  )
  return `${held[0]} tents to ${held[1]}.`
}
