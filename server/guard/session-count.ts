import type { Client } from '@colyseus/core'
import type { Admission } from './admission.ts'

/** Keeps the number of each player's sessions, held seats included, as rooms tell of joins and leaves. */
export class SessionCount {
  readonly #admission: Admission
  /** By session id: who comes back is another client of the same session. */
  readonly #open = new Map<string, () => void>()

  constructor(admission: Admission) {
    this.#admission = admission
  }

  joined({ sessionId, auth }: Client): void {
    const identity: unknown = (auth as { id?: unknown } | undefined)?.id
    if (typeof identity === 'string') this.#open.set(sessionId, this.#admission.openSession(identity))
  }

  left({ sessionId }: Client): void {
    this.#open.get(sessionId)?.()
    this.#open.delete(sessionId)
  }
}
