import { element, make, say } from '../page/element.ts'

export interface ChannelEntry {
  readonly id: string
  readonly unread: number
  readonly mentions: number
  readonly here: number
}

/** The list of channels with what is unread in each, and the drawer it is in on a phone. */
export class ChannelsView {
  readonly #list = element('#channels')
  readonly #opener = element<HTMLButtonElement>('#open-rail')
  readonly #choose: (id: string) => void
  #entries: readonly ChannelEntry[] = []
  #open = ''

  constructor(choose: (id: string) => void, signal: AbortSignal) {
    this.#choose = choose
    this.#opener.addEventListener('click', () => this.drawer(true), { signal })
    element('#close-rail').addEventListener('click', () => this.drawer(false), { signal })
    element('#shade').addEventListener('click', () => this.drawer(false), { signal })
    element('#rail').addEventListener('keydown', ({ key }) => key === 'Escape' && this.drawer(false), {
      signal,
    })
    addEventListener('keydown', (event) => this.#key(event), { signal })
  }

  show(entries: readonly ChannelEntry[], open: string): void {
    this.#entries = entries
    this.#open = open
    if (this.#list.children.length !== entries.length)
      this.#list.replaceChildren(...entries.map(({ id }) => this.#item(id)))
    for (const [index, entry] of entries.entries()) this.#update(this.#list.children[index]!, entry)
    const elsewhere = entries.filter(({ id }) => id !== open)
    const mentions = elsewhere.reduce((sum, entry) => sum + entry.mentions, 0)
    const badge = element('b', this.#opener)
    badge.hidden = elsewhere.every(({ unread }) => unread === 0)
    say(badge, mentions > 0 ? String(mentions) : '')
    badge.classList.toggle('called', mentions > 0)
    const everything = entries.reduce((sum, entry) => sum + entry.mentions, 0)
    document.title = `${everything > 0 ? `(${everything}) ` : ''}#${open} · Chat · Fairground`
  }

  /** Opens or closes the drawer; on a wide screen the list is always there. */
  drawer(open: boolean): void {
    const was = document.body.classList.contains('drawer')
    document.body.classList.toggle('drawer', open)
    this.#opener.ariaExpanded = String(open)
    if (open) this.#list.querySelector<HTMLElement>('[aria-current]')?.focus()
    else if (was) this.#opener.focus()
  }

  #item(id: string): HTMLElement {
    const button = make(
      'button',
      {},
      make('i', { text: '#' }),
      make('span', { text: id }),
      make('b'),
    ) as HTMLButtonElement
    button.type = 'button'
    button.addEventListener('click', () => {
      this.#choose(id)
      this.drawer(false)
    })
    return make('li', {}, button)
  }

  #update(item: Element, { id, unread, mentions, here }: ChannelEntry): void {
    const button = element<HTMLButtonElement>('button', item)
    const badge = element('b', button)
    button.ariaCurrent = id === this.#open ? 'page' : null
    button.classList.toggle('unread', unread > 0)
    badge.classList.toggle('called', mentions > 0)
    say(badge, unread === 0 ? '' : mentions > 0 ? `@${mentions}` : unread > 99 ? '99+' : String(unread))
    const told = mentions > 0 ? `, named ${mentions} times` : ''
    button.ariaLabel = `${id}${unread > 0 ? `, ${unread} unread${told}` : ''}`
    button.title =
      here === 0 ? 'Nobody looks at it now' : `${here} ${here === 1 ? 'looks' : 'look'} at it now`
  }

  #key(event: KeyboardEvent): void {
    const step = event.altKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] : undefined
    if (step === undefined) return
    event.preventDefault()
    const at = this.#entries.findIndex(({ id }) => id === this.#open)
    const next = this.#entries[(at + step + this.#entries.length) % this.#entries.length]
    if (next) this.#choose(next.id)
  }
}
