import { z } from 'zod'
import {
  type Client,
  ERRORS,
  FairgroundError,
  GameRoom,
  type JoinOptions,
  request,
  secretRandom,
  type TickContext,
} from '../../server/index.ts'
import { cleanName, MAX_NAME_LENGTH, uniqueName } from '../../shared/names.ts'
import { StateView } from '../../shared/schema.ts'
import { inviteCode } from './codes.ts'
import { type Move, type MoveAnswer, type Refusal, refused } from './moves.ts'
import { clearTable, showClock, showMatch, showTo } from './projection.ts'
import { createMatch, type Match, otherOf, passTime, play, resign, type Seat } from './simulation.ts'
import { Player, TurnsState } from './state.ts'
import { KEEP_IDLE_MINUTES, KEEP_MINUTES, MAX_WATCHERS, TURN_SECONDS } from './tuning.ts'

/** Seats beyond the watchers, so that a player who returns finds the door open. */
const SPARE_SEATS = 10
/** Close code of a session that the player ended. */
const CONSENTED = 4000

// The raw length is bounded first: nothing walks through a megabyte of name.
const Name = z.string().max(200).transform(cleanName).pipe(z.string().min(1).max(MAX_NAME_LENGTH))
const Small = z.int().min(0).max(255)
const MoveFormat = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('lay'), turn: Small, card: Small, tent: Small, masked: z.boolean() }),
  z.strictObject({ kind: z.literal('peek'), turn: Small, tent: Small, place: Small }),
])

/** A table for two and those who watch: Five Tents, a game of open and masked cards. */
export class TurnsRoom extends GameRoom<{ state: TurnsState }> {
  // At a table that is open to everybody: a third who comes in the same moment gets another one.
  override maxClients = 2
  override clientsMayCreate = true
  override autoDispose = false
  override tickRateHz = 10
  override random = secretRandom
  /** `private`: found by its code only. A person is known again by identity, whatever the name. */
  override joinOptions = z.object({ name: Name, private: z.boolean().optional() })
  override state = new TurnsState()
  /** Time for a turn; a subclass may change it, a client cannot. */
  turnSeconds = TURN_SECONDS
  /** How long a match waits for its players when nobody is there. */
  keepMinutes = KEEP_MINUTES
  keepIdleMinutes = KEEP_IDLE_MINUTES
  /** The cards of a match; without it the usual 36. */
  cards: readonly number[] | undefined
  /** Who sits where, by identity: a browser that was closed comes back with a new session. */
  readonly #people: string[] = []
  readonly #watching = new Set<string>()
  #match: Match | undefined
  #clockMs = 0
  #emptySinceMs: number | undefined

  override requests = {
    move: request(MoveFormat, (client, move) => this.#move(client, move)),
    resign: request(z.strictObject({}), (client) => this.#resign(client)),
    rematch: request(z.strictObject({ wanted: z.boolean() }), (client, { wanted }) =>
      this.#wantRematch(client, wanted),
    ),
  }

  override async onCreate(options: unknown) {
    this.roomId = inviteCode(this.random)
    this.state.turnSeconds = this.turnSeconds
    if ((options as JoinOptions<this>).private) await this.#admitByCodeOnly()
  }

  override onTick(_context: TickContext) {
    const nowMs = this.clock.elapsedTime
    const passedMs = nowMs - this.#clockMs
    this.#clockMs = nowMs
    const { state } = this
    state.clockRuns = state.phase === 'playing' && state.players.some(({ here }) => here)
    if (this.#match && state.clockRuns) this.#passTime(this.#match, passedMs)
    this.#closeWhenForsaken(nowMs)
  }

  override onJoin(client: Client, { name, private: opens }: JoinOptions<this>) {
    const seat = this.#seatOfPerson(client)
    if (seat !== undefined) return this.#sit(client, seat)
    const { players } = this.state
    // Two tables may draw the same code; the second one's founder must not end up at the first.
    if (opens && players.length > 0)
      throw new FairgroundError('JOIN_REFUSED', { message: 'Please try again.' })
    if (players.length === 2) return this.#watch(client)
    this.#people.push(client.auth!.id)
    const taken = players.map((player) => player.name)
    players.push(new Player({ name: uniqueName(name, taken), hand: [] }))
    this.#sit(client, (players.length - 1) as Seat)
    if (players.length === 2) this.#begin(this.random() < 0.5 ? 0 : 1)
  }

  override onDrop(client: Client) {
    this.#goAway(client)
  }

  override onReconnect(client: Client) {
    const seat = this.#seatOfPerson(client)
    if (seat === undefined) this.#watch(client)
    else this.#sit(client, seat)
  }

  override onLeave(client: Client, code?: number) {
    this.#goAway(client)
    // Nobody has come yet, and nobody is going to.
    if (code === CONSENTED && this.state.phase === 'waiting') this.#clear()
  }

  #seatOfPerson({ auth }: Client): Seat | undefined {
    const index = this.#people.indexOf(auth!.id)
    return index < 0 ? undefined : (index as Seat)
  }

  #seatOf({ sessionId }: Client): Seat | undefined {
    const index = this.state.players.findIndex((player) => player.sessionId === sessionId)
    return index < 0 ? undefined : (index as Seat)
  }

  /** Gives a person the place with this connection; an older one of theirs ends. */
  #sit(client: Client, seat: Seat): void {
    const player = this.state.players[seat]!
    const { sessionId } = player
    Object.assign(player, { sessionId: client.sessionId, here: true })
    const { wire, message } = ERRORS.SESSION_TAKEN_OVER
    if (sessionId !== client.sessionId) this.clients.getById(sessionId)?.leave(wire, message)
    this.#advertise()
    client.view ??= new StateView()
    if (this.#match) showTo(client.view, seat, { match: this.#match, state: this.state })
  }

  #watch({ sessionId }: Client): void {
    if (this.#watching.size >= MAX_WATCHERS) throw new FairgroundError('ROOM_FULL')
    this.#watching.add(sessionId)
    this.state.watchers = this.#watching.size
  }

  #goAway(client: Client): void {
    this.#watching.delete(client.sessionId)
    this.state.watchers = this.#watching.size
    const seat = this.#seatOf(client)
    if (seat !== undefined) this.state.players[seat]!.here = false
    this.#advertise()
  }

  /** Takes the table out of what strangers are sent to: from then on, who knows the code may come and watch. */
  #admitByCodeOnly(): Promise<void> {
    this.state.open = false
    return this.setMatchmaking({ private: true, maxClients: 2 + MAX_WATCHERS + SPARE_SEATS })
  }

  /** No stranger is sent to somebody who is away. */
  #advertise(): void {
    if (this.state.open) void this.setPrivate(this.state.players.some(({ here }) => !here))
  }

  #clear(): void {
    this.state.players.clear()
    this.#people.length = 0
  }

  #begin(starts: Seat): void {
    const { state, random, turnSeconds, cards } = this
    this.#match = createMatch({ random, starts, turnMs: turnSeconds * 1000, ...(cards && { cards }) })
    state.match++
    for (const player of state.players) player.wantsRematch = false
    clearTable(state)
    this.#show()
    void this.#admitByCodeOnly()
  }

  #passTime(match: Match, passedMs: number): void {
    const { turnNumber } = match
    passTime(match, passedMs, this.random)
    if (match.turnNumber !== turnNumber || match.ending) this.#show()
    else showClock(match, this.state)
  }

  #show(): void {
    const [match, { state }] = [this.#match!, this]
    const wasOver = state.phase === 'over'
    showMatch(match, state)
    showClock(match, state)
    if (match.ending && !wasOver) state.players[match.ending.winner]!.wins++
    for (const seat of [0, 1] as const) {
      const view = this.clients.getById(state.players[seat]!.sessionId)?.view
      if (view) showTo(view, seat, { match, state })
    }
  }

  #move(client: Client, move: Move): MoveAnswer {
    const seat = this.#seatOf(client)
    if (seat === undefined) return refused('notAPlayer')
    if (!this.#match) return refused('notPlaying')
    const refusal: Refusal | undefined = play(this.#match, seat, move)
    if (refusal) return refused(refusal)
    this.#show()
    return { accepted: true }
  }

  #resign(client: Client): MoveAnswer {
    const seat = this.#seatOf(client)
    if (seat === undefined) return refused('notAPlayer')
    if (!this.#match || this.#match.ending) return refused('notPlaying')
    resign(this.#match, seat)
    this.#show()
    return { accepted: true }
  }

  #wantRematch(client: Client, wanted: boolean): MoveAnswer {
    const seat = this.#seatOf(client)
    if (seat === undefined) return refused('notAPlayer')
    if (!this.#match?.ending) return refused('matchRuns')
    this.state.players[seat]!.wantsRematch = wanted
    // Who lost begins.
    if (this.state.players.every(({ wantsRematch }) => wantsRematch))
      this.#begin(otherOf(this.#match.ending.winner))
    return { accepted: true }
  }

  #closeWhenForsaken(nowMs: number): void {
    if (this.clients.length > 0) {
      this.#emptySinceMs = undefined
      return
    }
    this.#emptySinceMs ??= nowMs
    const waits = this.state.players.length > 0 && this.state.phase !== 'over'
    const keepMinutes = waits ? this.keepMinutes : this.keepIdleMinutes
    if (nowMs - this.#emptySinceMs >= keepMinutes * 60_000) void this.disconnect()
  }
}
