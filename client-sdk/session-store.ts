import type { KeyValue } from './storage.ts'

/**
 * Carries a session over a reload of the page. The token is written only while the page goes away and removed when it
 * is read, so that a duplicated tab, which copies the storage, cannot take the session from the first one.
 */
export class SessionStore {
  readonly #storage: KeyValue
  readonly #prefix: string
  readonly #open = new Map<string, () => string>()

  constructor(storage: KeyValue, origin: string) {
    this.#storage = storage
    this.#prefix = `fairground.session:${origin}/`
    if (typeof addEventListener === 'function') addEventListener('pagehide', () => this.#save())
  }

  /** Remembers an open session; `token` is asked for when the page goes away, for it changes with each reconnect. */
  keep(roomName: string, token: () => string): void {
    this.#open.set(roomName, token)
  }

  forget(roomName: string): void {
    this.#open.delete(roomName)
  }

  /** The token of the session this tab had in `roomName` before it was reloaded; it is given out once. */
  take(roomName: string): string | undefined {
    const key = this.#prefix + roomName
    const token = this.#storage.getItem(key) ?? undefined
    this.#storage.removeItem(key)
    return token
  }

  #save(): void {
    for (const [roomName, token] of this.#open) this.#storage.setItem(this.#prefix + roomName, token())
  }
}
