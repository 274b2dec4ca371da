import type { Archive } from './archive.ts'
import type { Welcome } from './messages.ts'
import type { Person } from './people.ts'

/** How far everybody has read, and how often they were named since. */
export class Marks {
  readonly #archive: Archive
  readonly #channels: readonly string[]
  readonly #unsaved = new Set<Person>()
  /** Newest message of each channel: nobody has read further. */
  readonly #lasts = new Map<string, number>()

  constructor(archive: Archive, channels: readonly string[]) {
    this.#archive = archive
    this.#channels = channels
  }

  /** Fills in what is kept of somebody who comes in. A first visit begins with everything read. */
  async load(person: Person): Promise<void> {
    const [kept, ...counts] = await Promise.all([
      this.#archive.marks(person.id),
      ...this.#channels.flatMap((channel) => [
        this.#archive.mentions(person.id, channel),
        this.#archive.last(channel),
      ]),
    ])
    for (const [index, channel] of this.#channels.entries()) {
      const [mentions, last] = [counts[index * 2]!, counts[index * 2 + 1]!]
      this.heard(channel, last)
      person.mentioned.set(channel, mentions)
      person.read.set(channel, kept[channel] ?? { seq: last, mentions })
    }
    if (Object.keys(kept).length < this.#channels.length) this.#unsaved.add(person)
  }

  async channelsOf(person: Person): Promise<Welcome['channels']> {
    const lasts = await Promise.all(this.#channels.map((channel) => this.#archive.last(channel)))
    return this.#channels.map((id, index) => {
      const read = person.read.get(id) ?? { seq: 0, mentions: 0 }
      const mentions = (person.mentioned.get(id) ?? 0) - read.mentions
      return { id, last: lasts[index]!, read: read.seq, mentions: Math.max(0, mentions) }
    })
  }

  /** There is a message up to there. */
  heard(channel: string, seq: number): void {
    this.#lasts.set(channel, Math.max(seq, this.#lasts.get(channel) ?? 0))
  }

  /** @returns whether that is further than before; who reads on two pages does not fall back */
  read(person: Person, channel: string, seq: number): boolean {
    const until = Math.min(seq, this.#lasts.get(channel) ?? 0)
    if (until <= (person.read.get(channel)?.seq ?? 0)) return false
    person.read.set(channel, { seq: until, mentions: person.mentioned.get(channel) ?? 0 })
    this.#unsaved.add(person)
    return true
  }

  /** Writes what changed. A mark that is lost with the process costs a second reading, so nobody waits for it. */
  async save(only?: Person): Promise<void> {
    const people = only ? [only].filter((person) => this.#unsaved.has(person)) : [...this.#unsaved]
    for (const person of people) this.#unsaved.delete(person)
    const saved = people.map(({ id, read }) => this.#archive.keepMarks(id, Object.fromEntries(read)))
    // The storage tells of its failures itself.
    await Promise.allSettled(saved)
  }
}
