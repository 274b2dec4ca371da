import { nameKey } from '../../shared/names.ts'
import { uniqueName } from './text.ts'
import { MAX_KNOWN_PEOPLE } from './tuning.ts'

/** Somebody who is here, on one page or several. */
export interface Person {
  readonly id: string
  name: string
  readonly moderator: boolean
  /** Connected sessions, and the channel that each has open. */
  readonly sessions: Map<string, string | undefined>
  /** Sessions whose seats are held, connected ones included. */
  readonly seats: Set<string>
  /** Last message read, and mentions told of, by channel. */
  readonly read: Map<string, { seq: number; mentions: number }>
  /** All mentions ever, by channel. */
  readonly mentioned: Map<string, number>
}

/** Who is here, and what everybody who ever spoke is called. */
export class People {
  readonly #here = new Map<string, Person>()
  readonly #bySession = new Map<string, Person>()
  /** Person by name, of those here and those known. */
  readonly #idByName = new Map<string, string>()
  readonly #knownNames = new Map<string, string>()

  /** People with a connection now. */
  get online(): number {
    let count = 0
    for (const { sessions } of this.#here.values()) if (sessions.size > 0) count++
    return count
  }

  get all(): IterableIterator<Person> {
    return this.#here.values()
  }

  bySession(sessionId: string): Person | undefined {
    return this.#bySession.get(sessionId)
  }

  byId(id: string): Person | undefined {
    return this.#here.get(id)
  }

  /** Who goes by that name: what mentions are resolved with. */
  idByName = (key: string): string | undefined => this.#idByName.get(key)

  /** Somebody who spoke here before. */
  know(id: string, name: string): void {
    const before = this.#knownNames.get(id)
    if (before === undefined && this.#knownNames.size >= MAX_KNOWN_PEOPLE) return
    if (before !== undefined && this.#idByName.get(nameKey(before)) === id)
      this.#idByName.delete(nameKey(before))
    this.#knownNames.set(id, name)
    this.#idByName.set(nameKey(name), id)
  }

  isKnownAs(id: string, name: string): boolean {
    return this.#knownNames.get(id) === name
  }

  /** A name for that person that nobody else has. */
  freeName(id: string, wanted: string): string {
    return uniqueName(wanted, (key) => (this.#idByName.get(key) ?? id) !== id)
  }

  /** A session begins. Somebody who is here on another page already stays who they are. */
  enter(
    sessionId: string,
    { id, name, moderator }: { id: string; name: string; moderator: boolean },
  ): Person {
    const person = this.#here.get(id) ?? {
      id,
      name: this.freeName(id, name),
      moderator,
      sessions: new Map(),
      seats: new Set(),
      read: new Map(),
      mentioned: new Map(),
    }
    this.#here.set(id, person)
    this.#bySession.set(sessionId, person)
    this.#idByName.set(nameKey(person.name), id)
    person.seats.add(sessionId)
    person.sessions.set(sessionId, undefined)
    return person
  }

  rename(person: Person, wanted: string): void {
    this.#releaseName(person)
    person.name = this.freeName(person.id, wanted)
    this.#idByName.set(nameKey(person.name), person.id)
  }

  /** The session is over. @returns the person if that was the last one */
  leave(sessionId: string): Person | undefined {
    const person = this.#bySession.get(sessionId)
    if (!person) return undefined
    this.#bySession.delete(sessionId)
    person.sessions.delete(sessionId)
    person.seats.delete(sessionId)
    if (person.seats.size > 0) return undefined
    this.#here.delete(person.id)
    this.#releaseName(person)
    return person
  }

  /** Gives up a name unless it is the one by which this person is known. */
  #releaseName({ id, name }: Person): void {
    const key = nameKey(name)
    const known = this.#knownNames.get(id)
    if (this.#idByName.get(key) === id && (known === undefined || nameKey(known) !== key))
      this.#idByName.delete(key)
  }
}
