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
import { addFighter, createMatch, type Match, removeFighter, stepMatch } from './match.ts'
import { ArenaInput, ArenaState } from './state.ts'
import { RESULT_SECONDS, ROUND_SECONDS, TICK_RATE_HZ } from './tuning.ts'

/** Longest rewind: a shooter further behind than this must lead its targets. */
const MAX_REWIND_MS = 400

// The raw length is bounded first: nothing walks through a megabyte of name.
const Name = z.string().max(200).transform(cleanName).pipe(z.string().min(1).max(MAX_NAME_LENGTH))

/** Free-for-all shooter: predicted movement, hits decided by the server where the shooter saw its target. */
export class ArenaRoom extends GameRoom<{ state: ArenaState; input: ArenaInput; events: ArenaEvents }> {
  override maxClients = 16
  override tickRateHz = TICK_RATE_HZ
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
    emote: message(z.enum(EMOTES), (client, kind) => this.broadcast('emote', { by: client.sessionId, kind })),
  }

  override requests = {
    rename: request(z.object({ name: Name }), (client, { name }) => ({ name: this.#rename(client, name) })),
  }

  override onCreate() {
    const { state, roundSeconds, resultSeconds } = this
    const rewind = this.allowRewindState({ maxRewindMs: MAX_REWIND_MS })
    rewind.attachAll(state.fighters, { fields: ['x', 'y'] })
    this.#match = createMatch({
      state,
      roundSeconds,
      resultSeconds,
      random: () => this.random(),
      emit: (type, payload) => this.broadcast(type, payload),
      seenBy: (shooterId) => {
        const seen = rewind.lastSeenBy(shooterId)
        return (target) => ({ x: seen.value(target, 'x'), y: seen.value(target, 'y') })
      },
    })
  }

  override onTick({ tick, dt }: TickContext) {
    stepMatch(this.#match, { tick, dt, inputOf: (sessionId) => this.inputs.get(sessionId).next() })
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
