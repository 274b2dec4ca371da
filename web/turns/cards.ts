import { element, make } from '../page/element.ts'
import type { SeenCard } from './seen.ts'

/** A copy of one of the page's drawings. */
export function drawing(name: 'tent' | 'mask' | 'lantern'): Element {
  const { content } = element<HTMLTemplateElement>(`#${name}-picture`)
  return content.firstElementChild!.cloneNode(true) as Element
}

/** What a card shows, in words. */
export function cardInWords({ strength, masked }: SeenCard): string {
  if (strength === undefined) return 'a masked card'
  return masked ? `${strength}, masked` : String(strength)
}

/** Dresses an element as that card, or as an empty place. */
export function dress(target: HTMLElement, card: SeenCard | undefined): void {
  const look = card === undefined ? '' : `${card.strength ?? '?'}${card.masked ? 'm' : ''}`
  if (target.dataset['look'] === look) return
  const arrives = target.dataset['look'] === '' && card !== undefined
  target.dataset['look'] = look
  target.dataset['strength'] = String(card?.strength ?? '')
  target.classList.toggle('card', card !== undefined)
  target.classList.toggle('masked', card?.masked ?? false)
  target.classList.toggle('arrives', arrives)
  target.replaceChildren()
  if (!card) return
  if (card.strength !== undefined) target.append(make('b', { text: String(card.strength) }))
  if (card.masked) target.append(drawing('mask'))
}
