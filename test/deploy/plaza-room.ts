import type { WebSocket } from 'ws'
import { z } from 'zod'
import { FairgroundError, GameRoom, type JoinContext, message, request } from '../../server/index.ts'
import { type SchemaType, schema, t } from '../../shared/schema.ts'

export const PlazaState = schema(
  { bell: t.uint32().default(0), banner: t.string().default(''), process: t.string().default('') },
  'PlazaState',
)
export type PlazaState = SchemaType<typeof PlazaState>

/** What tests need of a room behind a proxy: something to send, to ask and to see, as small and as large as allowed. */
export class PlazaRoom extends GameRoom<{ state: PlazaState; events: { flyer: string } }> {
  override clientsMayCreate = true
  override reconnectHoldSeconds = 60
  override state = new PlazaState()
  override messages = {
    /** Breaks the sender's connection as a dead network does: without a close frame. */
    cut: message(z.undefined(), (client) => (client.ref as WebSocket).terminate()),
    ring: message(z.undefined(), () => void this.state.bell++),
    print: message(z.number(), (client, length) => client.send('flyer', 'x'.repeat(length))),
    paint: message(z.number(), (_client, length) => {
      this.state.banner = 'x'.repeat(length)
    }),
  }
  override requests = {
    length: request(z.string(), (_client, text) => text.length),
    pid: request(z.undefined(), () => process.pid),
  }
}

/** Tells whoever wants to join what the server thinks of him, and lets nobody in. */
export class MirrorRoom extends GameRoom {
  static override async onAuth(_token: string, _options: unknown, context: JoinContext): Promise<never> {
    const { ip, headers, req } = context
    const names = [...headers.keys(), ...req.rawHeaders.filter((_, index) => index % 2 === 0)]
    const text = JSON.stringify({ ip, headers: [...new Set(names.map((name) => name.toLowerCase()))] })
    throw new FairgroundError('JOIN_REFUSED', { message: text })
  }
}

export const rooms = { plaza: PlazaRoom, mirror: MirrorRoom }
