import type { Client } from '@colyseus/core'
import type { Limits } from '../limits.ts'
import type { GameRoom } from './game-room.ts'
import type { RoomServices } from './room-runtime.ts'
import { isTicket, type Owner } from './session-owner.ts'
import { Sweep } from './sweep.ts'

/** Time for which seats that nobody came to take are held against who asked for them, in milliseconds. */
const UNTAKEN_MEMORY_MS = 60_000
/** So many of them are always borne. */
const MIN_UNTAKEN_SEATS = 2

type ReserveSeat = (
  sessionId: string,
  joinOptions?: unknown,
  auth?: unknown,
  seconds?: number,
  isReturn?: boolean,
) => Promise<boolean>

interface Session {
  readonly owner: Owner | undefined
  readonly sender: string | undefined
  taken: boolean
}

/** Who asks to come back, over https: what a room compares its owner with. */
export interface ReturnClaim {
  readonly token: string
  /** Hash of the token that came with the request; none without one. */
  readonly proof: string | undefined
  /** The player it names, if it is one of this server's. */
  readonly id: string | undefined
}

/** Watches over the seats that one room gives out: whose they are, and who asks for them and never comes. */
export class GuardedSeats {
  readonly #room: GameRoom
  readonly #services: Pick<RoomServices, 'limits' | 'guard'>
  readonly #sessions = new Map<string, Session>()
  /** Who came back with a token, by that token, until it acknowledges its join. */
  readonly #successors = new Map<string, Client & { _joinedAt?: number }>()
  /** When seats of an address expired, in order. */
  readonly #untaken = new Map<string, number[]>()
  readonly #sweep = new Sweep(this.#sessions)
  readonly #successorsSweep = new Sweep(this.#successors)
  readonly #untakenSweep = new Sweep(this.#untaken)

  constructor(room: GameRoom, services: Pick<RoomServices, 'limits' | 'guard'>) {
    this.#room = room
    this.#services = services
    const reserve = room['_reserveSeat'].bind(room) as ReserveSeat
    room['_reserveSeat'] = ((sessionId, joinOptions, auth, seconds, isReturn) =>
      isReturn
        ? reserve(sessionId, joinOptions, auth, seconds, true)
        : this.#reserve(reserve, { sessionId, joinOptions, auth, seconds })) as ReserveSeat as never
    room.checkReconnectionToken = ((claim: ReturnClaim) => this.#sessionOf(claim)) as never
  }

  /** Whose a session is; undefined for one that nobody proved to be, and for seats that the game gave out by itself. */
  ownerOf(sessionId: string): Owner | undefined {
    return this.#sessions.get(sessionId)?.owner
  }

  /** Notes that somebody sits down. */
  taken(sessionId: string, showsToken: boolean): void {
    const session = this.#sessions.get(sessionId)
    if (!session) return
    const owner = session.owner && showsToken ? { ...session.owner, showsToken } : session.owner
    this.#sessions.set(sessionId, { ...session, owner, taken: true })
  }

  /**
   * The token in force in place of one that was used. On a line that is dead in one direction a client comes back without
   * hearing of it, and never learns its new token: until it acknowledges the join, the old one is as good.
   */
  inForce(token: string): string {
    const successor = this.#successors.get(token)
    return successor && successor._joinedAt === undefined ? successor.reconnectionToken : token
  }

  /** Notes who came back with these tokens. */
  returned(client: Client, ...tokens: string[]): void {
    for (const [token, { _joinedAt }] of this.#successors)
      if (_joinedAt !== undefined) this.#successors.delete(token)
    for (const token of tokens) this.#successors.set(token, client)
  }

  /** The client that is connected with that token; its socket may be a dead one. */
  clientOf(token: string): Client | undefined {
    return this.#room.clients.find(({ reconnectionToken }) => reconnectionToken === token) as
      | Client
      | undefined
  }

  async #reserve(
    reserve: ReserveSeat,
    { sessionId, joinOptions, auth, seconds }: Record<'sessionId', string> & Record<string, unknown>,
  ): Promise<boolean> {
    const ticket = isTicket(auth) ? auth : undefined
    this.#forgetGone()
    const { refusals } = this.#services.guard
    if (isCrowded(this.#room, this.#services.limits)) {
      refusals.note('clients_of_room')
      return false
    }
    if (ticket?.sender !== undefined && this.#squats(ticket.sender)) {
      refusals.note('squatting', ticket.sender)
      return false
    }
    const inner = ticket ? ticket.auth : auth
    const reserved = await reserve(sessionId, joinOptions, inner, seconds as number | undefined)
    if (reserved && ticket) {
      this.#sessions.set(sessionId, { owner: ticket.owner, sender: ticket.sender, taken: false })
    }
    return reserved
  }

  /** The session behind a token, for its owner. Nothing is done to who is connected with it: the socket decides. */
  #sessionOf({ token: used, proof, id }: ReturnClaim): string | undefined {
    const token = this.inForce(used)
    const held: string | undefined = this.#room['_reconnections'][token]?.[0]
    const sessionId = held ?? this.clientOf(token)?.sessionId
    if (sessionId === undefined) return undefined
    const owner = this.ownerOf(sessionId)
    if (!owner || owner.proof === proof) return sessionId
    if (proof === undefined) return undefined
    // Another token: of the same guest, or one that only the room's own onAuth can read. The socket shows it again.
    return id === undefined || id === owner.id ? sessionId : undefined
  }

  /** Looks at a few sessions, each time at the next ones: to look at all would make each seat of a full room cost more. */
  #forgetGone(): void {
    const nowMs = performance.now()
    for (const [sessionId, { sender, taken }] of this.#sweep.next()) {
      if (this.#room.clients.get(sessionId) || Object.hasOwn(this.#room['_reservedSeats'], sessionId))
        continue
      this.#sessions.delete(sessionId)
      if (!taken && sender !== undefined)
        this.#untaken.set(sender, [...this.#untakenOf(sender, nowMs), nowMs])
    }
    for (const [token, { sessionId }] of this.#successorsSweep.next())
      if (!this.#sessions.has(sessionId)) this.#successors.delete(token)
    for (const [sender] of this.#untakenSweep.next())
      if (this.#untakenOf(sender, nowMs).length === 0) this.#untaken.delete(sender)
  }

  #untakenOf(sender: string, nowMs: number): number[] {
    return (this.#untaken.get(sender) ?? []).filter((atMs) => nowMs - atMs < UNTAKEN_MEMORY_MS)
  }

  /** Small rooms bear less: whoever holds half of their seats in vain keeps players out. */
  #squats(sender: string): boolean {
    const { limits } = this.#services
    const half = Math.floor(this.#room.maxClients / 2)
    const bearable = Math.max(MIN_UNTAKEN_SEATS, Math.min(limits.maxUntakenSeats, half))
    return this.#untakenOf(sender, performance.now()).length >= bearable
  }
}

function isCrowded(room: GameRoom, limits: Limits): boolean {
  if (Number.isFinite(room.maxClients)) return false
  return room.clients.length + Object.keys(room['_reservedSeats']).length >= limits.maxClientsPerRoom
}

const guarded = new WeakMap<object, GuardedSeats>()

/** The watch over a room's seats; undefined for a room of another make. */
export function seatsOf(room: object): GuardedSeats | undefined {
  return guarded.get(room)
}

export function guardSeats(room: GameRoom, services: Pick<RoomServices, 'limits' | 'guard'>): void {
  guarded.set(room, new GuardedSeats(room, services))
}
