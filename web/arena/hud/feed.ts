import { element, make } from '../../page/element.ts'

const LINES = 5
const SHOWN_MS = 6000

/** What just happened, newest last. */
export class Feed {
  readonly #list = element('#feed')

  kill({ by, victim, own }: { by: string; victim: string; own: boolean }): void {
    const line = by === victim ? [] : [make('b', { text: by }), make('i', { text: '➤' })]
    this.#add(own, ...line, make('span', { text: victim }))
  }

  note(text: string): void {
    this.#add(false, make('span', { text }))
  }

  clear(): void {
    this.#list.replaceChildren()
  }

  #add(own: boolean, ...parts: Node[]): void {
    const line = make('li', own ? { class: 'own' } : {}, ...parts)
    this.#list.append(line)
    while (this.#list.children.length > LINES) this.#list.firstElementChild!.remove()
    setTimeout(() => line.remove(), SHOWN_MS)
  }
}
