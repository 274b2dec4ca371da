import { element, make } from '../page/element.ts'
import { nameOf, type Seen } from './seen.ts'
import type { TurnsClient } from './turns-client.ts'
import { headline, reason } from './words.ts'

/** The end of a match, and the way to the next one. */
export class Result {
  readonly #root = element('#result')
  readonly #room: TurnsClient
  readonly #onLeave: () => void
  #shown = ''

  constructor(room: TurnsClient, onLeave: () => void) {
    this.#room = room
    this.#onLeave = onLeave
  }

  show(seen: Seen): void {
    const { state, ownSeat } = seen
    this.#root.hidden = state.phase !== 'over'
    const players = [...state.players].map(({ here, wantsRematch, wins }) => [here, wantsRematch, wins])
    const look = JSON.stringify([state.phase, state.match, ownSeat, players])
    if (this.#shown === look) return
    this.#shown = look
    if (this.#root.hidden) return
    const held =
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset['do'] : undefined
    this.#root.dataset['won'] = String(state.winner === ownSeat)
    this.#root.replaceChildren(
      make('h2', { text: headline(seen) }),
      make('p', { text: reason(seen) }),
      make('p', { class: 'score', text: score(seen) }),
      ...(ownSeat === undefined ? [] : [this.#ways(seen, ownSeat)]),
    )
    // The buttons are new ones: who was on one of them with the keyboard stays there.
    if (held === 'rematch') this.#root.querySelector<HTMLElement>('[data-do=rematch]')?.focus()
  }

  #ways({ state, far }: Seen, ownSeat: number): HTMLElement {
    const { wantsRematch } = state.players[ownSeat]!
    const other = state.players[far]!
    const rematch = make('button', {
      class: wantsRematch ? '' : 'primary',
      text: wantsRematch ? 'Never mind' : 'Rematch',
    })
    rematch.dataset['do'] = 'rematch'
    rematch.addEventListener('click', () => {
      void this.#room.request('rematch', { wanted: !wantsRematch }).catch(() => {})
    })
    const leave = make('button', { text: 'Leave' })
    leave.addEventListener('click', this.#onLeave)
    return make('div', { class: 'ways' }, rematch, leave, make('p', { text: about(wantsRematch, other) }))
  }
}

function about(wanted: boolean, other: Seen['state']['players'][number]): string {
  if (other.wantsRematch) return `${nameOf(other)} wants a rematch.`
  if (!other.here) return `${nameOf(other)} is away.`
  return wanted ? `Waiting for ${nameOf(other)} to agree…` : 'Who lost begins.'
}

function score({ state, near, far }: Seen): string {
  const [one, other] = [state.players[near]!, state.players[far]!]
  return `${nameOf(one)} ${one.wins} : ${other.wins} ${nameOf(other)}`
}
