import { HAND_SIZE } from '../../rooms/turns/tuning.ts'
import { element, make, say } from '../page/element.ts'
import { drawing, dress } from './cards.ts'
import type { OwnTurn } from './own-turn.ts'
import type { Seen } from './seen.ts'

/** The player's own cards, and what may be done with them. */
export class Hand {
  readonly #root = element('#hand')
  readonly #choices = element('#choices')
  readonly #cards: readonly HTMLButtonElement[]
  readonly #mask = choice('mask', 'mask')
  readonly #lantern = choice('lantern', 'lantern')

  constructor(turn: OwnTurn, signal: AbortSignal) {
    this.#cards = Array.from({ length: HAND_SIZE }, (_, place) => {
      const button = make('button', { class: 'place' }) as HTMLButtonElement
      button.type = 'button'
      button.dataset['look'] = ''
      button.addEventListener('click', () => {
        if (button.getAttribute('aria-disabled') !== 'true') turn.choose(place)
      })
      return button
    })
    this.#root.replaceChildren(...this.#cards)
    this.#mask.addEventListener('click', () => turn.toggleMask(), { signal })
    this.#lantern.addEventListener('click', () => turn.toggleLantern(), { signal })
  }

  show({ state, ownSeat, ownTurn }: Seen, turn: OwnTurn): void {
    const player = ownSeat === undefined ? undefined : state.players[ownSeat]
    const playing = player !== undefined && state.phase === 'playing'
    this.#root.hidden = this.#choices.hidden = !playing
    if (!playing) return
    const hand = [...(player.hand ?? [])]
    for (const [place, button] of this.#cards.entries()) {
      const strength = hand[place]
      const chosen = ownTurn && turn.chosen === place
      dress(button, strength === undefined ? undefined : { strength, masked: chosen && turn.mask })
      button.hidden = strength === undefined
      // Not disabled, for that would take the keyboard's focus away at each turn.
      button.setAttribute('aria-disabled', String(!ownTurn))
      button.setAttribute('aria-pressed', String(chosen))
      button.setAttribute('aria-label', `Card ${strength}`)
    }
    label(this.#mask, 'Mask', player.masks)
    label(this.#lantern, 'Lantern', player.lanterns)
    this.#mask.disabled = !ownTurn || player.masks === 0
    this.#lantern.disabled = !ownTurn || player.lanterns === 0 || !someMask(state, 1 - ownSeat!)
    this.#mask.setAttribute('aria-pressed', String(ownTurn && turn.mask))
    this.#lantern.setAttribute('aria-pressed', String(ownTurn && turn.lantern))
  }
}

function choice(action: string, picture: 'mask' | 'lantern'): HTMLButtonElement {
  const button = element<HTMLButtonElement>(`#choices [data-do=${action}]`)
  button.replaceChildren(drawing(picture), make('span'))
  return button
}

function label(button: HTMLElement, what: string, left: number): void {
  say(element('span', button), `${what} · ${left}`)
  button.setAttribute('aria-label', `${what}, ${left} left`)
}

function someMask({ tents }: Seen['state'], seat: number): boolean {
  return [...tents].some(({ left, right }) =>
    [...(seat === 0 ? left : right)].some(({ masked, secret }) => masked && !secret),
  )
}
