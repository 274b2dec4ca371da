/** A server that a test may lose: plain Colyseus, or ours, with the same room; see serve.ts. */
import { Room } from '@colyseus/core'
import { z } from 'zod'
import { GameRoom, message } from '../../../server/index.ts'
import { schema, t } from '../../../shared/schema.ts'
import { serve } from './serve.ts'

const Stick = schema({ x: t.float32().default(0) }, 'Stick')

class PlainRoom extends Room {
  override inputs = this.defineInput(Stick)
  override messages = {
    fail: () => fail(),
    hello: (client: { send(type: string): void }) => client.send('hello'),
  }
}

class OurRoom extends GameRoom {
  override clientsMayCreate = true
  override inputs = this.defineInput(Stick)
  override messages = {
    fail: message(z.undefined(), () => fail()),
    hello: message(z.undefined(), (client) => client.send('hello', undefined)),
  }
}

function fail(): never {
  throw new Error('in a handler')
}

await serve({ plain: PlainRoom, ours: OurRoom })
