import { type Client, GameRoom } from '../../../../server/index.ts'
import type { SpatialCollection } from '../../../../server/sync/interest/interest-options.ts'
import { type Random, seededRandom } from '../../../../shared/random.ts'
import { type Schema, type SchemaType, schema, t } from '../../../../shared/schema.ts'

const place = () => ({
  x: t.float32().default(0),
  y: t.float32().default(0),
  label: t.string().default(''),
  hp: t.uint8().default(9),
})
const Gem = schema({ worth: t.uint8().default(1) }, 'Gem')
const Locket = schema({ worth: t.uint8().default(1), engraving: t.string().default('').view(1) }, 'Locket')

export const Plain = schema({ ...place(), gem: t.ref(Gem).optional() }, 'PlainThing')
export const Special = Plain.extend({ power: t.uint16().default(7) }, 'SpecialThing')
export const Coarse = schema(
  {
    x: t.quantized({ min: -1_000, max: 1_000, bits: 32 }),
    y: t.quantized({ min: -1_000, max: 1_000, bits: 32 }),
    label: t.string().default(''),
    hp: t.uint8().default(9),
  },
  'CoarseThing',
)
export const Chest = schema({ ...place(), gems: t.map(Gem).view() }, 'ChestThing')
export const Bearer = schema({ ...place(), locket: t.ref(Locket).optional() }, 'BearerThing')

const open = { tick: t.uint32().default(0), crown: t.ref(Gem).optional() }
const MapState = schema({ ...open, things: t.map(Plain).view() }, 'MapState')
const CoarseState = schema({ ...open, things: t.map(Coarse).view() }, 'CoarseState')
const ChestState = schema({ ...open, things: t.map(Chest).view() }, 'ChestState')
const BearerState = schema({ ...open, things: t.map(Bearer).view() }, 'BearerState')
const ArrayState = schema({ ...open, things: t.array(Plain).view() }, 'ArrayState')
const SetState = schema({ ...open, things: t.set(Plain).view() }, 'SetState')
const CollectionState = schema({ ...open, things: t.collection(Plain).view() }, 'CollectionState')

/** What all of these things have. */
export interface Thing {
  x: number
  y: number
  label: string
  hp: number
}
type State = SchemaType<typeof MapState>
type Many = Iterable<Thing> & { values(): Iterable<Thing>; size?: number }

export const RADIUS_METRES = 40

/** Things of one shape that move about, come and go, around players who do the same. */
export abstract class ShapeRoom extends GameRoom<{ state: State }> {
  override random: Random = seededRandom(11)
  protected abstract make(at: number): Thing & Schema
  protected abstract add(key: string, thing: Thing & Schema): void
  protected abstract remove(key: string, thing: Thing): void
  readonly own = new Map<string, Thing>()
  readonly byKey = new Map<string, Thing>()
  #serial = 0

  protected watch<E extends object>(things: SpatialCollection<E>) {
    return this.interest(things as SpatialCollection<Thing & E>, {
      x: 'x' as never,
      y: 'y' as never,
      radiusMetres: RADIUS_METRES,
      leaveRadiusMetres: RADIUS_METRES,
      owner: ({ sessionId }) => this.own.get(sessionId) as never,
      tags: (thing, { own }) => ((thing as unknown) === own ? 1 : 0),
    })
  }

  override onCreate() {
    while (this.#serial < 40) this.spawn(`t${this.#serial++}`)
  }

  override onTick() {
    this.state.tick++
    for (const [key, thing] of this.byKey) {
      const fate = this.random()
      if (fate < 0.5) Object.assign(thing, { x: this.#anywhere(), hp: this.state.tick % 200 })
      else if (fate < 0.55 && key.startsWith('t')) {
        this.byKey.delete(key)
        this.remove(key, thing)
        this.spawn(`t${this.#serial++}`)
      }
    }
  }

  override onJoin({ sessionId }: Client) {
    this.own.set(sessionId, this.spawn(sessionId))
  }

  override onLeave({ sessionId }: Client) {
    const thing = this.byKey.get(sessionId)
    this.byKey.delete(sessionId)
    if (thing) this.remove(sessionId, thing)
  }

  spawn(key: string): Thing {
    const thing = this.make(this.#serial)
    Object.assign(thing, { x: this.#anywhere(), y: 0, label: key })
    this.byKey.set(key, thing)
    this.add(key, thing)
    return thing
  }

  #anywhere(): number {
    return Math.floor(this.random() * 300)
  }
}

abstract class MappedRoom extends ShapeRoom {
  protected override add(key: string, thing: Thing & Schema) {
    this.state.things.set(key, thing as never)
  }
  protected override remove(key: string) {
    this.state.things.delete(key)
  }
}

export class PlainMapRoom extends MappedRoom {
  override state = new MapState()
  things = this.watch(this.state.things)
  protected override make = () => new Plain()
}
/** Some of its things are of a class that extends the others'. */
export class SpecialMapRoom extends PlainMapRoom {
  protected override make = (at = 0) => (at % 2 ? new Special() : new Plain()) as InstanceType<typeof Plain>
}
export class CoarseRoom extends MappedRoom {
  override state = new CoarseState() as never as State
  things = this.watch(this.state.things)
  protected override make = () => new Coarse() as never
}
export class ChestRoom extends MappedRoom {
  override state = new ChestState() as never as State
  things = this.watch(this.state.things)
  protected override make = () => {
    const chest = new Chest()
    chest.gems.set('g', new Gem())
    return chest as never
  }
}
export class BearerRoom extends MappedRoom {
  override state = new BearerState() as never as State
  things = this.watch(this.state.things)
  protected override make = () => new Bearer().assign({ locket: new Locket() }) as never
}
/** The same gem in every thing, and in the open part of the state. */
export class SharedGemRoom extends PlainMapRoom {
  readonly #gem = new Gem()
  protected override make = () => {
    this.state.crown ??= this.#gem
    return new Plain().assign({ gem: this.#gem })
  }
}
export class ArrayRoom extends ShapeRoom {
  override state = new ArrayState() as never as State
  things = this.watch(this.state.things)
  get #array() {
    return this.state.things as never as InstanceType<typeof ArrayState>['things']
  }
  protected override make = () => new Plain() as never
  protected override add(_: string, thing: Thing & Schema) {
    this.#array.push(thing as never)
  }
  protected override remove(_: string, thing: Thing) {
    this.#array.splice(this.#array.indexOf(thing as never), 1)
  }
}
export class SetRoom extends ShapeRoom {
  override state = new SetState() as never as State
  things = this.watch(this.state.things)
  protected override make = () => new Plain() as never
  protected override add(_: string, thing: Thing & Schema) {
    ;(this.state.things as never as InstanceType<typeof SetState>['things']).add(thing as never)
  }
  protected override remove(_: string, thing: Thing) {
    ;(this.state.things as never as InstanceType<typeof SetState>['things']).delete(thing as never)
  }
}
export class CollectionRoom extends ShapeRoom {
  override state = new CollectionState() as never as State
  things = this.watch(this.state.things)
  protected override make = () => new Plain() as never
  protected override add(_: string, thing: Thing & Schema) {
    ;(this.state.things as never as InstanceType<typeof CollectionState>['things']).add(thing as never)
  }
  protected override remove(_: string, thing: Thing) {
    ;(this.state.things as never as InstanceType<typeof CollectionState>['things']).delete(thing as never)
  }
}

/** What a client has, by label. */
export function held(things: unknown): Record<string, Thing> {
  return Object.fromEntries([...(things as Many).values()].map((thing) => [thing.label, thing]))
}
