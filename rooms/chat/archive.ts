import type { GameStorage, Json, LogEntry } from '../../server/index.ts'
import type { ChatMessage, Page } from './messages.ts'
import { MAX_KNOWN_PEOPLE } from './tuning.ts'

/** A message before it has its place. */
export type Draft = Omit<ChatMessage, 'seq' | 'editedAtMs' | 'deleted'>

/** Reading marks of one person, by channel. */
export type Marks = Record<string, { seq: number; mentions: number }>

export type Ban = 'mute' | 'kick'

/** A ban as it is kept: its end in milliseconds since 1970, and its whole length. */
export type KeptBan = { untilMs: number; forMs: number }

/** What the chat keeps in the server's storage, under names that begin with the chat's own. */
export class Archive {
  readonly #storage: GameStorage
  readonly #space: string

  constructor(storage: GameStorage, space: string) {
    this.#storage = storage
    this.#space = space
  }

  /** Keeps a message and tells whom it names, all at once. `isNew` is false for one that was kept before. */
  async say(draft: Draft): Promise<{ message: ChatMessage; isNew: boolean }> {
    const { channel, id, by, ...rest } = draft
    const told = (draft.mentions ?? []).map((person) => ({
      log: this.#mentionsOf(person, channel),
      id: `${by}:${id}`,
      value: null,
    }))
    const [entry] = await this.#storage.append([
      { log: this.#logOf(channel), id: `${by}:${id}`, value: { by, ...rest } },
      ...told,
    ])
    return { message: toMessage(channel, entry!), isNew: entry!.isNew }
  }

  /** A message that this person sent before under that id. */
  async find(channel: string, { by, id }: { by: string; id: string }): Promise<ChatMessage | undefined> {
    const entry = await this.#storage.find(this.#logOf(channel), `${by}:${id}`)
    return entry && toMessage(channel, entry)
  }

  async bySeq(channel: string, seq: number): Promise<ChatMessage | undefined> {
    const [entry] = await this.#storage.page(this.#logOf(channel), { after: seq - 1, limit: 1 })
    return entry?.seq === seq ? toMessage(channel, entry) : undefined
  }

  async change({ channel, seq, id: _, ...value }: ChatMessage): Promise<void> {
    await this.#storage.amend(this.#logOf(channel), seq, value)
  }

  async page(channel: string, options: { before?: number; after?: number; limit: number }): Promise<Page> {
    const log = this.#logOf(channel)
    const [entries, last] = await Promise.all([this.#storage.page(log, options), this.#storage.last(log)])
    return { messages: entries.map((entry) => toMessage(channel, entry)), last }
  }

  last(channel: string): Promise<number> {
    return this.#storage.last(this.#logOf(channel))
  }

  /** How often somebody was named in a channel, ever. */
  mentions(person: string, channel: string): Promise<number> {
    return this.#storage.last(this.#mentionsOf(person, channel))
  }

  async marks(person: string): Promise<Marks> {
    return ((await this.#storage.get(`${this.#space}/read/${person}`)) ?? {}) as Marks
  }

  async keepMarks(person: string, marks: Marks): Promise<void> {
    await this.#storage.put(`${this.#space}/read/${person}`, marks)
  }

  /** What everybody who spoke is called, by person. */
  async names(): Promise<Map<string, string>> {
    return this.#listed('name', MAX_KNOWN_PEOPLE) as Promise<Map<string, string>>
  }

  async keepName(person: string, name: string): Promise<void> {
    await this.#storage.put(`${this.#space}/name/${person}`, name)
  }

  async bans(kind: Ban): Promise<Map<string, KeptBan>> {
    return this.#listed(kind, MAX_KNOWN_PEOPLE) as Promise<Map<string, KeptBan>>
  }

  /** @param ban undefined takes it back */
  async ban(kind: Ban, person: string, ban: KeptBan | undefined): Promise<void> {
    await this.#storage.put(`${this.#space}/${kind}/${person}`, ban)
  }

  async slowModes(): Promise<Map<string, number>> {
    return this.#listed('slow', MAX_KNOWN_PEOPLE) as Promise<Map<string, number>>
  }

  async keepSlowMode(channel: string, seconds: number): Promise<void> {
    await this.#storage.put(`${this.#space}/slow/${channel}`, seconds === 0 ? undefined : seconds)
  }

  async #listed(kind: string, limit: number): Promise<Map<string, Json>> {
    const prefix = `${this.#space}/${kind}/`
    const records = await this.#storage.list(prefix, limit)
    return new Map(records.map(({ key, value }) => [key.slice(prefix.length), value]))
  }

  #logOf(channel: string): string {
    return `${this.#space}/channel/${channel}`
  }

  #mentionsOf(person: string, channel: string): string {
    return `${this.#space}/mentions/${person}/${channel}`
  }
}

function toMessage(channel: string, { seq, id, value }: LogEntry): ChatMessage {
  const kept = value as unknown as Omit<ChatMessage, 'channel' | 'seq' | 'id'>
  return { channel, seq, id: id.slice(kept.by.length + 1), ...kept }
}
