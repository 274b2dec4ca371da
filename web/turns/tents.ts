import { CARDS_PER_SIDE, TENTS } from '../../rooms/turns/tuning.ts'
import { element, make, say } from '../page/element.ts'
import { cardInWords, drawing, dress } from './cards.ts'
import type { OwnTurn } from './own-turn.ts'
import { hasRoom, nameOf, type Seen, type SeenCard, seenSide } from './seen.ts'

interface Column {
  readonly root: HTMLElement
  readonly far: readonly HTMLButtonElement[]
  readonly near: readonly HTMLButtonElement[]
  readonly tent: HTMLElement
  readonly farWorth: HTMLElement
  readonly nearWorth: HTMLElement
}

export interface TentActions {
  lay(tent: number): void
  peek(tent: number, place: number): void
}

/** The five tents with the cards on both sides. Made once; what changes is written over. */
export class Tents {
  readonly #columns: readonly Column[]

  constructor(actions: TentActions) {
    this.#columns = Array.from({ length: TENTS }, (_, index) => makeColumn(index, actions))
    element('#tents').replaceChildren(...this.#columns.map(({ root }) => root))
  }

  show(seen: Seen, turn: OwnTurn): void {
    for (const [index, column] of this.#columns.entries()) showColumn(column, index, seen, turn)
  }
}

function makeColumn(index: number, { lay, peek }: TentActions): Column {
  const places = (act: (place: number) => void): HTMLButtonElement[] =>
    Array.from({ length: CARDS_PER_SIDE }, (_, place) => {
      const button = make('button', { class: 'place' }) as HTMLButtonElement
      button.type = 'button'
      button.dataset['look'] = ''
      button.addEventListener('click', () => act(place))
      return button
    })
  const [far, near] = [places((place) => peek(index, place)), places(() => lay(index))]
  const tent = make('div', { class: 'tent' })
  const [farWorth, nearWorth] = [make('small', { class: 'worth' }), make('small', { class: 'worth' })]
  tent.append(farWorth, drawing('tent'), nearWorth)
  const root = make(
    'div',
    { class: 'column' },
    make('div', { class: 'side far' }, ...far),
    tent,
    make('div', { class: 'side near' }, ...near),
  )
  root.setAttribute('role', 'group')
  root.dataset['tent'] = String(index)
  return { root, far, near, tent, farWorth, nearWorth }
}

function showColumn(column: Column, index: number, seen: Seen, turn: OwnTurn): void {
  const { state, ownSeat, ownTurn, near, far } = seen
  const { holder, firstFull } = state.tents[index]!
  const [nearSide, farSide] = [seenSide(seen, index, near), seenSide(seen, index, far)]
  const whose = holder < 0 ? 'open' : holder === near ? 'near' : 'far'
  column.root.dataset['holder'] = whose
  column.root.setAttribute('aria-label', `Tent ${index + 1}, ${heldBy(seen, holder)}`)
  say(column.nearWorth, nearSide.worth)
  say(column.farWorth, farSide.worth)
  column.nearWorth.classList.toggle('first', firstFull === near)
  column.farWorth.classList.toggle('first', firstFull === far)
  for (const worth of [column.nearWorth, column.farWorth])
    worth.title = worth.classList.contains('first') ? 'Filled first: wins a tie' : ''
  const mayLay = ownTurn && turn.chosen !== undefined && hasRoom(seen, index)
  for (const [place, button] of column.near.entries()) {
    const here = mayLay && place === nearSide.cards.length
    showPlace(button, nearSide.cards[place], {
      label: here ? `Lay it at tent ${index + 1}` : undefined,
      owner: ownSeat === undefined ? nameOf(state.players[near]) : 'you',
    })
    button.classList.toggle('masking', here && turn.mask)
  }
  for (const [place, button] of column.far.entries()) {
    const card = farSide.cards[place]
    const mayPeek = ownTurn && turn.lantern && card?.masked && card.strength === undefined
    showPlace(button, card, {
      label: mayPeek ? `Look behind the mask at tent ${index + 1}` : undefined,
      owner: nameOf(state.players[far]),
    })
  }
}

/** A place that can be pressed has a label; the others are only looked at. */
function showPlace(
  button: HTMLButtonElement,
  card: SeenCard | undefined,
  { label, owner }: { label: string | undefined; owner: string },
): void {
  dress(button, card)
  button.disabled = label === undefined
  button.classList.toggle('target', label !== undefined)
  button.setAttribute('aria-label', label ?? (card ? `${cardInWords(card)}, of ${owner}` : 'empty place'))
}

function heldBy({ state, ownSeat }: Seen, holder: number): string {
  if (holder < 0) return 'open'
  return holder === ownSeat ? 'yours' : `held by ${nameOf(state.players[holder])}`
}
