import { z } from 'zod'
import { type Client, GameRoom, message, request } from '../../server/index.ts'
import { type SchemaType, schema, t } from '../../shared/schema.ts'

const Pawn = schema(
  {
    x: t.float64().default(0),
    y: t.float64().default(0),
    name: t.string().default(''),
    hits: t.uint16().default(0),
  },
  'Pawn',
)
export const Field = schema({ pawns: t.map(Pawn), motto: t.string().default('untouched') }, 'Field')
export type Field = SchemaType<typeof Field>
export const Steer = schema(
  {
    x: t.float32().default(0),
    turn: t.quantized({ min: -1, max: 1, bits: 16 }).default(0),
    jump: t.boolean().default(false),
    word: t.string().default(''),
    count: t.number().default(0),
    id: t.uint8().default(0),
  },
  'Steer',
)
export type Steer = SchemaType<typeof Steer>

const within = z.number().min(-1_000).max(1_000)

/** The rooms of this process. */
export const openFields = new Set<FieldRoom>()

/** A room with something of everything that a client may send: messages, requests, inputs, and a state they change. */
export class FieldRoom extends GameRoom<{ state: Field; input: Steer; events: { said: string } }> {
  override state = new Field()
  override inputs = this.defineInput(Steer, { sanitize: { x: [-1, 1] } })
  override reconnectHoldSeconds = 0
  override clientsMayCreate = true
  override joinOptions = z
    .object({
      name: z.string().max(40).optional(),
      team: z.enum(['red', 'blue']).optional(),
      tags: z.array(z.string()).optional(),
    })
    .optional()
  override messages = {
    say: message(z.string().max(200), (client, text) => client.send('said', text)),
    place: message(z.object({ x: within, y: within }), (client, { x, y }) => {
      const pawn = this.state.pawns.get(client.sessionId)
      if (pawn) Object.assign(pawn, { x, y })
    }),
    bag: message(z.record(z.string(), z.unknown()), (client, bag) =>
      client.send('said', String(Object.keys(bag).length)),
    ),
    day: message(z.date(), () => {}),
  }
  override requests = {
    sum: request(z.array(z.number().min(-1e6).max(1e6)), (_client, all) =>
      all.reduce((sum, n) => sum + n, 0),
    ),
    rename: request(z.object({ name: z.string().max(20) }), (client, { name }) => {
      const pawn = this.state.pawns.get(client.sessionId)
      if (pawn) pawn.name = name
      return name
    }),
  }

  override onCreate() {
    openFields.add(this)
  }

  override onDispose() {
    openFields.delete(this)
  }

  override onJoin(client: Client) {
    this.state.pawns.set(client.sessionId, new Pawn())
  }

  override onLeave(client: Client) {
    this.state.pawns.delete(client.sessionId)
  }

  override onTick() {
    for (const [sessionId, pawn] of this.state.pawns) {
      const input = this.inputs.get(sessionId).next()
      if (!input) continue
      pawn.x = (pawn.x + input.x) % 1_000
      pawn.y = input.turn
      if (input.jump) pawn.hits = (pawn.hits + 1) % 65_536
    }
  }
}
