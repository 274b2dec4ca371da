import { cleanName } from '../../rooms/chat/text.ts'
import { MAX_NAME_CHARS } from '../../rooms/chat/tuning.ts'
import type { RoomListing } from '../../shared/protocol.ts'
import { element, say } from '../page/element.ts'

const NAME_KEY = 'chat.name'
const CROWD_EVERY_MS = 5000

/** The first screen: a name, and in. */
export class Entrance {
  readonly #root = element('#entrance')
  readonly #name = element<HTMLInputElement>('#name')
  readonly #hint = element('#name-hint')
  readonly #enter = element<HTMLButtonElement>('button[type=submit]', this.#root)
  readonly #crowd = element('#crowd')
  #timer: ReturnType<typeof setInterval> | undefined

  /** @param onEnter called with a name that the room will take */
  constructor(onEnter: (name: string) => void) {
    this.#name.value = localStorage.getItem(NAME_KEY) ?? localStorage.getItem('arena.name') ?? ''
    this.#name.addEventListener('input', () => say(this.#hint, ''))
    element('form', this.#root).addEventListener('submit', (event) => {
      event.preventDefault()
      const name = cleanName(this.#name.value)
      const problem = problemWith(name)
      say(this.#hint, problem ?? '')
      if (problem) return
      rememberName(name)
      onEnter(name)
    })
  }

  show(): void {
    this.#root.hidden = false
    this.busy(false)
    void this.#count()
    clearInterval(this.#timer)
    this.#timer = setInterval(() => void this.#count(), CROWD_EVERY_MS)
    // A phone's keyboard would cover the page at once.
    if (!matchMedia('(pointer: coarse)').matches) this.#name.select()
  }

  hide(): void {
    this.#root.hidden = true
    clearInterval(this.#timer)
  }

  busy(joining: boolean): void {
    this.#enter.disabled = joining
    say(this.#enter, joining ? 'Coming in…' : 'Come in')
  }

  async #count(): Promise<void> {
    try {
      const rooms = (await (await fetch('/rooms')).json()) as RoomListing[]
      const people = rooms.find(({ name }) => name === 'chat')?.clients ?? 0
      say(this.#crowd, people === 0 ? 'Nobody is in yet.' : `${people} in the chat now.`)
    } catch {
      say(this.#crowd, 'The server does not answer at the moment.')
    }
  }
}

export function rememberName(name: string): void {
  localStorage.setItem(NAME_KEY, name)
}

export function problemWith(name: string): string | undefined {
  if (name === '') return 'Enter a name first: others see it beside what you say.'
  if (name.length > MAX_NAME_CHARS) return `A name has at most ${MAX_NAME_CHARS} characters.`
  return undefined
}
