import { type Client, GameRoom } from '../../../../server/index.ts'
import { type SchemaType, schema, t } from '../../../../shared/schema.ts'

export const Beacon = schema(
  {
    x: t.float32().default(0),
    y: t.float32().default(0),
    /** The tick in which it was written last: how old what a client has of it is. */
    tick: t.uint32().default(0),
    /** How much the room says it matters. */
    matters: t.float32().default(1),
  },
  'Beacon',
)
export type Beacon = SchemaType<typeof Beacon>
export const BeaconState = schema(
  {
    tick: t.uint32().default(0),
    /** What everybody gets, whatever it takes. */
    notice: t.string().default(''),
    reds: t.map(Beacon).view(),
    greens: t.map(Beacon).view(),
    blues: t.map(Beacon).view(),
  },
  'BeaconState',
)
export type BeaconState = SchemaType<typeof BeaconState>
export const COLOURS = ['reds', 'greens', 'blues'] as const
export type Colour = (typeof COLOURS)[number]

export const RADIUS_METRES = 100

/** Three collections of beacons that all change in every tick, around players who stand still. */
export class BeaconRoom extends GameRoom<{ state: BeaconState }> {
  override state = new BeaconState()
  override tickRateHz = 20
  /** Bytes of notice that go to everybody with each patch. */
  noticeBytes = 0

  reds = this.interest(this.state.reds, { x: 'x', y: 'y', radiusMetres: RADIUS_METRES })
  greens = this.interest(this.state.greens, { x: 'x', y: 'y', radiusMetres: RADIUS_METRES })
  blues = this.interest(this.state.blues, { x: 'x', y: 'y', radiusMetres: RADIUS_METRES })

  override onTick() {
    this.state.tick++
    if (this.noticeBytes > 0) this.state.notice = `${this.state.tick}`.padEnd(this.noticeBytes, '.')
    for (const colour of COLOURS)
      for (const beacon of this.state[colour].values()) beacon.tick = this.state.tick
  }

  override onJoin({ sessionId }: Client) {
    this.state.reds.set(sessionId, new Beacon())
  }

  override onLeave({ sessionId }: Client) {
    this.state.reds.delete(sessionId)
  }

  /** Sets up so many beacons from the middle to the edge of what players see. */
  light(colour: Colour, count: number): void {
    for (let n = 0; n < count; n++)
      this.state[colour].set(
        `${colour}${n}`,
        new Beacon().assign({ x: Math.fround((n / count) * RADIUS_METRES) }),
      )
  }
}

/** Far beacons come every fourth patch, very far ones every eighth. */
export class TieredBeaconRoom extends BeaconRoom {
  override reds = this.interest(this.state.reds, {
    x: 'x',
    y: 'y',
    radiusMetres: RADIUS_METRES,
    tiers: [
      { beyondMetres: 40, everyPatches: 4 },
      { beyondMetres: 80, everyPatches: 8 },
    ],
  })
}

/** A room's own word on what matters: not the distance. */
export class WeighedBeaconRoom extends BeaconRoom {
  override reds = this.interest(this.state.reds, {
    x: 'x',
    y: 'y',
    radiusMetres: RADIUS_METRES,
    priority: ({ matters }) => matters,
  })
}
