import { z } from 'zod'
import { type Client, FairgroundError, GameRoom, message, request } from '../../../server/index.ts'
import { type SchemaType, schema, t } from '../../../shared/schema.ts'

const Counter = schema({ total: t.uint32().default(0) }, 'Counter')
type Counter = SchemaType<typeof Counter>

export interface CounterEvents {
  told: { text: string; at: number }
}

const ITEM = z.object({ kind: z.enum(['apple', 'pear']), count: z.coerce.number().int().min(1).max(9) })

/** Counts what it is sent, and keeps what its handlers were given. */
export class CounterRoom extends GameRoom<{ state: Counter; events: CounterEvents }> {
  override state = new Counter()
  readonly given: unknown[] = []

  override messages = {
    add: message(ITEM, (_client, item) => {
      this.given.push(item)
      this.state.total += item.count
    }),
    slow: message(
      z.string().refine(async (text) => text === (await Promise.resolve('password')), 'not the password'),
      (_client, text) => void this.given.push(text),
    ),
    many: message(z.object({ a: z.int(), b: z.int(), c: z.int(), d: z.int(), e: z.int() }), () => {}),
    refused: message(z.undefined(), () => {
      throw new FairgroundError('REQUEST_REFUSED', { message: 'Not with me.' })
    }),
    whisper: message(z.string(), (client, text) => client.send('told', { text, at: this.tick })),
    shout: message(z.string(), (client, text) =>
      this.broadcast('told', { text, at: this.tick }, { except: client as never }),
    ),
  }

  override requests = {
    total: request(z.undefined(), () => this.state.total),
    echo: request(z.unknown(), (_client, value) => value),
    later: request(z.string(), async (client: Client, text) => {
      await Promise.resolve()
      return { text, from: client.sessionId }
    }),
    buy: request(ITEM, (_client, { kind, count }) => {
      if (count > 5) throw new FairgroundError('REQUEST_REFUSED', { message: `Only 5 of ${kind} are left.` })
      this.given.push(kind)
      return { kind, left: 5 - count }
    }),
    nothing: request(z.undefined(), () => undefined),
  }
}
