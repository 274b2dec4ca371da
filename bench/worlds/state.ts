/** State and inputs of the two Colyseus servers. */
import { type SchemaType, schema, t } from '../../shared/schema.ts'
import { STILL, step } from './simulation.ts'

export const Player = schema(
  {
    x: t.float32().default(0),
    y: t.float32().default(0),
    health: t.uint8().default(100),
    name: t.string().default('somebody'),
  },
  'Player',
)
export type Player = SchemaType<typeof Player>

/** Everybody sees everybody. */
export const OpenState = schema({ players: t.map(Player) }, 'OpenState')
export type OpenState = SchemaType<typeof OpenState>

/** Each sees what is near. */
export const WideState = schema({ players: t.map(Player).view() }, 'WideState')
export type WideState = SchemaType<typeof WideState>

export const Stick = schema({ x: t.float32().default(0), y: t.float32().default(0) }, 'Stick')
export type Stick = SchemaType<typeof Stick>

interface Inputs {
  get(sessionId: string): { next(): Stick | undefined }
}

/** Everybody goes on as they were told last. */
export class Walkers {
  readonly #headings = new Map<string, { x: number; y: number }>()

  step(players: Iterable<[string, Player]>, inputs: Inputs): void {
    for (const [sessionId, player] of players) {
      const input = inputs.get(sessionId).next()
      if (input) this.#headings.set(sessionId, { x: input.x, y: input.y })
      step(player, this.#headings.get(sessionId) ?? STILL)
    }
  }

  forget(sessionId: string): void {
    this.#headings.delete(sessionId)
  }
}
