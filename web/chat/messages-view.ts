import type { ChatMessage } from '../../rooms/chat/messages.ts'
import { element, make, say } from '../page/element.ts'
import type { ChannelLog } from './channel-log.ts'
import { type Action, messageRow, outgoingRow } from './message-view.ts'
import type { Outgoing } from './outbox.ts'
import type { Named } from './text-view.ts'

/** So close to the end, in CSS pixels, counts as at the end. */
const AT_END_PX = 60
/** So close to the beginning older messages are loaded. */
const LOAD_OLDER_PX = 400

export interface MessagesOptions {
  readonly named: Named
  moderator(): boolean
  own(): { id: string; name: string }
  /** The reader is near the oldest message here. */
  needOlder(): void
  /** The reader has come to the end, or left it. */
  scrolled(): void
  act(action: Action, message: ChatMessage): void
  retry(id: string): void
  discard(id: string): void
}

/** The messages of the open channel. */
export class MessagesView {
  readonly #options: MessagesOptions
  readonly #scroller = element('#scroller')
  readonly #list = element<HTMLOListElement>('#messages')
  readonly #older = element('#older')
  readonly #beginning = element('#beginning')
  #log: ChannelLog | undefined
  #outgoing: readonly Outgoing[] = []
  #topic = ''
  /** The reader is at the end and stays there when something is said. */
  #following = true

  constructor(options: MessagesOptions, signal: AbortSignal) {
    this.#options = options
    // By keyboard one walks through the messages with the arrows.
    this.#list.tabIndex = 0
    this.#scroller.addEventListener('scroll', () => this.#scrolled(), { signal, passive: true })
    this.#list.addEventListener('click', (event) => this.#click(event), { signal })
    this.#list.addEventListener('keydown', (event) => this.#key(event), { signal })
    // The on-screen keyboard, a longer composer, a turned phone: who was at the end stays there.
    const resized = new ResizeObserver(() => this.#following && this.toEnd())
    resized.observe(this.#scroller)
    signal.addEventListener('abort', () => resized.disconnect())
  }

  get atEnd(): boolean {
    return this.#following
  }

  /** Shows a channel from its end. `newFrom` is the number of the first message that was not read. */
  show(
    log: ChannelLog,
    { channel, topic, newFrom }: { channel: string; topic: string; newFrom?: number },
  ): void {
    this.#log = log
    this.#list.replaceChildren(
      ...log.messages.map((message, index) => this.#row(message, log.messages[index - 1])),
    )
    this.#list.setAttribute('aria-label', `Messages in ${channel}`)
    const first = newFrom !== undefined && newFrom <= log.last ? this.#rowOf(newFrom) : undefined
    first?.classList.add('first-new')
    this.#topic = topic
    say(element('h2', this.#beginning), channel)
    this.#showEdge()
    this.#following = true
    this.toEnd()
  }

  append(message: ChatMessage): void {
    const row = this.#row(message, this.#log?.messages.at(-2))
    row.classList.add('fresh')
    this.#list.insertBefore(row, this.#list.querySelector('.outgoing'))
    if (this.#following) this.toEnd()
    this.#showEdge()
  }

  prepend(messages: readonly ChatMessage[]): void {
    const heightBefore = this.#scroller.scrollHeight
    const topBefore = this.#scroller.scrollTop
    const rows = messages.map((message, index) => this.#row(message, messages[index - 1]))
    this.#list.prepend(...rows)
    const next = this.#log?.messages[messages.length]
    if (next) this.replace(next)
    this.#showEdge()
    // Browsers that keep the place by themselves have done so by now; the others are helped.
    const moved = this.#scroller.scrollHeight - heightBefore
    if (this.#scroller.scrollTop === topBefore) this.#scroller.scrollTop = topBefore + moved
  }

  replace(message: ChatMessage): void {
    const row = this.#rowOf(message.seq)
    if (!row) return
    const fresh = this.#row(message, this.#log?.bySeq(message.seq - 1))
    fresh.classList.toggle('first-new', row.classList.contains('first-new'))
    const focused = row === document.activeElement
    row.replaceWith(fresh)
    if (focused) fresh.focus()
  }

  remove(messages: readonly ChatMessage[]): void {
    for (const { seq } of messages) this.#rowOf(seq)?.remove()
    this.#showEdge()
  }

  /** Shows what has no receipt yet, below everything else. */
  showOutgoing(outgoing: readonly Outgoing[]): void {
    const grown = outgoing.length > this.#outgoing.length
    this.#outgoing = outgoing
    for (const row of this.#list.querySelectorAll('.outgoing')) row.remove()
    let above: { by: string; atMs: number } | undefined = this.#log?.messages.at(-1)
    const { named } = this.#options
    for (const message of outgoing) {
      const person = this.#options.own()
      this.#list.append(outgoingRow(message, { person, named, above }))
      above = { by: person.id, atMs: message.atMs }
    }
    if (this.#following || grown) this.toEnd()
  }

  /** Says whether older messages are under way. */
  loading(is: boolean): void {
    say(this.#older, is ? 'Loading older messages…' : '')
    this.#older.classList.toggle('busy', is)
  }

  toEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight
  }

  focusRow(seq: number): void {
    this.#rowOf(seq)?.focus()
  }

  #row(message: ChatMessage, above: ChatMessage | undefined): HTMLLIElement {
    return messageRow(message, { named: this.#options.named, moderator: this.#options.moderator(), above })
  }

  #rowOf(seq: number): HTMLElement | undefined {
    return this.#list.querySelector<HTMLElement>(`li[data-seq="${seq}"]`) ?? undefined
  }

  #showEdge(): void {
    const complete = this.#log?.isComplete ?? false
    this.#beginning.hidden = !complete
    const empty = this.#log?.last === 0
    const story = empty ? 'Nobody has said anything yet: be the first.' : 'This is where it began.'
    say(element('p', this.#beginning), `${this.#topic}. ${story}`)
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller
    const following = scrollHeight - scrollTop - clientHeight < AT_END_PX
    if (following !== this.#following) {
      this.#following = following
      this.#options.scrolled()
    }
    if (scrollTop < LOAD_OLDER_PX && this.#log?.loaded && !this.#log.isComplete) this.#options.needOlder()
  }

  #click({ target }: MouseEvent): void {
    const row = (target as HTMLElement).closest<HTMLElement>('li')
    if (!row) return
    const action = (target as HTMLElement).closest<HTMLElement>('button')?.dataset['action']
    if (action === undefined) {
      // A finger has no hover: a touch shows what can be done.
      if (matchMedia('(hover: none)').matches && !getSelection()?.toString()) row.focus()
      return
    }
    const id = row.dataset['id']
    if (id !== undefined) action === 'retry' ? this.#options.retry(id) : this.#options.discard(id)
    const message = this.#log?.bySeq(Number(row.dataset['seq']))
    if (message) this.#options.act(action as Action, message)
  }

  #key(event: KeyboardEvent): void {
    const step = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity }[event.key]
    if (step === undefined || (event.target as HTMLElement).closest('button')) return
    event.preventDefault()
    const rows = [...this.#list.children] as HTMLElement[]
    const at = rows.indexOf(event.target as HTMLElement)
    const next = at < 0 ? rows.length - 1 : Math.max(0, Math.min(rows.length - 1, at + step))
    rows[next]?.focus()
    rows[next]?.scrollIntoView({ block: 'nearest' })
  }
}

/** Says something to who hears the page instead of seeing it. */
export function announce(text: string): void {
  const region = element('#announcer')
  region.append(make('p', { text: text.slice(0, 200) }))
  while (region.children.length > 5) region.firstElementChild!.remove()
}
