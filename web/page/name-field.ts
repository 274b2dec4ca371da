/** The field for a name, the same in each room: what was typed last stands there, what is wrong with it beside it. */
import { element, say } from './element.ts'

/** One name for all rooms: whoever has entered it once does not type it again. */
const KEY = 'name'

export interface NameRules {
  readonly maxChars: number
  /** The name as the room takes it; empty where nothing is left of it. */
  clean(typed: string): string
  /** What a name is for, told to who enters none. */
  readonly missing: string
}

export class NameField {
  readonly input = element<HTMLInputElement>('#name')
  readonly #hint = element('#name-hint')
  readonly #rules: NameRules

  /** @param proposal stands there until a name was entered once */
  constructor(rules: NameRules, proposal = '') {
    this.#rules = rules
    this.input.value = localStorage.getItem(KEY) ?? proposal
    this.input.addEventListener('input', () => this.#tell(''))
  }

  /** The name, or nothing where the room would not take it: then it says why. */
  read(): string | undefined {
    const name = this.#rules.clean(this.input.value)
    const problem = problemWith(name, this.#rules)
    this.#tell(problem ?? '')
    if (problem !== undefined) {
      this.input.focus()
      return undefined
    }
    rememberName(name)
    return name
  }

  /** Puts the cursor there, but not on a phone: its keyboard would cover the page at once. */
  focus(): void {
    if (!matchMedia('(pointer: coarse)').matches) this.input.select()
  }

  #tell(problem: string): void {
    say(this.#hint, problem)
    this.input.ariaInvalid = problem === '' ? null : 'true'
  }
}

export function problemWith(name: string, { maxChars, missing }: NameRules): string | undefined {
  if (name === '') return missing
  if (name.length > maxChars) return `A name has at most ${maxChars} characters; this one has ${name.length}.`
  return undefined
}

export function rememberName(name: string): void {
  localStorage.setItem(KEY, name)
}
