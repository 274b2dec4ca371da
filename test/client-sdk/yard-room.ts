import type { WebSocket } from 'ws'
import { z } from 'zod'
import { type Client, FairgroundError, GameRoom, message, request } from '../../server/index.ts'
import { type SchemaType, schema, t } from '../../shared/schema.ts'

export const Child = schema(
  { name: t.string().default(''), steps: t.uint16().default(0), toys: t.map('string') },
  'Child',
)
export type Child = SchemaType<typeof Child>

export const YardState = schema(
  { bell: t.uint16().default(0), children: t.map(Child), chalk: t.array('string') },
  'YardState',
)
export type YardState = SchemaType<typeof YardState>

export interface YardEvents {
  welcome: { name: string; order: number }
  shout: { by: string; text: string }
}

/** A room with one of everything that a client can see, send and ask. */
export class YardRoom extends GameRoom<{ state: YardState; events: YardEvents }> {
  override clientsMayCreate = true
  override maxClients = 8
  override joinOptions = z.object({ name: z.string().min(1).max(20).default('nobody') })
  override state = new YardState()
  readonly heard: string[] = []

  override messages = {
    shout: message(z.string().max(20), (client, text) => {
      this.heard.push(text)
      this.broadcast('shout', { by: client.sessionId, text })
    }),
    ring: message(z.undefined(), () => void this.state.bell++),
    stumble: message(z.undefined(), () => {
      throw new Error('fell over')
    }),
  }

  override requests = {
    double: request(z.number(), (_client, n) => ({ doubled: n * 2 })),
    whoAmI: request(z.undefined(), (client) => client.auth?.id ?? ''),
    refused: request(z.undefined(), () => {
      throw new FairgroundError('REQUEST_REFUSED', { message: 'Not today.' })
    }),
    trip: request(z.undefined(), () => {
      throw new Error('fell over')
    }),
    never: request(z.undefined(), () => new Promise<string>(() => {})),
  }

  override onJoin(client: Client, { name }: { name: string }) {
    client.send('welcome', { name, order: 1 })
    client.send('welcome', { name, order: 2 })
    const child = new Child()
    child.name = name
    this.state.children.set(client.sessionId, child)
  }

  override onLeave(client: Client) {
    this.state.children.delete(client.sessionId)
  }

  /** Breaks a player's connection as a dead network does: without a close frame. */
  breakConnection(sessionId: string): void {
    const { ref } = this.clients.getById(sessionId)!
    ;(ref as WebSocket).terminate()
  }
}

/** A yard that holds no seat long enough for anybody to come back. */
export class HastyYardRoom extends YardRoom {
  override reconnectHoldSeconds = 0.02
}
