import { Protocol } from '@colyseus/core'
import type { GuardedSocket } from '../transport/guarded-socket.ts'
import type { Sent } from '../transport/outbox.ts'
import { WssClient, type WssClientOptions } from '../transport/wss-client.ts'
import { bytesOf, textOf } from './json-frames.ts'

/** A client of the JSON gateway, as rooms see it: any other. It gets events, replies and errors, and no state patches. */
export class JsonClient extends WssClient {
  constructor(sessionId: string, socket: GuardedSocket, options: WssClientOptions) {
    super(sessionId, socket, { ...options, text: true })
  }

  override raw(frame: Uint8Array, options?: unknown, sent?: Sent): void {
    const text = textOf(frame)
    if (text) super.raw(text, options, sent)
    else sent?.()
  }

  override takesPatch(_bytes: number): boolean {
    return true
  }

  /** Tells something of the gateway's own. */
  say(text: object): void {
    super.raw(bytesOf(text))
  }

  /** Tells the room that the client has what it needs: messages no longer wait. */
  acknowledge(socket: GuardedSocket): void {
    socket.deliver(Uint8Array.of(Protocol.JOIN_ROOM))
  }
}
