import type { PersonListing } from '../../rooms/chat/messages.ts'
import { element, make } from '../page/element.ts'
import { avatar } from './avatar.ts'

/** How often the open list asks who is here, in milliseconds. */
const EVERY_MS = 5_000

export interface PeopleOptions {
  ask(): Promise<{ people: PersonListing[]; online: number }>
  /** Whether the reader may mute and send away. */
  moderator(): boolean
  ownId(): string
  mention(name: string): void
  mute(person: string, seconds: number): void
  kick(person: string): void
}

/** Who is here: asked for while somebody looks, and not told to everybody all the time. */
export class PeopleView {
  readonly #options: PeopleOptions
  readonly #panel = element('#people')
  readonly #opener = element<HTMLButtonElement>('#open-people')
  #timer: ReturnType<typeof setInterval> | undefined
  /** Names of those last seen here, for the composer. */
  names: readonly string[] = []

  constructor(options: PeopleOptions, signal: AbortSignal) {
    this.#options = options
    this.#opener.addEventListener('click', () => this.toggle(this.#panel.hidden !== false), { signal })
    element('button', this.#panel).addEventListener('click', () => this.toggle(false), { signal })
    this.#panel.addEventListener(
      'keydown',
      ({ key }) => {
        if (key === 'Escape') this.toggle(false)
      },
      { signal },
    )
    signal.addEventListener('abort', () => this.toggle(false))
  }

  toggle(open: boolean): void {
    const focusInside = this.#panel.contains(document.activeElement)
    this.#panel.hidden = !open
    this.#opener.ariaExpanded = String(open)
    clearInterval(this.#timer)
    if (!open) {
      if (focusInside) this.#opener.focus()
      return
    }
    void this.refresh()
    this.#timer = setInterval(() => void this.refresh(), EVERY_MS)
  }

  async refresh(): Promise<void> {
    const answer = await this.#options.ask().catch(() => undefined)
    if (!answer) return
    const { people, online } = answer
    this.names = people.filter(({ id }) => id !== this.#options.ownId()).map(({ name }) => name)
    const list = element('ul', this.#panel)
    if (this.#panel.hidden || list.contains(document.activeElement)) return
    const rows = people.map((person) => this.#row(person))
    const more = online - people.length
    if (more > 0) rows.push(make('li', { class: 'more', text: `and ${more.toLocaleString()} more` }))
    list.replaceChildren(...rows)
  }

  #row(person: PersonListing): HTMLElement {
    const { id, name, moderator, mutedForMs } = person
    const own = id === this.#options.ownId()
    const words = { you: own, moderator, muted: mutedForMs > 0 }
    const what = Object.entries(words).flatMap(([word, is]) => (is ? [word] : []))
    const who = make('span', {}, make('bdi', { text: name }), make('small', { text: what.join(', ') }))
    const row = make('li', {}, avatar(person), who)
    if (own) return row
    const buttons: HTMLElement[] = [this.#button('Mention', () => this.#options.mention(name))]
    if (this.#options.moderator() && !moderator) {
      const muted = mutedForMs > 0
      buttons.push(
        this.#button(muted ? 'Unmute' : 'Mute', () => this.#options.mute(id, muted ? 0 : 600)),
        this.#button('Send away', () => this.#options.kick(id)),
      )
    }
    row.append(make('div', { class: 'ways' }, ...buttons))
    return row
  }

  #button(label: string, act: () => void): HTMLElement {
    const button = make('button', { text: label }) as HTMLButtonElement
    button.type = 'button'
    button.addEventListener('click', () => {
      act()
      button.blur()
      void this.refresh()
    })
    return button
  }
}
