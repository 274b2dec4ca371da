import { z } from 'zod'
import { type Client, FairgroundError, GameRoom, type JoinContext } from '../../../server/index.ts'

/** What the house was asked, in order: the hook, and what it was given. */
export const asked: unknown[][] = []

const Booking = z.object({
  name: z.string('a name please').trim().min(1),
  nights: z.coerce.number().int().max(9).default(1),
})
type Booking = z.infer<typeof Booking>

/** Two beds, and a book of what was asked for. */
export class HouseRoom extends GameRoom {
  override clientsMayCreate = true
  override maxClients = 2
  override joinOptions = Booking

  static override async onAuth(token: string, options: unknown, context: JoinContext): Promise<unknown> {
    asked.push(['onAuth', options])
    return GameRoom.onAuth(token, options, context)
  }
  override onCreate(options: Booking) {
    asked.push(['onCreate', options])
  }
  override onJoin(_client: Client, options: Booking) {
    asked.push(['onJoin', options])
  }
}

/** Asks elsewhere whether a name is good. */
export class SlowHouseRoom extends GameRoom {
  override clientsMayCreate = true
  override joinOptions = z.object({
    name: z.string().refine(async (name) => (await Promise.resolve(name)) !== 'Mallory', 'not you again'),
  })
}

/** Its own rules are broken. */
export class BrokenRulesRoom extends GameRoom {
  override clientsMayCreate = true
  override joinOptions = z.object({
    name: z.string().transform((): string => {
      throw new Error('secret of the rules')
    }),
  })
}

const PASSWORDS = new Map<string, unknown>([
  ['sesame', { id: 'ann', guest: false }],
  ['nobody', false],
  ['nothing', undefined],
])

/** Lets in who knows the word. */
export class ClubRoom extends GameRoom {
  override clientsMayCreate = true
  override maxClients = 1
  static override async onAuth(token: string, _options: unknown, { ip, identity, req }: JoinContext) {
    asked.push(['onAuth', { ip, encrypted: 'encrypted' in req.socket, identity }])
    if (PASSWORDS.has(token)) return PASSWORDS.get(token)
    throw new FairgroundError('JOIN_REFUSED', { message: 'Say the word.' })
  }
}

/** Lets nobody stay whose luggage is too big, though they had a seat. */
export class PickyRoom extends GameRoom {
  override clientsMayCreate = true
  override maxClients = 2
  override joinOptions = z.object({ luggage: z.number() })
  override onJoin(_client: Client, { luggage }: { luggage: number }) {
    if (luggage > 5) throw new FairgroundError('JOIN_REFUSED', { message: 'Too much luggage.' })
  }
}

/** Stays when everybody has gone. */
export class MotelRoom extends GameRoom {
  override clientsMayCreate = true
  override autoDispose = false
}
