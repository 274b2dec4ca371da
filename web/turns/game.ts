import { spacedCode } from '../../rooms/turns/codes.ts'
import { element, say } from '../page/element.ts'
import { Hand } from './hand.ts'
import { OwnTurn } from './own-turn.ts'
import { Players } from './players.ts'
import { Result } from './result.ts'
import { seenBy } from './seen.ts'
import { Tents } from './tents.ts'
import type { TurnsClient } from './turns-client.ts'
import { happened, task } from './words.ts'

/** Under so many seconds the clock is red. */
const HURRY_SECONDS = 10
/** Keys that choose a tent, from the left. */
const TENT_KEYS = ['KeyQ', 'KeyW', 'KeyE', 'KeyR', 'KeyT']

/** One stay at one table, from the deal to the end. */
export class Game {
  readonly room: TurnsClient
  readonly #turn: OwnTurn
  readonly #tents: Tents
  readonly #hand: Hand
  readonly #players = new Players()
  readonly #result: Result
  readonly #end = new AbortController()
  #turnNumber = 0

  constructor(room: TurnsClient, onLeave: () => void) {
    this.room = room
    const { signal } = this.#end
    this.#turn = new OwnTurn(room, () => this.show())
    this.#tents = new Tents({
      lay: (tent) => this.#lay(tent),
      peek: (tent, place) => void this.#turn.peek(tent, place),
    })
    this.#hand = new Hand(this.#turn, signal)
    this.#result = new Result(room, onLeave)
    say(element('#table-code'), spacedCode(room.id))
    addEventListener('keydown', (event) => this.#key(event), { signal })
  }

  /** Shows the table as it is now. */
  show(): void {
    const seen = seenBy(this.room)
    const { state, ownSeat, ownTurn } = seen
    if (state.turnNumber !== this.#turnNumber) {
      this.#turnNumber = state.turnNumber
      this.#turn.cancel() // shows again, with the new number
      return
    }
    document.body.dataset['turn'] = ownTurn ? 'own' : 'other'
    this.#tents.show(seen, this.#turn)
    this.#hand.show(seen, this.#turn)
    this.#players.show(seen)
    this.#result.show(seen)
    say(element('#say'), this.#turn.problem || task(seen, this.#turn))
    element('#say').classList.toggle('problem', this.#turn.problem !== '')
    say(element('#happened'), happened(seen))
    say(element('#watchers'), watchersInWords(state.watchers, ownSeat === undefined))
    element('[data-do=resign]').hidden = ownSeat === undefined || state.phase !== 'playing'
    this.#showClock()
  }

  stop(): void {
    this.#end.abort()
  }

  #showClock(): void {
    const { phase, secondsLeft, turnSeconds } = this.room.state
    const clock = element('#clock')
    clock.hidden = phase !== 'playing'
    say(element('b', clock), `${Math.floor(secondsLeft / 60)}:${String(secondsLeft % 60).padStart(2, '0')}`)
    clock.style.setProperty('--left', String(secondsLeft / Math.max(1, turnSeconds)))
    clock.classList.toggle('hurry', secondsLeft <= HURRY_SECONDS)
  }

  #lay(tent: number): void {
    const { ownSeat, state } = seenBy(this.room)
    const { chosen } = this.#turn
    const card =
      ownSeat === undefined || chosen === undefined ? undefined : state.players[ownSeat]!.hand[chosen]
    if (card === undefined) return
    // The place is no button any more once a card lies there; the keyboard goes back to the hand.
    if (element('#tents').contains(document.activeElement)) element('#hand button').focus()
    void this.#turn.lay(tent, card)
  }

  #key(event: KeyboardEvent): void {
    const { code, repeat, ctrlKey, metaKey, altKey } = event
    if (repeat || ctrlKey || metaKey || altKey || document.querySelector('dialog[open]')) return
    if (!seenBy(this.room).ownTurn) return
    const digit = /^Digit([1-5])$/.exec(code)?.[1]
    const tent = TENT_KEYS.indexOf(code)
    if (digit) this.#turn.choose(Number(digit) - 1)
    else if (code === 'KeyM') this.#turn.toggleMask()
    else if (code === 'KeyL') this.#turn.toggleLantern()
    else if (code === 'Escape') this.#turn.cancel()
    else if (tent >= 0) this.#lay(tent)
  }
}

function watchersInWords(count: number, watching: boolean): string {
  if (watching) return count > 1 ? `You and ${count - 1} more are watching` : 'You are watching'
  return count === 0 ? '' : `${count} watching`
}
