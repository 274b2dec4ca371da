/** What of a match is shown, and to whom: the only place where anything passes from the rules into the state. */
import type { StateView } from '../../shared/schema.ts'
import { sideOf } from './sides.ts'
import { type Match, otherOf, type Seat } from './simulation.ts'
import { LaidCard, type Player, Tent, type TurnsState } from './state.ts'
import { TENTS } from './tuning.ts'

/** Clears the table for a new match. */
export function clearTable(state: TurnsState): void {
  state.tents.clear()
  for (let index = 0; index < TENTS; index++) state.tents.push(new Tent())
}

/** Writes what has changed in the match into the state. */
export function showMatch(match: Match, state: TurnsState): void {
  for (const seat of [0, 1] as const) showPlayer(match, seat, state.players[seat]!)
  for (const index of match.tents.keys()) showTent(match, index, state.tents[index]!)
  const { last, ending } = match
  Object.assign(state, {
    turn: match.turn,
    turnNumber: match.turnNumber,
    deck: match.deck.length,
    lastKind: last?.kind ?? '',
    lastBy: last?.by ?? 0,
    lastTent: last?.tent ?? 0,
    lastPlace: last?.place ?? 0,
    winner: ending?.winner ?? -1,
    endedBy: ending?.by ?? '',
    phase: ending ? 'over' : 'playing',
  })
}

/** Whole seconds, so that a patch tells of the clock once a second. */
export function showClock(match: Match, state: TurnsState): void {
  state.secondsLeft = Math.max(0, Math.ceil(match.leftMs / 1000))
}

/** Lets a player's view see what that player may know: the own hand, the own masked cards, those looked at. */
export function showTo(
  view: StateView,
  seat: Seat,
  { match, state }: { match: Match; state: TurnsState },
): void {
  see(view, state.players[seat]!)
  for (const [index, tent] of match.tents.entries()) {
    for (const side of [seat, otherOf(seat)]) {
      for (const [place, { peeked }] of tent.sides[side].entries()) {
        if (side === seat || peeked) see(view, sideOf(state.tents[index]!, side)[place]!)
      }
    }
  }
}

function see(view: StateView, entity: Player | LaidCard): void {
  if (!view.has(entity)) view.add(entity)
}

function showPlayer(match: Match, seat: Seat, player: Player): void {
  player.masks = match.masks[seat]
  player.lanterns = match.lanterns[seat]
  player.misses = match.misses[seat]
  player.cards = match.hands[seat].length
  const hand = [...match.hands[seat]].sort((a, b) => a - b)
  if (hand.length === player.hand.length && hand.every((card, index) => card === player.hand[index])) return
  player.hand.clear()
  player.hand.push(...hand)
}

function showTent(match: Match, index: number, shown: Tent): void {
  const { sides, holder, firstFull } = match.tents[index]!
  shown.holder = holder ?? -1
  shown.firstFull = firstFull ?? -1
  for (const seat of [0, 1] as const) {
    const cards = sideOf(shown, seat)
    for (const [place, { strength, masked }] of sides[seat].entries()) {
      const card = cards[place]
      if (!card) cards.push(new LaidCard({ masked, strength: masked ? 0 : strength, secret: strength }))
      else if (card.masked && !masked) Object.assign(card, { masked, strength })
    }
  }
}
