import type { Client, ClientPrivate } from '@colyseus/core'

// Fields of Colyseus' clients that are ours to keep. They are of the class: V8 looks up everything of an object by name
// that has accessors of its own, or that has once lost a property, and a client is looked at a dozen times a frame.

const EARLY = Symbol('early messages')
const TOKEN = Symbol('reconnection token')
const SIGN = Symbol('sign')

/** Makes a client's reconnection token of one that Colyseus gives it, and of the one it has. */
type Sign = (given: unknown, current: string | undefined) => string

interface Kept {
  [EARLY]?: unknown
  [TOKEN]?: string
  [SIGN]?: Sign
}

/** Makes the clients of a class keep the messages that wait for their join, and their reconnection token, as we do. */
export function keepFields(type: { prototype: object }): void {
  Object.defineProperties(type.prototype, {
    // Colyseus deletes it at each join.
    _enqueuedMessages: {
      get(this: Kept) {
        return this[EARLY]
      },
      set(this: Kept, messages: unknown) {
        this[EARLY] = messages
      },
    },
    // Colyseus gives each client one when it joins, and hands that of a successor on to who was here before.
    reconnectionToken: {
      get(this: Kept) {
        return this[TOKEN]
      },
      set(this: Kept, given: string) {
        this[TOKEN] = this[SIGN]?.(given, this[TOKEN]) ?? given
      },
    },
  })
}

/** From now on the tokens that a client is given are made by `sign`. */
export function signTokens(client: Client, sign: Sign): void {
  const kept = client as Client & Kept
  kept[SIGN] = sign
}

/** The client has joined: no message waits any more. */
export function releaseEarlyMessages(client: Client): void {
  const kept = client as Client & Partial<ClientPrivate>
  if (kept._enqueuedMessages !== undefined) kept._enqueuedMessages = undefined as never
}
