import { make } from '../page/element.ts'

const HUES = 12

/** A round sign of a person: their first letter on a colour of their own, the same on every page. */
export function avatar(person: { id: string; name: string }): HTMLElement {
  const sign = make('i', { class: 'avatar' })
  dress(sign, person)
  sign.setAttribute('aria-hidden', 'true')
  return sign
}

export function dress(sign: HTMLElement, { id, name }: { id: string; name: string }): void {
  sign.textContent = [...new Intl.Segmenter().segment(name)][0]?.segment.toUpperCase() ?? '?'
  sign.dataset['hue'] = String(hueOf(id))
}

/** One of {@link HUES} colours. */
export function hueOf(id: string): number {
  let hash = 0x811c9dc5
  for (const character of id) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0
  return (hash >>> 8) % HUES
}
