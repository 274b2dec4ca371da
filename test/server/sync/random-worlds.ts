import fc from 'fast-check'
import { type Client, GameRoom } from '../../../server/index.ts'
import type { WssClient } from '../../../server/transport/wss-client.ts'
import { type SchemaType, StateView, schema, t } from '../../../shared/schema.ts'

const Part = schema({ n: t.uint16().optional(), tag: t.string().optional() }, 'Part')
const Thing = schema(
  {
    x: t.float32().default(0),
    label: t.string().optional(),
    part: t.ref(Part).optional(),
    marks: t.array('uint8'),
    parts: t.array(Part),
    box: t.map(Part),
  },
  'Thing',
)
type Thing = SchemaType<typeof Thing>
const World = schema(
  { things: t.map(Thing), row: t.array(Thing), boss: t.ref(Thing).optional(), hidden: t.map(Thing).view() },
  'World',
)
type World = SchemaType<typeof World>

/** A world that changes only at a test's will. Each player sees of `hidden` what its view was shown. */
export class WorldRoom extends GameRoom<{ state: World; events: { n: number } }> {
  override state = new World()
  override clientsMayCreate = true
  readonly team = new StateView()

  override onJoin(client: Client, { team }: { team?: boolean } = {}) {
    client.view = team ? this.team : new StateView()
    for (const hidden of this.state.hidden.values()) client.view.add(hidden)
  }
}

/** One change of a world; numbers choose among what is there. */
export type Change = readonly [what: (typeof CHANGES)[number], a: number, b: number]
const CHANGES = [
  'addThing',
  'removeThing',
  'replaceThing',
  'moveThing',
  'label',
  'unlabel',
  'part',
  'unpart',
  'partField',
  'mark',
  'unmark',
  'pushPart',
  'splicePart',
  'shiftPart',
  'box',
  'unbox',
  'pushRow',
  'shiftRow',
  'spliceRow',
  'boss',
  'unboss',
  'addHidden',
  'removeHidden',
  'moveHidden',
  'tell',
] as const

/** One step of a test: some changes, then a tick in which a player may begin or end a stall, or see more or less. */
export interface Step {
  readonly changes: readonly Change[]
  readonly stalls: boolean
  readonly sees: number
  readonly looksAway: number
}

export const steps = fc.array(
  fc.record<Step>({
    changes: fc.array(fc.tuple(fc.constantFrom(...CHANGES), fc.nat(1000), fc.nat(1000)), { maxLength: 6 }),
    stalls: fc.boolean(),
    sees: fc.nat(8),
    looksAway: fc.nat(8),
  }),
  { minLength: 4, maxLength: 30 },
)

function thing(n: number): Thing {
  return new Thing().assign({ x: n, ...(n % 2 ? { label: `thing ${n}` } : {}) })
}

function one<T>(all: Iterable<T>, n: number): T | undefined {
  const list = [...all]
  return list[n % Math.max(1, list.length)]
}

let nextKey = 0

/** Makes one change; one that finds nothing to change does nothing. */
export function change(room: WorldRoom, [what, a, b]: Change): void {
  const { state } = room
  const { things, row, hidden } = state
  const some = one([...things.values(), ...row, ...hidden.values(), ...(state.boss ? [state.boss] : [])], a)
  switch (what) {
    case 'addThing':
      return void things.set(`t${nextKey++}`, thing(b))
    case 'removeThing':
      return void things.delete(one(things.keys(), a) ?? '')
    case 'replaceThing': {
      const key = one(things.keys(), a)
      return void (key !== undefined && things.set(key, thing(b)))
    }
    case 'pushRow':
      return void row.push(thing(b))
    case 'shiftRow':
      return void (row.length > 0 && row.shift())
    case 'spliceRow':
      return void (row.length > 0 && row.splice(a % row.length, 1))
    case 'boss':
      state.boss = thing(b)
      return
    case 'unboss':
      state.boss = undefined
      return
    case 'addHidden':
      return void hidden.set(`h${nextKey++}`, thing(b))
    case 'removeHidden':
      return void hidden.delete(one(hidden.keys(), a) ?? '')
    case 'moveHidden': {
      const seen = one(hidden.values(), a)
      if (seen) seen.x = b
      return
    }
    case 'tell':
      return void room.broadcast('n', a, { afterNextPatch: b % 2 === 0 })
    default:
      if (some) changeThing(some, what, b)
  }
}

function changeThing(some: Thing, what: Change[0], b: number): void {
  switch (what) {
    case 'moveThing':
      some.x = b
      return
    case 'label':
      some.label = `label ${b}`
      return
    case 'unlabel':
      some.label = undefined
      return
    case 'part':
      some.part = new Part().assign({ n: b })
      return
    case 'unpart':
      some.part = undefined
      return
    case 'partField':
      if (some.part)
        Object.assign(some.part, b % 2 ? { n: undefined, tag: `${b}` } : { n: b, tag: undefined })
      return
    case 'mark':
      return void some.marks.push(b % 256)
    case 'unmark':
      return void (some.marks.length > 0 && some.marks.pop())
    case 'pushPart':
      return void some.parts.push(new Part().assign({ n: b }))
    case 'splicePart':
      return void (some.parts.length > 0 && some.parts.splice(b % some.parts.length, 1))
    case 'shiftPart':
      return void (some.parts.length > 0 && some.parts.shift())
    case 'box':
      return void some.box.set(`b${b % 5}`, new Part().assign({ n: b }))
    case 'unbox':
      return void some.box.delete(`b${b % 5}`)
  }
}

/** A player whose line can be stopped in the middle of a tick. */
export class Stall {
  readonly #outlet: WssClient
  on = false
  /** It gets its patches, but if it was left behind it stays so. */
  held = false

  constructor(outlet: WssClient) {
    this.#outlet = outlet
    const takesPatch = outlet.takesPatch.bind(outlet)
    // As if more were on its way than may be: the rest is the server's own doing.
    outlet.takesPatch = (bytes) => takesPatch(this.on ? Number.MAX_SAFE_INTEGER : bytes)
    const { drained } = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(outlet) as WssClient)
    Object.defineProperty(outlet, 'drained', {
      get: () => !this.on && !this.held && (drained.get!.call(outlet) as boolean),
    })
  }

  get behind(): boolean {
    return this.#outlet.behind
  }
}
