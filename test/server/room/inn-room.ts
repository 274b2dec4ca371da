import type { WebSocket } from 'ws'
import { type Client, FairgroundError, GameRoom } from '../../../server/index.ts'

/** What the rooms below were asked to do, in order: `hook`, with the close code where there is one. */
export let journal: string[] = []

export function newJournal(): void {
  journal = []
}

/** One bed, and a book of who comes and goes. */
export class InnRoom extends GameRoom {
  override clientsMayCreate = true
  override maxClients = 1
  readonly guests: Client[] = []

  override onJoin(client: Client) {
    client.userData = 'luggage'
    this.guests.push(client)
    journal.push('join')
  }
  override onDrop(_client: Client, code?: number): void | Promise<void> {
    journal.push(`drop ${code}`)
  }
  override onReconnect(client: Client): void | Promise<void> {
    this.guests.push(client)
    journal.push('reconnect')
  }
  override onLeave(_client: Client, code?: number) {
    journal.push(`leave ${code}`)
  }
  override onDispose() {
    journal.push('dispose')
  }

  /** Breaks a guest's connection as a dead network does: without a close frame. */
  breakConnection(sessionId: string): void {
    const { ref } = this.clients.getById(sessionId)!
    ;(ref as WebSocket).terminate()
  }
}

/** Keeps no bed for who is away for longer than this. */
export class HastyInnRoom extends InnRoom {
  override reconnectHoldSeconds = 0.02
}

export class ForgetfulInnRoom extends InnRoom {
  override reconnectHoldSeconds = 0
}

/** Takes its time to write down who has gone. */
export class SlowInnRoom extends InnRoom {
  readonly written = Promise.withResolvers<void>()
  override async onDrop(client: Client, code?: number) {
    await this.written.promise
    super.onDrop(client, code)
  }
}

/** Does not let anybody in twice. */
export class StrictInnRoom extends InnRoom {
  override onReconnect() {
    throw new FairgroundError('JOIN_REFUSED', { message: 'The door is locked at night.' })
  }
}

export class BrokenInnRoom extends InnRoom {
  override onReconnect() {
    throw new Error('secret of the house')
  }
}
