/** The first screen of a room: a name, and in. */
import { SILENT, watchCrowds } from './crowd.ts'
import { element, say } from './element.ts'
import { NameField, type NameRules } from './name-field.ts'

export interface EntranceOptions {
  readonly name: NameRules
  /** Stands in the field until a name was entered once. */
  readonly proposal?: string
  /** Called with a name that the room will take. */
  enter(name: string): void
}

export class Entrance {
  readonly #root = element('#entrance')
  readonly #button = element<HTMLButtonElement>('button[type=submit]', this.#root)
  readonly #label = this.#button.textContent
  readonly #name: NameField
  #stopCounting = (): void => {}

  constructor({ name, proposal, enter }: EntranceOptions) {
    this.#name = new NameField(name, proposal)
    element('form', this.#root).addEventListener('submit', (event) => {
      event.preventDefault()
      const entered = this.#name.read()
      if (entered !== undefined) enter(entered)
    })
  }

  show(): void {
    this.#root.hidden = false
    this.busy(false)
    this.#stopCounting()
    this.#stopCounting = watchCrowds((rooms) => rooms ?? say(element('#crowd'), SILENT))
    this.#name.focus()
  }

  hide(): void {
    this.#root.hidden = true
    this.#stopCounting()
  }

  /** The button's words while the room is joined are in the page. */
  busy(joining: boolean): void {
    this.#button.disabled = joining
    say(this.#button, joining ? (this.#button.dataset['busy'] ?? this.#label) : this.#label)
  }
}
