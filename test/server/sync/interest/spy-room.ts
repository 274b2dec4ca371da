import { type Client, GameRoom } from '../../../../server/index.ts'
import { type Random, seededRandom } from '../../../../shared/random.ts'
import { type SchemaType, schema, t } from '../../../../shared/schema.ts'

const Pocket = schema({ worth: t.float64().default(0), note: t.string().default('') }, 'Pocket')
export const Spy = schema(
  {
    x: t.float64().default(0),
    y: t.float64().default(0),
    team: t.uint8().default(0),
    hidden: t.boolean().default(false),
    serial: t.float64().default(0),
    alias: t.string().default(''),
    /** For its own player. */
    orders: t.float64().default(0).view(1),
    /** For its team. */
    password: t.string().default('').view(2),
    pockets: t.map(Pocket),
    trail: t.array('float64'),
  },
  'Spy',
)
export type Spy = SchemaType<typeof Spy>
export const CityState = schema({ tick: t.uint32().default(0), spies: t.map(Spy).view() }, 'CityState')
export type CityState = SchemaType<typeof CityState>

export const RADIUS_METRES = 30
const WIDTH_METRES = 150
/** Who may see what of a spy. */
export type Secrecy = 'seen' | 'orders' | 'password'

/** A city of spies all of whose values are unique and new in every tick, so that each can be found in a frame. */
export class CityRoom extends GameRoom<{ state: CityState }> {
  override state = new CityState()
  override random: Random = seededRandom(77)
  override reconnectHoldSeconds = 60
  /** Every value that a spy has had, as the bytes of a frame, and whose and what kind of it that is. */
  readonly values = new Map<string, { spy: Spy; secrecy: Secrecy; tick: number }>()
  /** The tick of which the values are. */
  now = 0
  #serial = 0

  spies = this.interest(this.state.spies, {
    x: 'x',
    y: 'y',
    radiusMetres: RADIUS_METRES,
    leaveRadiusMetres: RADIUS_METRES,
    team: ({ team }) => (team > 0 ? team : undefined),
    visible: ({ hidden }) => !hidden,
    tags: (spy, { own }) => tagsOf(spy, own),
  })

  override onCreate() {
    for (let n = 0; n < 60; n++) this.recruit(`<k:${n}>`)
  }

  override onTick() {
    const { spies } = this.state
    this.state.tick++
    this.now++
    for (const [key, spy] of spies) {
      if (this.random() < 0.03 && key.startsWith('<')) {
        spies.delete(key)
        this.recruit(`<k:${this.#serial++}>`)
      } else this.renew(spy)
    }
  }

  override onJoin({ sessionId }: Client) {
    this.recruit(sessionId)
  }

  override onLeave({ sessionId }: Client) {
    this.state.spies.delete(sessionId)
  }

  recruit(key: string): void {
    const spy = new Spy().assign({ team: Math.floor(this.random() * 8) % 5 })
    this.#keep(Buffer.from(key), spy, 'seen')
    this.renew(spy)
    this.state.spies.set(key, spy)
  }

  /** Gives a spy new values, and notes what they look like in a frame. */
  renew(spy: Spy): void {
    const place = () => this.#number(spy, 'seen', this.random() * WIDTH_METRES)
    if (this.random() < 0.2) Object.assign(spy, { x: place(), y: place() })
    spy.hidden = this.random() < 0.1
    if (this.random() < 0.05) spy.team = Math.floor(this.random() * 8) % 5
    spy.serial = this.#number(spy, 'seen')
    spy.alias = this.#text(spy, 'seen')
    spy.orders = this.#number(spy, 'orders')
    spy.password = this.#text(spy, 'password')
    const pocket = new Pocket().assign({ worth: this.#number(spy, 'seen'), note: this.#text(spy, 'seen') })
    spy.pockets.set(`p${Math.floor(this.random() * 3)}`, pocket)
    spy.trail.push(this.#number(spy, 'seen'))
    if (spy.trail.length > 4) spy.trail.shift()
  }

  #number(spy: Spy, secrecy: Secrecy, value = this.random() * 1e9): number {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleLE(value)
    this.#keep(bytes, spy, secrecy)
    return value
  }

  #text(spy: Spy, secrecy: Secrecy): string {
    const text = `<${secrecy}:${this.#serial++}>`
    this.#keep(Buffer.from(text), spy, secrecy)
    return text
  }

  #keep(bytes: Buffer, spy: Spy, secrecy: Secrecy): void {
    this.values.set(bytes.toString('latin1'), { spy, secrecy, tick: this.now })
  }
}

const Lens = schema({ turn: t.int8().default(0) }, 'Lens')
export class TimedCityRoom extends CityRoom {
  override inputs = this.defineInput(Lens)
}
export class LimitedCityRoom extends CityRoom {
  override interestBytesPerSecond = 10_000
  override spies = this.interest(this.state.spies, {
    x: 'x',
    y: 'y',
    radiusMetres: RADIUS_METRES,
    leaveRadiusMetres: RADIUS_METRES,
    team: ({ team }) => (team > 0 ? team : undefined),
    visible: ({ hidden }) => !hidden,
    tags: (spy, { own }) => tagsOf(spy, own),
    tiers: [{ beyondMetres: 15, everyPatches: 3 }],
  })
}

export function tagsOf(spy: Spy, own: Spy | undefined): number {
  return spy === own ? 3 : own && own.team > 0 && spy.team === own.team ? 2 : 0
}
