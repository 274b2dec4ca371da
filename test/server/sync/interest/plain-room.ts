import { z } from 'zod'
import { type Client, GameRoom, message } from '../../../../server/index.ts'
import type { DistanceTier } from '../../../../server/sync/interest/interest-options.ts'
import { type SchemaType, schema, t } from '../../../../shared/schema.ts'

export const Hiker = schema(
  {
    x: t.float64().default(0),
    y: t.float64().optional(),
    label: t.string().default(''),
    bag: t.array('uint8'),
  },
  'Hiker',
)
export const Stone = schema(
  { x: t.float64().default(0), y: t.float64().default(0), label: t.string().default('') },
  'Stone',
)
export const PlainState = schema(
  { tick: t.uint32().default(0), hikers: t.map(Hiker).view(), stones: t.map(Stone).view() },
  'PlainState',
)
export type PlainState = SchemaType<typeof PlainState>
export type Hiker = SchemaType<typeof Hiker>

/** A wide plain: hikers see each other from 50 metres, and stones from 10. */
export class PlainRoom extends GameRoom<{ state: PlainState }> {
  override state = new PlainState()
  override reconnectHoldSeconds = 5
  override messages = {
    go: message(z.object({ x: z.number(), y: z.number() }), (client, to) => this.go(client, to)),
  }
  /** Of hikers, in metres; another room has another one. */
  radiusMetres = 50
  tiers: readonly DistanceTier[] = []
  hikers = this.interest(this.state.hikers, { x: 'x', y: 'y' as 'x', radiusMetres: this.radiusMetres })
  stones = this.interest(this.state.stones, { x: 'x', y: 'y', radiusMetres: 10, leaveRadiusMetres: 10 })

  override onTick() {
    this.state.tick++
  }

  override onJoin({ sessionId }: Client) {
    this.state.hikers.set(sessionId, new Hiker().assign({ y: 0, label: sessionId }))
  }

  override onLeave({ sessionId }: Client) {
    this.state.hikers.delete(sessionId)
  }

  place(key: string, x: number, y = 0): Hiker {
    const hiker = new Hiker().assign({ x, y, label: `<${key}>` })
    this.state.hikers.set(key, hiker)
    return hiker
  }

  go({ sessionId }: Client, to: { x: number; y: number }): void {
    this.state.hikers.get(sessionId)?.assign(to)
  }
}

const Rudder = schema({ turn: t.int8().default(0) }, 'Rudder')
/** The same, with the room's time in each frame. */
export class TimedPlainRoom extends PlainRoom {
  override inputs = this.defineInput(Rudder)
}
