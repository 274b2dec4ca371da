/**
 * The rules of Five Tents, with everything that is hidden in the open. Time and chance are arguments; what of it is
 * shown to whom is decided in projection.ts.
 */
import type { Random } from '../../shared/random.ts'
import type { Lay, Move, Peek, Refusal } from './moves.ts'
import { worthOf } from './scoring.ts'
import {
  CARDS_PER_SIDE,
  COPIES,
  HAND_SIZE,
  LANTERNS,
  MASKS,
  MAX_CLOCK_STEP_MS,
  MAX_STRENGTH,
  MISSES_TO_LOSE,
  TENTS,
  TENTS_TO_WIN,
  TURN_SECONDS,
} from './tuning.ts'

/** One of the two players. */
export type Seat = 0 | 1

/** One thing for each player. */
export type Pair<T> = [T, T]

export interface LaidCard {
  readonly strength: number
  masked: boolean
  /** The other player has looked behind the mask. */
  peeked: boolean
}

export interface Tent {
  readonly sides: Pair<LaidCard[]>
  /** Who filled a side first, and so wins a tie. */
  firstFull: Seat | undefined
  holder: Seat | undefined
}

/** `tents`: three are held. `resigned`: the other gave up. `time`: the other let three turns in a row run out. */
export interface Ending {
  readonly winner: Seat
  readonly by: 'tents' | 'resigned' | 'time'
}

/** What happened last, as everybody may know it. `missed`: time ran out, and a card was laid for the player. */
export interface Happening {
  readonly kind: 'laid' | 'masked' | 'peeked' | 'missed'
  readonly by: Seat
  readonly tent: number
  readonly place: number
}

/** A running match; made by {@link createMatch}, changed by the functions of this file. */
export interface Match {
  /** The last one is drawn next. */
  readonly deck: number[]
  readonly hands: Pair<number[]>
  readonly tents: readonly Tent[]
  readonly masks: Pair<number>
  readonly lanterns: Pair<number>
  /** Turns in a row that each player let run out. */
  readonly misses: Pair<number>
  readonly turnMs: number
  turn: Seat
  /** Counts from 1. */
  turnNumber: number
  /** Time left for this turn, in milliseconds. */
  leftMs: number
  last: Happening | undefined
  ending: Ending | undefined
}

export interface MatchOptions {
  /** Shuffles the deck. It must not be foreseeable, or the hands are not hidden: `secretRandom` in a room. */
  readonly random: Random
  /** Who has the first turn. */
  readonly starts: Seat
  /** Time for a turn in milliseconds; default 60,000. */
  readonly turnMs?: number
  /** Default: four of each strength from 1 to 9. */
  readonly cards?: readonly number[]
}

export function otherOf(seat: Seat): Seat {
  return seat === 0 ? 1 : 0
}

/** Every card there is, in order. */
export function allCards(): number[] {
  return Array.from({ length: MAX_STRENGTH * COPIES }, (_, index) => Math.floor(index / COPIES) + 1)
}

/** Shuffles, and deals a hand to each. */
export function createMatch({ random, starts, turnMs = TURN_SECONDS * 1000, cards }: MatchOptions): Match {
  const deck = shuffled(cards ?? allCards(), random)
  const match: Match = {
    deck,
    hands: [[], []],
    tents: Array.from({ length: TENTS }, () => ({
      sides: [[], []],
      firstFull: undefined,
      holder: undefined,
    })),
    masks: [MASKS, MASKS],
    lanterns: [LANTERNS, LANTERNS],
    misses: [0, 0],
    turnMs,
    turn: starts,
    turnNumber: 1,
    leftMs: turnMs,
    last: undefined,
    ending: undefined,
  }
  for (let count = 0; count < HAND_SIZE; count++) for (const seat of [0, 1] as const) draw(match, seat)
  return match
}

/**
 * Makes a move.
 *
 * @returns why it is refused, the match being as before; undefined when it is done
 */
export function play(match: Match, seat: Seat, move: Move): Refusal | undefined {
  const refusal = refusalOf(match, seat, move)
  if (refusal) return refusal
  match.misses[seat] = 0
  if (move.kind === 'lay') lay(match, seat, move)
  else peek(match, seat, move)
  nextTurn(match)
  return undefined
}

/** Gives the match to the other player; nothing happens when it is over. */
export function resign(match: Match, seat: Seat): void {
  if (!match.ending) end(match, { winner: otherOf(seat), by: 'resigned' })
}

/**
 * Lets time pass. When a turn's time is over, a card of the player's hand is laid open, both by chance, and the other
 * is at it: nobody gains by waiting. The third time in a row the match is lost.
 *
 * @param passedMs since the last call; more than a second counts as one, less than nothing as nothing
 */
export function passTime(match: Match, passedMs: number, random: Random): void {
  if (match.ending) return
  match.leftMs -= Math.min(MAX_CLOCK_STEP_MS, Math.max(0, passedMs))
  if (match.leftMs > 0) return
  const { turn } = match
  match.misses[turn]++
  if (match.misses[turn] >= MISSES_TO_LOSE) end(match, { winner: otherOf(turn), by: 'time' })
  else layByChance(match, random)
}

/** Tents on which a player may lay a card. */
export function tentsWithRoom({ tents }: Pick<Match, 'tents'>, seat: Seat): number[] {
  return tents.flatMap(({ sides }, index) => (sides[seat].length < CARDS_PER_SIDE ? [index] : []))
}

/** How many tents a player holds. */
export function tentsHeldBy({ tents }: Pick<Match, 'tents'>, seat: Seat): number {
  return tents.filter(({ holder }) => holder === seat).length
}

function refusalOf(match: Match, seat: Seat, move: Move): Refusal | undefined {
  if (match.ending) return 'notPlaying'
  if (move.turn !== match.turnNumber) return 'turnOver'
  if (seat !== match.turn) return 'notYourTurn'
  const tent = match.tents[move.tent]
  if (!tent) return 'noSuchTent'
  if (tent.holder !== undefined) return 'tentSettled'
  return move.kind === 'lay' ? layRefusal(match, seat, move) : peekRefusal(match, seat, move)
}

function layRefusal(match: Match, seat: Seat, { card, tent, masked }: Lay): Refusal | undefined {
  if (!match.hands[seat].includes(card)) return 'notYourCard'
  if (match.tents[tent]!.sides[seat].length >= CARDS_PER_SIDE) return 'sideFull'
  if (masked && match.masks[seat] === 0) return 'noMaskLeft'
  return undefined
}

function peekRefusal(match: Match, seat: Seat, { tent, place }: Peek): Refusal | undefined {
  const card = match.tents[tent]!.sides[otherOf(seat)][place]
  if (!card?.masked || card.peeked) return 'nothingToPeek'
  return match.lanterns[seat] === 0 ? 'noLanternLeft' : undefined
}

function lay(match: Match, seat: Seat, { card, tent: index, masked }: Omit<Lay, 'kind' | 'turn'>): void {
  const hand = match.hands[seat]
  hand.splice(hand.indexOf(card), 1)
  draw(match, seat)
  if (masked) match.masks[seat]--
  const tent = match.tents[index]!
  const place = tent.sides[seat].push({ strength: card, masked, peeked: false }) - 1
  match.last = { kind: masked ? 'masked' : 'laid', by: seat, tent: index, place }
  if (tent.sides[seat].length < CARDS_PER_SIDE) return
  tent.firstFull ??= seat
  if (tent.sides[otherOf(seat)].length === CARDS_PER_SIDE) settle(match, tent)
}

function layByChance(match: Match, random: Random): void {
  const { turn } = match
  const card = pick(match.hands[turn], random)
  const tent = pick(tentsWithRoom(match, turn), random)
  lay(match, turn, { card, tent, masked: false })
  match.last = { ...match.last!, kind: 'missed' }
  nextTurn(match)
}

function peek(match: Match, seat: Seat, { tent, place }: Peek): void {
  match.lanterns[seat]--
  match.tents[tent]!.sides[otherOf(seat)][place]!.peeked = true
  match.last = { kind: 'peeked', by: seat, tent, place }
}

function settle(match: Match, tent: Tent): void {
  const [left, right] = tent.sides.map((side) =>
    worthOf(side.map(({ strength }) => strength)),
  ) as Pair<number>
  tent.holder = left === right ? tent.firstFull! : left > right ? 0 : 1
  unmask(tent)
  if (tentsHeldBy(match, tent.holder) >= TENTS_TO_WIN) end(match, { winner: tent.holder, by: 'tents' })
}

function end(match: Match, ending: Ending): void {
  match.ending = ending
  for (const tent of match.tents) unmask(tent)
}

function unmask(tent: Tent): void {
  for (const card of tent.sides.flat()) card.masked = false
}

/** The other one is next; who has no room left is passed over. */
function nextTurn(match: Match): void {
  if (match.ending) return
  const other = otherOf(match.turn)
  if (tentsWithRoom(match, other).length > 0) match.turn = other
  match.turnNumber++
  match.leftMs = match.turnMs
}

function draw({ deck, hands }: Match, seat: Seat): void {
  const card = deck.pop()
  if (card !== undefined) hands[seat].push(card)
}

function shuffled(cards: readonly number[], random: Random): number[] {
  const deck = [...cards]
  for (let last = deck.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[deck[last], deck[other]] = [deck[other]!, deck[last]!]
  }
  return deck
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)]!
}
