import { createHash } from 'node:crypto'
import { z } from 'zod'
import { GameRoom, request } from '../../../server/index.ts'
import type { WssClient } from '../../../server/transport/wss-client.ts'
import { seededRandom } from '../../../shared/random.ts'
import { type SchemaType, schema, t } from '../../../shared/schema.ts'

const number = () => t.float32().default(0)
export const Ship = schema(
  {
    x: number(),
    y: number(),
    vx: number(),
    vy: number(),
    heading: number(),
    turn: number(),
    fuel: number(),
    heat: number(),
  },
  'Ship',
)
export const FIELDS = ['x', 'y', 'vx', 'vy', 'heading', 'turn', 'fuel', 'heat'] as const
export const BusyState = schema({ tick: t.uint32().default(0), ships: t.map(Ship) }, 'BusyState')
export type BusyState = SchemaType<typeof BusyState>
const Rudder = schema({ turn: t.int8().default(0) }, 'Rudder')

const SHIPS = 400

/** Moves all of 400 ships thirty times a second, and replaces some: about 540 kB of patches a second. */
export class BusyRoom extends GameRoom<{ state: BusyState }> {
  override state = new BusyState()
  override tickRateHz = 30
  override requests = { echo: request(z.number(), (_client, n) => n) }
  /** Fingerprints of the state, by the tick whose patch carried it. */
  readonly history = new Map<number, string>()
  /** Nothing changes any more. */
  still = false
  readonly #random = seededRandom(9)
  #next = 0

  override onTick() {
    const { ships } = this.state
    if (this.still) return
    this.state.tick++
    for (const [id, ship] of ships) {
      if (this.#random() < 0.002) ships.delete(id)
      else for (const field of FIELDS) ship[field] = Math.fround(this.#random() * 1000)
    }
    while (ships.size < SHIPS) ships.set(`s${this.#next++}`, new Ship())
    this.history.set(this.state.tick, fingerprint(this.state))
  }
}
/** The same, with the room's time in each frame. */
export class SteeredRoom extends BusyRoom {
  override inputs = this.defineInput(Rudder)
}

/** Two states with the same one are equal in every ship and field. */
export function fingerprint(state: BusyState): string {
  return createHash('md5').update(JSON.stringify(state.toJSON())).digest('base64')
}

/** The server's side of a player. */
export function outletOf(room: BusyRoom, { sessionId }: { sessionId: string }): WssClient {
  return room.clients.get(sessionId) as unknown as WssClient
}
