import type { RoomListing } from '../shared/protocol.ts'
import type { Random } from '../shared/random.ts'
import { ArenaBot, BOT_NAMES } from './arena-bot.ts'

export interface FillerOptions {
  /** `wss://…` of the server. */
  url: string
  /** Players the arena is filled up to; people take the bots' places as they come. */
  players: number
  random: Random
}

/** Keeps an arena lively: bots come while places are empty and leave when people want them. */
export class Filler {
  readonly #options: FillerOptions
  readonly #bots = new Map<ArenaBot, string>()

  constructor(options: FillerOptions) {
    this.#options = options
  }

  /** Looks once at the server and lets at most one bot come, or as many leave as there are people too many. */
  async adjust(): Promise<void> {
    for (const bot of this.#bots.keys()) if (bot.roomId === undefined) this.#bots.delete(bot)
    const missing = botsWanted(
      await this.#listings(),
      this.#roomOfBots(),
      this.#bots.size,
      this.#options.players,
    )
    if (missing > 0) await this.#addOne()
    for (let surplus = -missing; surplus > 0; surplus--) await this.#removeOne()
  }

  async leave(): Promise<void> {
    await Promise.all([...this.#bots.keys()].map((bot) => bot.leave()))
    this.#bots.clear()
  }

  #roomOfBots(): string | undefined {
    return [...this.#bots.keys()][0]?.roomId
  }

  async #listings(): Promise<RoomListing[]> {
    const response = await fetch(`${this.#options.url.replace(/^wss:/, 'https:')}/rooms`)
    return (await response.json()) as RoomListing[]
  }

  async #addOne(): Promise<void> {
    const { url, random } = this.#options
    const taken = new Set(this.#bots.values())
    const free = BOT_NAMES.filter((name) => !taken.has(name))
    const name = free[Math.floor(random() * free.length)] ?? 'Bot'
    const bot = new ArenaBot({ url, random, name, difficulty: 0.25 + random() * 0.5 })
    await bot.play()
    this.#bots.set(bot, name)
  }

  async #removeOne(): Promise<void> {
    const [bot] = this.#bots.keys()
    if (!bot) return
    this.#bots.delete(bot)
    await bot.leave()
  }
}

/**
 * How many bots are missing, negative for too many.
 *
 * @param listings the server's open rooms
 * @param roomId where the bots play, if they do
 * @param bots how many of them there are
 * @param players how many the room shall have, people included
 */
export function botsWanted(
  listings: readonly RoomListing[],
  roomId: string | undefined,
  bots: number,
  players: number,
): number {
  const arenas = listings.filter(({ name }) => name === 'arena')
  const room = arenas.find((listing) => listing.roomId === roomId) ?? arenas[0]
  const people = Math.max(0, (room?.clients ?? 0) - bots)
  // One place stays free: a full room is locked, and whoever comes would play alone in another one.
  const places = Math.min(players, (room?.maxClients ?? Number.POSITIVE_INFINITY) - 1)
  return Math.max(0, places - people) - bots
}
