import type { Client } from '@colyseus/core'
import type { StateView } from '@colyseus/schema'
import { JsonClient } from '../gateway/json-client.ts'
import { PatchSerializer } from '../sync/patch-serializer.ts'
import type { GameRoom } from './game-room.ts'

/**
 * The views of a room's clients. Colyseus forgets to give them back (D10): each keeps its number, and its bits on
 * everything it saw, until memory happens to be cleaned up.
 */
export class Views {
  readonly #room: GameRoom
  /** Views of dropped players whose seats are held, by session. */
  readonly #held = new Map<string, StateView>()

  constructor(room: GameRoom) {
    this.#room = room
  }

  /** The player may come back, to the same view. */
  hold({ sessionId, view }: Client): void {
    if (view) this.#held.set(sessionId, view)
  }

  returned({ sessionId }: Client): void {
    this.#held.delete(sessionId)
  }

  /** The session is over: its view is given back, unless somebody else looks through it too. */
  release(client: Client): void {
    const { sessionId, view = this.#held.get(sessionId) } = client
    const serializer: unknown = this.#room['_serializer']
    if (serializer instanceof PatchSerializer) serializer.leave(client)
    this.#held.delete(sessionId)
    if (!view) return
    const shared = (other: { view?: StateView | undefined }) => other.view === view
    if (this.#room.clients.some((other) => other.sessionId !== sessionId && shared(other))) return
    if ([...this.#held.values()].includes(view)) return
    view.dispose()
  }
}

/** Who comes back still holds an older state: with the new one it is told what of that is gone. */
export function armFullState(room: GameRoom, returned: WeakSet<Client>): void {
  const sendFullState = room['sendFullState'] as (client: Client) => void
  room['sendFullState'] = ((client: Client) => {
    if (client instanceof JsonClient) return
    const serializer: unknown = room['_serializer']
    if (!returned.has(client) || !(serializer instanceof PatchSerializer))
      return sendFullState.call(room, client)
    const timing = room['_inputController'] === undefined ? undefined : { sNow: room.clock.elapsedTime }
    for (const frame of serializer.snapshotOver(client, timing)) client.raw(frame)
  }) as never
}
