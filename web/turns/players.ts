import { LANTERNS, MASKS, TENTS_TO_WIN } from '../../rooms/turns/tuning.ts'
import { element, make } from '../page/element.ts'
import { drawing } from './cards.ts'
import { type Seen, tentsOf } from './seen.ts'

/** Both players' lines: name, whether they are here, and what they have left. */
export class Players {
  readonly #shown = new Map<string, string>()

  show(seen: Seen): void {
    this.#showOne('#far', seen, seen.far)
    this.#showOne('#near', seen, seen.near)
  }

  #showOne(selector: '#far' | '#near', seen: Seen, seat: number): void {
    const { state, ownSeat } = seen
    const player = state.players[seat]
    if (!player) return
    const { name, here, masks, lanterns, cards, wins } = player
    const held = tentsOf(seen, seat)
    const atIt = state.phase === 'playing' && state.turn === seat
    const look = JSON.stringify([name, here, masks, lanterns, cards, wins, held, atIt, ownSeat])
    if (this.#shown.get(selector) === look) return
    this.#shown.set(selector, look)
    const root = element(selector)
    root.classList.toggle('at-it', atIt)
    root.classList.toggle('away', !here)
    const called = make('bdi', { text: name, class: 'name' })
    called.title = name
    const badges: HTMLElement[] = []
    if (seat === ownSeat) badges.push(make('small', { text: 'you' }))
    if (!here) badges.push(make('small', { text: 'away', class: 'badge' }))
    if (wins > 0) badges.push(make('small', { text: `${wins} won`, class: 'wins' }))
    root.replaceChildren(
      make('p', {}, called, ...badges),
      count('tent', held, TENTS_TO_WIN, `${held} of ${TENTS_TO_WIN} tents`),
      count('mask', masks, MASKS, `${masks} masks left`),
      count('lantern', lanterns, LANTERNS, `${lanterns} lanterns left`),
    )
  }
}

function count(
  picture: 'tent' | 'mask' | 'lantern',
  amount: number,
  most: number,
  words: string,
): HTMLElement {
  const pictures = Array.from({ length: most }, (_, index) => {
    const one = drawing(picture)
    one.classList.toggle('gone', index >= amount)
    return one
  })
  const root = make('span', { class: `count ${picture}s` })
  root.append(...pictures)
  root.setAttribute('role', 'img')
  root.setAttribute('aria-label', words)
  root.title = words
  return root
}
