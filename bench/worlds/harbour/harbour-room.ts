import { z } from 'zod'
import { type Client, GameRoom, request } from '../../../server/index.ts'
import { seededRandom } from '../../../shared/random.ts'
import { type SchemaType, schema, t } from '../../../shared/schema.ts'
import { FIELDS, Ship } from '../../../test/server/sync/busy-room.ts'
import { fingerprint } from './fingerprint.ts'

export const HarbourState = schema({ tick: t.uint32().default(0), ships: t.map(Ship).view() }, 'HarbourState')
export type HarbourState = SchemaType<typeof HarbourState>
type AnyShip = SchemaType<typeof Ship>

const SHIPS = 800
const WIDTH_METRES = 1_000
/** In the middle, where players are, half of the ships are that near. */
const RADIUS_METRES = 400
const STEP_METRES = 10

/**
 * The busy room of the benchmark of slow clients, with an interest area: of 800 ships that all move a player sees some
 * 400 who come and go, so that the room makes as many bytes for each.
 */
export class HarbourRoom extends GameRoom<{ state: HarbourState }> {
  override state = new HarbourState()
  override tickRateHz = 30
  override requests = { echo: request(z.number(), (_client, n) => n) }
  near = this.interest(this.state.ships, {
    x: 'x',
    y: 'y',
    radiusMetres: RADIUS_METRES,
    leaveRadiusMetres: RADIUS_METRES,
  })
  /** Whose sight is kept, by the tick whose patch carries it. */
  #watched: string | undefined
  readonly history = new Map<number, number>()
  readonly #random = seededRandom(9)
  readonly #headings = new WeakMap<AnyShip, number>()
  #next = 0

  override onJoin({ sessionId }: Client) {
    this.state.ships.set(sessionId, new Ship().assign({ x: WIDTH_METRES / 2, y: WIDTH_METRES / 2 }))
  }

  override onLeave({ sessionId }: Client) {
    this.state.ships.delete(sessionId)
  }

  watch(sessionId: string): void {
    if (sessionId !== this.#watched) this.history.clear()
    this.#watched = sessionId
  }

  override onTick() {
    const { ships } = this.state
    this.state.tick++
    for (const [id, ship] of ships) {
      if (this.clients.get(id)) continue
      if (this.#random() < 0.002) ships.delete(id)
      else this.#sail(ship)
    }
    while (ships.size < SHIPS) ships.set(`s${this.#next++}`, this.#placed(new Ship()))
    if (this.#watched !== undefined) this.history.set(this.state.tick, this.#sight(this.#watched))
  }

  #sail(ship: AnyShip): void {
    const heading = (this.#headings.get(ship) ?? this.#random() * 2 * Math.PI) + this.#random() - 0.5
    this.#headings.set(ship, heading)
    for (const field of FIELDS) ship[field] = field === 'x' || field === 'y' ? ship[field] : this.#any()
    ship.x = within(ship.x + Math.cos(heading) * STEP_METRES)
    ship.y = within(ship.y + Math.sin(heading) * STEP_METRES)
  }

  #placed(ship: AnyShip): AnyShip {
    return ship.assign({ x: this.#any(), y: this.#any() })
  }

  #any(): number {
    return Math.fround(this.#random() * WIDTH_METRES)
  }

  /** What the watched player must see, found without the area. */
  #sight(sessionId: string): number {
    const { ships } = this.state
    const own = ships.get(sessionId)
    if (!own) return 0
    const near = [...ships].filter(
      ([, { x, y }]) => (x - own.x) ** 2 + (y - own.y) ** 2 <= RADIUS_METRES ** 2,
    )
    return fingerprint(near)
  }
}

/** Who leaves the harbour on one side is back on the other. */
function within(metres: number): number {
  return Math.fround((metres + WIDTH_METRES) % WIDTH_METRES)
}
