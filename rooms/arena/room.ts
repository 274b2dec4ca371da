import { z } from 'zod'
import {
  type Client,
  GameRoom,
  type JoinOptions,
  message,
  request,
  type TickContext,
} from '../../server/index.ts'
import { cleanName, MAX_NAME_LENGTH, uniqueName } from '../../shared/names.ts'
import { type ArenaEvents, EMOTES } from './events.ts'
import type { Point } from './map.ts'
import { addFighter, createMatch, MAX_REWIND_MS, type Match, removeFighter, stepMatch } from './match.ts'
import { ArenaInput, ArenaState } from './state.ts'
import { surveyOf } from './survey.ts'
import { RESULT_SECONDS, ROUND_SECONDS } from './tuning.ts'
import { ARENA, type World } from './world.ts'

// The raw length is bounded first: nothing walks through a megabyte of name.
const Name = z.string().max(200).transform(cleanName).pipe(z.string().min(1).max(MAX_NAME_LENGTH))

/** Free-for-all shooter: predicted movement, hits decided by the server where the shooter saw its target. */
export class ArenaRoom extends GameRoom<{ state: ArenaState; input: ArenaInput; events: ArenaEvents }> {
  /** Where it takes place; a subclass may choose another world, and its rate. */
  world: World = ARENA
  override maxClients = 16
  override tickRateHz = ARENA.tickRateHz
  override patchEveryTicks = 1
  override reconnectHoldSeconds = 20
  override joinOptions = z.object({ name: Name, bot: z.boolean().optional() })
  override state = new ArenaState()
  override inputs = this.defineInput(ArenaInput)
  /** Length of a round; a subclass may shorten it, a client cannot. */
  roundSeconds = ROUND_SECONDS
  /** How long the result is shown. */
  resultSeconds = RESULT_SECONDS
  #match!: Match

  override messages = {
    emote: message(z.enum(EMOTES), ({ sessionId: by }, kind) =>
      this.#tell('emote', { by, kind }, this.state.fighters.get(by)),
    ),
  }

  override requests = {
    rename: request(z.object({ name: Name }), (client, { name }) => ({ name: this.#rename(client, name) })),
  }

  override onCreate() {
    const { state, world, roundSeconds, resultSeconds } = this
    const { sightMetres: radiusMetres } = world
    this.interest(state.fighters, { x: 'x', y: 'y', radiusMetres })
    // Who looks from where is known from the fighters.
    this.interest(state.pickups, { x: 'x', y: 'y', radiusMetres })
    const rewind = this.allowRewindState({ maxRewindMs: MAX_REWIND_MS })
    rewind.attachAll(state.fighters, { fields: ['x', 'y'] })
    this.#match = createMatch({
      state,
      world,
      roundSeconds,
      resultSeconds,
      random: () => this.random(),
      emit: (type, payload, at) => this.#tell(type, payload, at),
      seenBy: (shooterId) => {
        const seen = rewind.lastSeenBy(shooterId)
        return (target) => ({ x: seen.value(target, 'x'), y: seen.value(target, 'y') })
      },
    })
  }

  override onTick({ tick, dt }: TickContext) {
    stepMatch(this.#match, { tick, dt, inputOf: (sessionId) => this.inputs.get(sessionId).next() })
    if (this.world.sightMetres < Number.POSITIVE_INFINITY && tick % this.tickRateHz === 0)
      this.broadcast('survey', surveyOf(this.state, this.world))
  }

  override onJoin(client: Client, { name, bot }: JoinOptions<this>) {
    addFighter(this.#match, client.sessionId, { name: this.#freeName(client, name), bot })
  }

  override onDrop(client: Client) {
    this.#setAway(client, true)
  }

  override onReconnect(client: Client) {
    this.#setAway(client, false)
  }

  override onLeave(client: Client) {
    removeFighter(this.#match, client.sessionId)
  }

  /** Tells those who see the place, or everybody. */
  #tell<K extends keyof ArenaEvents>(type: K, payload: ArenaEvents[K], at?: Point): void {
    const { sightMetres } = this.world
    if (!at || sightMetres === Number.POSITIVE_INFINITY) {
      this.broadcast(type, payload)
      return
    }
    const clients: Client<ArenaEvents>[] = []
    for (const { sessionId, fighter } of this.#match.grid.near(at, at, sightMetres)) {
      const client = this.clients.getById(sessionId)
      const seesIt = (fighter.x - at.x) ** 2 + (fighter.y - at.y) ** 2 <= sightMetres ** 2
      if (client && seesIt) clients.push(client)
    }
    this.broadcastTo(clients, type, payload)
  }

  #setAway(client: Client, away: boolean): void {
    const fighter = this.state.fighters.get(client.sessionId)
    if (fighter) fighter.away = away
  }

  #rename(client: Client, wanted: string): string {
    const name = this.#freeName(client, wanted)
    const fighter = this.state.fighters.get(client.sessionId)
    if (fighter) fighter.name = name
    return name
  }

  #freeName(client: Client, wanted: string): string {
    const others = [...this.state.fighters].filter(([sessionId]) => sessionId !== client.sessionId)
    return uniqueName(
      wanted,
      others.map(([, { name }]) => name),
    )
  }
}
