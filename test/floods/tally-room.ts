/** A room that counts: each step changes its state, each message is answered, and what each session had handled is kept. */
import { z } from 'zod'
import { type Client, GameRoom, message, request } from '../../server/index.ts'
import { type SchemaType, schema, t } from '../../shared/schema.ts'

export const Tally = schema({ step: t.uint32().default(0) }, 'Tally')
export type Tally = SchemaType<typeof Tally>
const Stick = schema({ x: t.uint8().default(0) }, 'Stick')
type Stick = SchemaType<typeof Stick>

/** Bytes of the answer to `fill`: who asks for many and reads none fills the buffers towards it. */
const FILL_BYTES = 8_000

/** Messages and requests handled, by session. */
export const handled = new Map<string, number>()

export class TallyRoom extends GameRoom<{ state: Tally; input: Stick; events: { said: number } }> {
  override state = new Tally()
  override inputs = this.defineInput(Stick)
  override clientsMayCreate = true
  override reconnectHoldSeconds = 0

  override messages = {
    say: message(z.number(), (client, n) => {
      count(client)
      client.send('said', n)
    }),
  }
  override requests = {
    fill: request(z.null(), (client) => {
      count(client)
      return 'x'.repeat(FILL_BYTES)
    }),
  }

  override onTick() {
    this.state.step++
  }
}

function count({ sessionId }: Client): void {
  handled.set(sessionId, (handled.get(sessionId) ?? 0) + 1)
}
