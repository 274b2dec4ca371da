import { type Client, ClientState, SchemaSerializer } from '@colyseus/core'
import { $refId, Decoder, OPERATION, type Schema } from '@colyseus/schema'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { InterestArea } from '../../server/sync/interest/interest-area.ts'
import { InterestAreas } from '../../server/sync/interest/interest-areas.ts'
import { PatchSerializer } from '../../server/sync/patch-serializer.ts'
import { type SchemaType, StateView, schema, t } from '../../shared/schema.ts'

// Frames of interest areas beside those that the stock encoder makes of the same state for a view of the same entities.

const Part = schema({ hp: t.uint8().default(9), name: t.string().optional() }, 'Part')
const Thing = schema(
  {
    x: t.float32().default(0),
    y: t.float32().default(0),
    n: t.number().default(0),
    label: t.string().optional(),
    part: t.ref(Part).optional(),
    marks: t.array('uint8'),
    bag: t.map(Part),
  },
  'Thing',
)
type Thing = SchemaType<typeof Thing>
const Yard = schema({ tick: t.uint32().default(0), things: t.map(Thing).view() }, 'Yard')
type Yard = SchemaType<typeof Yard>

const RADIUS_METRES = 100

class Side {
  readonly state = new Yard() as Yard & Schema
  readonly frames: Uint8Array[] = []
  readonly client: Client
  readonly decoder = new Decoder(new Yard() as Yard & Schema)
  readonly serializer: SchemaSerializer<Yard & Schema>

  constructor(serializer: SchemaSerializer<Yard & Schema>) {
    this.serializer = serializer
    this.client = {
      sessionId: 'me',
      state: ClientState.JOINED,
      behind: false,
      drained: true,
      takesPatch: () => true,
      raw: (frame: Uint8Array) => void this.frames.push(Uint8Array.from(frame)),
    } as unknown as Client
    this.state.things.set('me', new Thing())
  }

  patch(): Uint8Array[] {
    this.serializer.applyPatches([this.client], this.state)
    return this.frames.splice(0)
  }
}

/** The same yard twice: with an area, and with a view that a room fills by hand with what the area sees. */
class Pair {
  readonly ours: Side
  readonly stock: Side
  readonly area: InterestArea
  #seen = new Set<string>()

  constructor() {
    const areas = new InterestAreas({
      bytesPerSecond: () => Number.POSITIVE_INFINITY,
      patchRateHz: () => 20,
      onFallback: (_, reason) => {
        throw new Error(reason)
      },
      onFailure: (error) => {
        throw error
      },
      onPutOff: () => {},
    })
    this.ours = new Side(new PatchSerializer(areas) as unknown as SchemaSerializer<Yard & Schema>)
    this.stock = new Side(new SchemaSerializer<Yard & Schema>())
    this.stock.client.view = new StateView()
    const { things } = this.ours.state
    this.area = new InterestArea(things as never, { x: 'x', y: 'y', radiusMetres: RADIUS_METRES } as never)
    areas.add(this.area as never)
    for (const side of [this.ours, this.stock]) side.serializer.reset(side.state)
    const first = this.patch()
    for (const frame of first.ours) this.ours.decoder.decode(frame, { offset: 1 })
    for (const frame of first.stock) this.stock.decoder.decode(frame, { offset: 1 })
  }

  change(deed: (state: Yard) => void): void {
    for (const { state } of [this.ours, this.stock]) deed(state)
  }

  patch(): { ours: Uint8Array[]; stock: Uint8Array[] } {
    const ours = this.ours.patch()
    const view = this.stock.client.view!
    const now = new Set<string>()
    for (const [key, thing] of this.ours.state.things)
      if (this.area.sees(this.ours.client, thing as never)) now.add(key)
    const { things } = this.stock.state
    for (const key of this.#seen) if (!now.has(key) && things.has(key)) view.remove(things.get(key)!)
    for (const key of now) if (!view.has(things.get(key)!)) view.add(things.get(key)!)
    this.#seen = now
    return { ours, stock: this.stock.patch() }
  }
}

/** Something that happens to one entity, drawn by a number. */
const DEEDS: readonly ((thing: Thing, n: number) => unknown)[] = [
  (thing, n) => thing.assign({ n }),
  (thing, n) => thing.assign({ y: n % 20 }),
  (thing, n) => thing.assign({ n, y: n % 30, label: `${n}` }),
  (thing, n) => thing.assign({ label: `label ${n}` }),
  (thing) => Object.assign(thing, { label: undefined }),
  (thing, n) => thing.assign({ part: new Part().assign({ hp: n % 200 }) }),
  (thing) => Object.assign(thing, { part: undefined }),
  (thing, n) => thing.part?.assign({ hp: n % 200 }),
  (thing, n) => thing.part && Object.assign(thing.part, { name: n % 2 ? `${n}` : undefined }),
  (thing, n) => thing.marks.push(n % 256, 7),
  (thing, n) => thing.marks.length > 0 && thing.marks.splice(n % thing.marks.length, 1),
  (thing) => thing.marks.length > 0 && thing.marks.shift(),
  (thing, n) => thing.bag.set(`b${n % 4}`, new Part()),
  (thing, n) => thing.bag.delete(`b${n % 4}`),
  (thing, n) => thing.bag.get(`b${n % 4}`)?.assign({ hp: n % 200 }),
]

/** Something that happens to who is there: what one sees changes. */
const ARRIVALS: readonly ((state: Yard, key: string, n: number) => void)[] = [
  ({ things }, key, n) => void things.set(key, new Thing().assign({ x: (n % 3) * 80, label: key })),
  ({ things }, key) => void things.delete(key),
  ({ things }, key, n) => void things.get(key)?.assign({ x: (n % 5) * 40 }),
  ({ things }, _, n) => void things.get('me')?.assign({ x: (n % 5) * 40 }),
]

const keyOf = (n: number) => (n % 7 === 0 ? 'me' : `k${n % 7}`)
const deed = fc.tuple(fc.nat(DEEDS.length - 1), fc.nat(100), fc.nat(1_000))
const hex = (frames: readonly Uint8Array[]) => frames.map((frame) => Buffer.from(frame).toString('hex'))
/** The stock encoder has something to send for each view when only what it hides has changed: nothing. */
const EMPTY = '0f'

it('what changes in one entity, shared state beside it, is told in the bytes of the stock encoder', () => {
  let bytes = 0
  const property = fc.property(
    fc.array(fc.tuple(deed, fc.boolean()), { minLength: 10, maxLength: 40 }),
    (script) => {
      const pair = new Pair()
      pair.change(({ things }) => {
        for (let n = 1; n < 5; n++) things.set(`k${n}`, new Thing().assign({ x: n }))
      })
      pair.change(({ things }) => void things.set('k5', new Thing().assign({ x: 9_000 })))
      pair.patch()
      for (const [[what, which, n], ticks] of script) {
        pair.change((state) => {
          if (ticks) state.tick++
          const thing = state.things.get(keyOf(which))
          if (thing) DEEDS[what]!(thing, n)
        })
        const { ours, stock } = pair.patch()
        expect(hex(ours)).toEqual(hex(stock).filter((frame) => frame !== EMPTY))
        bytes += ours[0]?.length ?? 0
      }
    },
  )
  fc.assert(property, { numRuns: 150 })
  expect(bytes).toBeGreaterThan(2_000)
})

it('an end, alone or by the edge of the area, is told in the bytes of the stock encoder', () => {
  const pair = new Pair()
  pair.change(({ things }) => {
    for (let n = 1; n < 7; n++) things.set(`k${n}`, new Thing().assign({ x: n }))
  })
  pair.patch()
  for (const end of [
    ({ things }: Yard) => void things.delete('k3'),
    ({ things }: Yard) => void things.get('k4')!.assign({ x: 5_000 }),
    ({ things }: Yard) => {
      for (const key of ['k1', 'k2', 'k5']) things.delete(key)
    },
  ]) {
    pair.change(end)
    const { ours, stock } = pair.patch()
    expect(ours).toHaveLength(1)
    expect(hex(ours)).toEqual(hex(stock))
  }
})

/** What a frame changes at a decoder: by structure and place, the value that is there afterwards. */
function effectsOf(decoder: Decoder, frames: readonly Uint8Array[]): Map<string, unknown> {
  const effects = new Map<string, unknown>()
  const before = new Map<string, unknown>()
  decoder.triggerChanges = (changes) => {
    for (const { refId, op, field, dynamicIndex, value, previousValue } of changes) {
      const place = `${refId}.${field ?? dynamicIndex}`
      if (!before.has(place)) before.set(place, named(previousValue))
      effects.set(place, op === OPERATION.DELETE ? undefined : named(value))
    }
  }
  for (const frame of frames) decoder.decode(frame, { offset: 1 })
  for (const [place, value] of effects) if (before.get(place) === value) effects.delete(place)
  return effects
}

const named = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? `#${(value as { [key: symbol]: number })[$refId]}` : value

it('whatever happens at once, a frame does to a decoder what the stock encoder’s frame does', () => {
  // The stock encoder orders entities by when they changed, tells the collection itself anew with each arrival, and
  // what changes in who arrives twice. So the frames differ, and what they do is compared.
  let compared = 0
  const arrival = fc.tuple(fc.nat(ARRIVALS.length - 1), fc.nat(100), fc.nat(1_000))
  const tick = fc.record({
    deeds: fc.array(deed, { maxLength: 6 }),
    // One a key and tick: of an entry that is made anew and deleted at once, the stock encoder does not tell the end.
    arrivals: fc.uniqueArray(arrival, { maxLength: 3, selector: ([, which]) => keyOf(which) }),
    first: fc.boolean(),
  })
  const property = fc.property(fc.array(tick, { minLength: 10, maxLength: 30 }), (script) => {
    const pair = new Pair()
    for (const { deeds, arrivals, first } of script) {
      pair.change((state) => {
        const happen = () => {
          for (const [what, which, n] of arrivals)
            ARRIVALS[what]!(state, keyOf(which) === 'me' ? 'k0' : keyOf(which), n)
        }
        if (first) happen()
        for (const [what, which, n] of deeds) {
          const thing = state.things.get(keyOf(which))
          if (thing) DEEDS[what]!(thing, n)
        }
        if (!first) happen()
      })
      const { ours, stock } = pair.patch()
      const [does, should] = [effectsOf(pair.ours.decoder, ours), effectsOf(pair.stock.decoder, stock)]
      expect(sorted(does)).toEqual(sorted(should))
      expect(pair.ours.decoder.state.toJSON()).toEqual(pair.stock.decoder.state.toJSON())
      compared += does.size
    }
  })
  fc.assert(property, { numRuns: 200 })
  expect(compared).toBeGreaterThan(5_000)
})

const sorted = (effects: ReadonlyMap<string, unknown>) => [...effects].sort(([a], [b]) => (a < b ? -1 : 1))
