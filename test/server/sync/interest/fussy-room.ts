import { type Client, GameRoom } from '../../../../server/index.ts'
import { type SchemaType, schema, t } from '../../../../shared/schema.ts'

export const Guest = schema(
  {
    x: t.float32().default(0),
    y: t.float32().default(0),
    party: t.string().optional(),
    hidden: t.boolean().default(false),
    purse: t.uint16().default(7).view(1),
  },
  'Guest',
)
export type Guest = SchemaType<typeof Guest>
export const HallState = schema({ tick: t.uint32().default(0), guests: t.map(Guest).view() }, 'HallState')
export type HallState = SchemaType<typeof HallState>

/** All that an area may ask of a room. */
export const QUESTIONS = [
  'owner',
  'viewpoint',
  'always',
  'team',
  'visible',
  'tags',
  'priority',
  'bytes',
] as const
export type Question = (typeof QUESTIONS)[number]

/** Answers every question that an area can ask, or fails at one of them. */
export class FussyRoom extends GameRoom<{ state: HallState }> {
  override state = new HallState()
  broken: Question | undefined
  /** Keys of the entities that clients own, where that is not their session id. */
  readonly owns = new Map<string, string>()
  readonly looksFrom = new Map<string, { x: number; y: number }>()

  override interestBytesPerSecond = () => this.#answer('bytes', 1e6)
  guests = this.interest(this.state.guests, {
    x: 'x',
    y: 'y',
    radiusMetres: 50,
    owner: ({ sessionId }) => this.#answer('owner', this.owns.get(sessionId) ?? sessionId),
    viewpoint: ({ sessionId }) => this.#answer('viewpoint', this.looksFrom.get(sessionId)),
    always: (_guest, key) => this.#answer('always', key === 'host'),
    team: ({ party }) => this.#answer('team', party),
    visible: ({ hidden }) => this.#answer('visible', !hidden),
    tags: (guest, { own }) => this.#answer('tags', guest === own ? 1 : 0),
    priority: () => this.#answer('priority', 1),
  })

  override onTick() {
    this.state.tick++
  }

  override onJoin({ sessionId }: Client) {
    this.seat(sessionId, 0, 'friends')
  }

  override onLeave({ sessionId }: Client) {
    this.state.guests.delete(sessionId)
  }

  seat(key: string, x: number, party?: string): Guest {
    const guest = new Guest().assign({ x, ...(party !== undefined && { party }) })
    this.state.guests.set(key, guest)
    return guest
  }

  #answer<A>(question: Question, answer: A): A {
    if (this.broken === question) throw new Error(`wrong in ${question}`)
    return answer
  }
}
