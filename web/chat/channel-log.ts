import type { ChatMessage } from '../../rooms/chat/messages.ts'

/**
 * What this page has of one channel: a run of messages without gaps, ending with the newest. Knows no page and no
 * connection.
 */
export class ChannelLog {
  #messages: ChatMessage[] = []
  /** Whether anything was loaded: a channel that nobody opened has a count and no messages. */
  loaded = false
  /** Number of the newest message there is. */
  last: number
  /** Number of the newest message that was read. */
  read: number
  /** How often this person was named since. */
  mentions: number

  constructor({ last, read, mentions }: { last: number; read: number; mentions: number }) {
    this.last = last
    this.read = read
    this.mentions = mentions
  }

  get messages(): readonly ChatMessage[] {
    return this.#messages
  }

  get unread(): number {
    return Math.max(0, this.last - this.read)
  }

  /** Number of the oldest message here; one more than the newest where there is none. */
  get first(): number {
    return this.#messages[0]?.seq ?? this.last + 1
  }

  /** Whether the beginning of the channel is here. */
  get isComplete(): boolean {
    return this.loaded && this.first <= 1
  }

  /** Begins with the newest page. */
  begin(messages: readonly ChatMessage[], last: number): void {
    this.#messages = [...messages]
    this.last = Math.max(last, messages.at(-1)?.seq ?? 0)
    this.loaded = true
  }

  /**
   * Takes a message that was just said.
   *
   * @returns `new`; `known` where it is here already; `gap` where others before it are missing: it has to begin anew
   */
  take(message: ChatMessage): 'new' | 'known' | 'gap' {
    const { seq } = message
    if (seq <= this.last) return 'known'
    const gap = this.loaded && seq > this.last + 1
    if (gap) this.loaded = false
    this.last = seq
    if (this.loaded) this.#messages.push(message)
    return gap ? 'gap' : 'new'
  }

  /** Puts an older page before what is here. @returns what of it is new */
  prepend(page: readonly ChatMessage[]): readonly ChatMessage[] {
    const older = page.filter(({ seq }) => seq < this.first)
    // A page that does not reach what is here would leave a gap.
    if (older.length > 0 && older.at(-1)!.seq !== this.first - 1) return []
    this.#messages.unshift(...older)
    return older
  }

  /** Takes what a message is now. @returns whether it is here and was another */
  replace(message: ChatMessage): boolean {
    const index = message.seq - this.first
    const before = this.#messages[index]
    if (!before || before.seq !== message.seq) return false
    this.#messages[index] = message
    return before.text !== message.text || before.deleted !== message.deleted
  }

  /** Forgets the oldest ones; they can be loaded again. */
  trim(maxMessages: number): readonly ChatMessage[] {
    return this.#messages.splice(0, Math.max(0, this.#messages.length - maxMessages))
  }

  bySeq(seq: number): ChatMessage | undefined {
    const message = this.#messages[seq - this.first]
    return message?.seq === seq ? message : undefined
  }
}
