import type { Archive } from './archive.ts'
import type { ChatMessage, Page, Receipt, Refusal } from './messages.ts'
import type { People, Person } from './people.ts'
import { FILTERED, receiptOf, refused } from './refusals.ts'
import { refusalOf, speak } from './simulation.ts'
import type { Speakers } from './speakers.ts'
import { mentionsIn } from './text.ts'
import { PAGE_MESSAGES } from './tuning.ts'

export interface ConversationOptions {
  readonly archive: Archive
  readonly people: People
  readonly speakers: Speakers
  filterText(text: string): string | undefined
  /** Slow mode of a channel, in seconds. @throws FairgroundError for a channel that is not there */
  slowModeSeconds(channel: string): number
  /** Tells everybody of new messages. */
  said(messages: ChatMessage[]): void
  /** Tells everybody what a message is now. */
  changed(message: ChatMessage): void
}

/** What is said, and what becomes of it: kept first, told then, acknowledged last. */
export class Conversation {
  readonly #options: ConversationOptions
  /** Messages that were kept or changed, and not yet told. */
  readonly #fresh: ChatMessage[] = []
  readonly #changed: ChatMessage[] = []
  /** Changes run one after the other: what was deleted is not brought back by an edit under way. */
  #changes: Promise<unknown> = Promise.resolve()

  constructor(options: ConversationOptions) {
    this.#options = options
  }

  async say(person: Person, what: { channel: string; id: string; text: string }): Promise<Receipt | Refusal> {
    const { archive, speakers } = this.#options
    const { channel, id } = what
    const slowModeMs = person.moderator ? 0 : this.#options.slowModeSeconds(channel) * 1000
    const attempt = { channel, slowModeMs, nowMs: performance.now() }
    const speaker = speakers.of(person.id)
    const refusal = refusalOf(speaker, attempt)
    const text = this.#options.filterText(what.text)
    if (refusal || text === undefined) {
      // What was sent again after a lost answer is there, whatever this person may say now.
      const kept = await archive.find(channel, { by: person.id, id })
      return kept ? receiptOf(kept) : (refusal ?? FILTERED)
    }
    const undo = speak(speaker, attempt)
    try {
      const { message, isNew } = await archive.say({
        ...{ channel, id, by: person.id, name: person.name, text, atMs: Date.now() },
        ...this.#mentions(text, person),
      })
      if (isNew) this.#tell(message, person)
      else undo()
      return receiptOf(message)
    } catch (error) {
      undo()
      throw error
    }
  }

  edit(person: Person, { channel, seq, text: raw }: { channel: string; seq: number; text: string }) {
    return this.#change(channel, seq, (before) => {
      if (before.by !== person.id) throw refused('Only your own messages can be edited.')
      if (before.deleted) throw refused('That message was deleted.')
      if (this.#options.speakers.mutedForMs(person.id) > 0) throw refused('You are muted.')
      const text = this.#options.filterText(raw)
      if (text === undefined) throw refused('This message has words that are not welcome here.')
      const { mentions: _, ...rest } = before
      return { ...rest, text, editedAtMs: Date.now(), ...this.#mentions(text, person) }
    })
  }

  delete(person: Person, { channel, seq }: { channel: string; seq: number }) {
    return this.#change(channel, seq, (before) => {
      const own = before.by === person.id
      if (!own && !person.moderator) throw refused('Only your own messages can be deleted.')
      if (before.deleted) return before
      const { mentions: _, ...rest } = before
      return { ...rest, text: '', deleted: own ? 'author' : 'moderator' }
    })
  }

  history(
    channel: string,
    { before, after, limit = PAGE_MESSAGES }: { before?: number; after?: number; limit?: number },
  ): Promise<Page> {
    this.#options.slowModeSeconds(channel)
    const from = after !== undefined ? { after } : before !== undefined ? { before } : {}
    return this.#options.archive.page(channel, { limit, ...from })
  }

  #mentions(text: string, { id }: Person): { mentions?: string[] } {
    const mentions = mentionsIn(text, this.#options.people.idByName).filter((named) => named !== id)
    return mentions.length > 0 ? { mentions } : {}
  }

  /** Messages that were kept together are told together: one frame for each page instead of several. */
  #tell(message: ChatMessage, { id, name }: Person): void {
    const { people, archive } = this.#options
    for (const named of message.mentions ?? []) {
      const mentioned = people.byId(named)?.mentioned
      mentioned?.set(message.channel, (mentioned.get(message.channel) ?? 0) + 1)
    }
    this.#fresh.push(message)
    this.#tellSoon()
    if (people.isKnownAs(id, name)) return
    people.know(id, name)
    // Only for mentions of who is away: a failure is counted by the storage, and the message stands.
    archive.keepName(id, name).catch(() => {})
  }

  /**
   * After the answers to what was asked before: a page of history that was read before a message was kept also leaves
   * before it, so that nobody ends up with an older page over newer news.
   */
  #tellSoon(): void {
    if (this.#fresh.length + this.#changed.length > 1) return
    setImmediate(() => {
      if (this.#fresh.length > 0) this.#options.said(this.#fresh.splice(0))
      for (const changed of this.#changed.splice(0)) this.#options.changed(changed)
    })
  }

  #change(
    channel: string,
    seq: number,
    alter: (before: ChatMessage) => ChatMessage,
  ): Promise<{ seq: number }> {
    this.#options.slowModeSeconds(channel)
    const change = async () => {
      const before = await this.#options.archive.bySeq(channel, seq)
      if (!before) throw refused('There is no such message.')
      const after = alter(before)
      if (after !== before) {
        await this.#options.archive.change(after)
        this.#changed.push(after)
        this.#tellSoon()
      }
      return { seq }
    }
    const changed = this.#changes.then(change)
    this.#changes = changed.catch(() => {})
    return changed
  }
}
