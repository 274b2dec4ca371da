import { nameKey } from '../../shared/names.ts'
import { element, make } from '../page/element.ts'

const SHOWN = 6

/** Offers people's names while somebody writes `@…`. */
export class NamePicker {
  readonly #field: HTMLTextAreaElement
  readonly #names: () => readonly string[]
  readonly #list = element('#names')
  #chosen = 0

  constructor(field: HTMLTextAreaElement, names: () => readonly string[], signal: AbortSignal) {
    this.#field = field
    this.#names = names
    field.addEventListener('input', () => this.#offer(), { signal })
    field.addEventListener('blur', () => this.close(), { signal })
    field.addEventListener('keydown', (event) => this.#key(event), { signal })
  }

  close(): void {
    this.#list.hidden = true
    this.#list.replaceChildren()
    this.#field.removeAttribute('aria-activedescendant')
  }

  #offer(): void {
    const begun = this.#begun()
    const fitting =
      begun === undefined ? [] : this.#names().filter((name) => nameKey(name).startsWith(nameKey(begun)))
    if (fitting.length === 0) {
      this.close()
      return
    }
    this.#list.replaceChildren(...fitting.slice(0, SHOWN).map((name, index) => this.#option(name, index)))
    this.#list.hidden = false
    this.#choose(0)
  }

  /** What was written of a name so far. */
  #begun(): string | undefined {
    const before = this.#field.value.slice(0, this.#field.selectionStart)
    return /(?:^|[\s(])@([^@\n]{0,24})$/u.exec(before)?.[1]
  }

  #option(name: string, index: number): HTMLElement {
    const option = make('div', { text: name })
    option.role = 'option'
    option.id = `name-${index}`
    option.addEventListener('pointerdown', (event) => {
      event.preventDefault()
      this.#insert(name)
    })
    return option
  }

  #choose(index: number): void {
    const options = [...this.#list.children] as HTMLElement[]
    this.#chosen = (index + options.length) % options.length
    for (const [at, option] of options.entries()) option.ariaSelected = String(at === this.#chosen)
    this.#field.setAttribute('aria-activedescendant', `name-${this.#chosen}`)
  }

  #key(event: KeyboardEvent): void {
    if (this.#list.hidden || event.isComposing) return
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (step !== undefined) this.#choose(this.#chosen + step)
    else if (event.key === 'Escape') this.close()
    else if (event.key === 'Enter' || event.key === 'Tab')
      this.#insert(this.#list.children[this.#chosen]!.textContent)
    else return
    event.preventDefault()
    event.stopImmediatePropagation()
  }

  #insert(name: string): void {
    const end = this.#field.selectionStart
    const begin = end - (this.#begun()?.length ?? 0)
    this.#field.setRangeText(`${name} `, begin, end, 'end')
    this.close()
    this.#field.dispatchEvent(new Event('input'))
  }
}
