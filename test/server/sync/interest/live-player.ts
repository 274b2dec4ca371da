import { Client as StockClient, Room as StockRoom } from '@colyseus/sdk'
import { connect } from '../../../../client-sdk/index.ts'
import { wireOf } from '../../../../client-sdk/room.ts'
import type { TestServer } from '../../../../testing/index.ts'
import type { WorldRoom } from './live-room.ts'
import type { Onlooker } from './observers.ts'
import type { WorldState } from './world.ts'

type Server = TestServer<{ world: typeof WorldRoom }>['server']

export const SDKS = ['our SDK', 'the official SDK'] as const
export type Sdk = (typeof SDKS)[number]

/** Frames as they come out of the sockets, before any SDK looks at them, by the session they are for. */
export class Frames {
  readonly #taken = new Map<string, Uint8Array[]>()
  readonly #restore: () => void

  /** Both SDKs hand every frame to this method of the official one. */
  constructor() {
    const prototype = StockRoom.prototype as unknown as { onMessageCallback(event: MessageEvent): void }
    const original = prototype.onMessageCallback
    const taken = this.#taken
    prototype.onMessageCallback = function (this: StockRoom, event) {
      const frames = taken.get(this.sessionId) ?? []
      taken.set(this.sessionId, frames)
      frames.push(new Uint8Array(event.data as ArrayBuffer).slice())
      original.call(this, event)
    }
    this.#restore = () => {
      prototype.onMessageCallback = original
    }
  }

  /** Those of a session since the last time it was asked for. */
  take(sessionId: string): Uint8Array[] {
    return this.#taken.get(sessionId)?.splice(0) ?? []
  }

  [Symbol.dispose](): void {
    this.#restore()
  }
}

/** A player over wss, of either SDK, and what it must have seen to compare it with. */
export interface LivePlayer<S = WorldState> extends Onlooker {
  readonly sdk: Sdk
  readonly state: S
  /** Settles when everything that the server sent before has been decoded. */
  heard(): Promise<void>
  /** Loses its connection, and comes back to its seat on another one. */
  reconnect(): Promise<void>
  leave(): Promise<unknown>
}

/** Until all who are not behind have decoded what they were sent: those, too, who catch up while others are waited for. */
export async function allHeard<P extends LivePlayer>(
  players: Iterable<P>,
  isBehind: (player: P) => boolean,
): Promise<void> {
  const waiting = new Set(players)
  for (;;) {
    const due = [...waiting].filter((player) => !isBehind(player))
    if (due.length === 0) return
    await Promise.all(due.map((player) => player.heard()))
    for (const player of due) waiting.delete(player)
  }
}

export async function joinAs<S = WorldState>(sdk: Sdk, url: string, roomId: string): Promise<LivePlayer<S>> {
  const line = url.replace('https', 'wss')
  return sdk === 'our SDK' ? ours<S>(line, roomId) : official<S>(line, roomId)
}

const unseen = (): Pick<Onlooker, 'eye' | 'saw'> => ({
  eye: undefined,
  saw: { mobs: new Set(), crates: new Set() },
})

async function ours<S>(line: string, roomId: string): Promise<LivePlayer<S>> {
  const room = await connect<Server>(line).joinById('world', roomId)
  const status = (wanted: string) =>
    new Promise<void>((resolve) => {
      const stop = room.onStatus((now) => {
        if (now !== wanted) return
        stop()
        resolve()
      })
    })
  return {
    ...unseen(),
    sdk: 'our SDK',
    sessionId: room.sessionId,
    get state() {
      return room.state as unknown as S
    },
    heard: async () => void (await room.ping()),
    async reconnect() {
      const back = status('open')
      wireOf(room).connection.close()
      await back
      await room.ping()
    },
    leave: () => room.leave(),
  }
}

async function official<S>(line: string, roomId: string): Promise<LivePlayer<S>> {
  const client = new StockClient(line)
  let room = await client.joinById<S>(roomId)
  const firstState = () => new Promise<void>((resolve) => room.onStateChange.once(() => resolve()))
  const heard = () => new Promise<void>((resolve) => room.ping(() => resolve()))
  await firstState()
  return {
    ...unseen(),
    sdk: 'the official SDK',
    sessionId: room.sessionId,
    get state() {
      return room.state
    },
    heard,
    async reconnect() {
      const { reconnectionToken } = room
      const gone = new Promise<void>((resolve) => room.onLeave(() => resolve()))
      room.reconnection.enabled = false
      room.connection.close()
      await gone
      room = await client.reconnect<S>(reconnectionToken)
      await firstState()
    },
    leave: () => room.leave(),
  }
}
