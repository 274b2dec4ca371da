import { readCode, spacedCode } from '../../rooms/turns/codes.ts'
import { cleanName, MAX_NAME_LENGTH } from '../../shared/names.ts'
import { element, say } from '../page/element.ts'
import { NameField, type NameRules } from '../page/name-field.ts'

const PLAYER_NAME: NameRules = {
  maxChars: MAX_NAME_LENGTH,
  clean: cleanName,
  missing: 'Enter a name first: the other player sees it.',
}

/** How somebody wants to play: at a table of their own, with a stranger, or at the table of that code. */
export type Way = { kind: 'friend' } | { kind: 'anyone' } | { kind: 'code'; code: string }

/** The first screen: a name, and the ways to a table. */
export class Entrance {
  readonly #root = element('#entrance')
  readonly #name = new NameField(PLAYER_NAME)
  readonly #code = element<HTMLInputElement>('#code')
  readonly #codeHint = element('#code-hint')
  readonly #open = element('#open-table')

  constructor(onPlay: (name: string, way: Way) => void) {
    this.#code.addEventListener('input', () => say(this.#codeHint, ''))
    element('form', this.#root).addEventListener('submit', (event) => {
      event.preventDefault()
      const pressed = (event as SubmitEvent).submitter?.dataset['way']
      // Enter presses the first button, which an invitation hides.
      const kind = this.#root.classList.contains('invited') ? 'code' : pressed
      const way = kind === 'code' ? this.#readCode() : { kind: kind as 'friend' | 'anyone' }
      const name = this.#name.read()
      if (name !== undefined && way !== undefined) onPlay(name, way)
    })
    // Submitting by Enter presses the first button; this one is meant.
    this.#code.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return
      event.preventDefault()
      element('[data-way=code]', this.#root).click()
    })
    element('button', this.#open).addEventListener('click', () => {
      const name = this.#name.read()
      const code = this.#open.dataset['code']
      if (name !== undefined && code !== undefined) onPlay(name, { kind: 'code', code })
    })
  }

  /** @param table code of a table that this browser has a place at, or of an invitation */
  show({ left, invited }: { left?: string | undefined; invited?: string | undefined } = {}): void {
    this.#root.hidden = false
    this.busy(false)
    this.#open.hidden = left === undefined
    this.#open.dataset['code'] = left ?? ''
    if (left !== undefined) say(element('p', this.#open), `You have a place at table ${spacedCode(left)}.`)
    if (invited !== undefined) this.#code.value = spacedCode(invited)
    this.#root.classList.toggle('invited', invited !== undefined)
    say(
      element('label[for=code]', this.#root),
      invited === undefined ? 'Got a code from a friend?' : 'You are invited to this table:',
    )
    if (this.#name.input.value === '') this.#name.focus()
  }

  hide(): void {
    this.#root.hidden = true
  }

  busy(joining: boolean): void {
    for (const button of this.#root.querySelectorAll('button')) button.disabled = joining
  }

  /** Says why the code leads nowhere, beside it. */
  refuseCode(text: string, code?: string): void {
    say(this.#codeHint, text)
    if (code !== undefined) this.#code.value = spacedCode(code)
    this.#code.select()
  }

  #readCode(): Way | undefined {
    const code = readCode(this.#code.value)
    if (code !== undefined) return { kind: 'code', code }
    this.refuseCode('A code has six letters and digits, such as BCD F47. It has no vowels, no 0 and no 1.')
    return undefined
  }
}
