import { cleanName, MAX_NAME_LENGTH } from '../../shared/names.ts'
import type { RoomListing } from '../../shared/protocol.ts'
import { element, say } from '../page/element.ts'

const NAME_KEY = 'arena.name'
const CROWD_EVERY_MS = 5000

const FIRST = ['Swift', 'Brave', 'Sly', 'Merry', 'Bold', 'Lucky', 'Calm', 'Jolly', 'Keen', 'Wild']
const SECOND = ['Otter', 'Falcon', 'Badger', 'Lynx', 'Heron', 'Fox', 'Panda', 'Raven', 'Hare', 'Newt']

/** The first screen: a name, and in. */
export class Entrance {
  readonly #root = element('#entrance')
  readonly #name = element<HTMLInputElement>('#name')
  readonly #hint = element('#name-hint')
  readonly #play = element<HTMLButtonElement>('button[type=submit]', this.#root)
  readonly #crowd = element('#crowd')
  #timer: ReturnType<typeof setInterval> | undefined

  /** @param onPlay called with a name that the room will take */
  constructor(onPlay: (name: string) => void) {
    this.#name.value = localStorage.getItem(NAME_KEY) ?? `${pick(FIRST)} ${pick(SECOND)}`
    this.#name.addEventListener('input', () => say(this.#hint, ''))
    element('form', this.#root).addEventListener('submit', (event) => {
      event.preventDefault()
      const name = cleanName(this.#name.value)
      const problem = problemWith(name)
      say(this.#hint, problem ?? '')
      if (problem) return
      localStorage.setItem(NAME_KEY, name)
      onPlay(name)
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
    this.#play.disabled = joining
    say(this.#play, joining ? 'Joining…' : 'Play')
  }

  async #count(): Promise<void> {
    try {
      const rooms = (await (await fetch('/rooms')).json()) as RoomListing[]
      const players = rooms
        .filter(({ name }) => name === 'arena')
        .reduce((sum, { clients }) => sum + clients, 0)
      say(this.#crowd, players === 0 ? 'Nobody is in yet: be the first.' : `${players} in the arena now.`)
    } catch {
      say(this.#crowd, 'The server does not answer at the moment.')
    }
  }
}

function problemWith(name: string): string | undefined {
  if (name === '') return 'Enter a name first: it is shown over your fighter.'
  if (name.length > MAX_NAME_LENGTH) return `A name has at most ${MAX_NAME_LENGTH} characters.`
  return undefined
}

function pick(words: readonly string[]): string {
  return words[Math.floor(Math.random() * words.length)]!
}
