import { connect, type Fairground, type InputOf, type Room } from '../client-sdk/index.ts'
import type { ArenaRoom } from '../rooms/arena/room.ts'
import type { RoyaleRoom } from '../rooms/arena/royale-room.ts'
import { WORLDS, type WorldName } from '../rooms/arena/world.ts'
import type { Random } from '../shared/random.ts'
import { decide, newMemory, viewOf } from './arena-brain.ts'

/** The part of a server that arena bots know. */
export interface ArenaServer {
  readonly '~rooms': { readonly arena: typeof ArenaRoom; readonly royale: typeof RoyaleRoom }
}

/** What bots are called: nobody would take them for people in disguise. */
export const BOT_NAMES = [
  'Ada', 'Boole', 'Curie', 'Dijkstra', 'Euler', 'Faraday', 'Gauss', 'Hopper', 'Ibn Sina', 'Joule', 'Kepler',
  'Lovelace', 'Mirzakhani', 'Noether', 'Ohm', 'Pascal', 'Ramanujan', 'Shannon', 'Turing', 'Volta',
] // biome-ignore format: one table

export interface BotOptions {
  /** `wss://…` of the server. */
  url: string
  random: Random
  /** 0 is a beginner, 1 is hard to beat. */
  difficulty: number
  /** Which room to join; default the arena. */
  world?: WorldName
  /** Default: one of {@link BOT_NAMES}. */
  name?: string
}

/** A player without a screen: the client SDK over wss, and a brain in place of hands. */
export class ArenaBot {
  readonly #server: Fairground<ArenaServer>
  readonly #options: BotOptions
  #room: Room<ArenaRoom> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: BotOptions) {
    this.#options = options
    this.#server = connect<ArenaServer>(options.url)
  }

  /** Id of the room it plays in; undefined before the join and after the end. */
  get roomId(): string | undefined {
    return this.#room?.status === 'closed' ? undefined : this.#room?.id
  }

  /** Joins a match and plays until {@link leave} or until the room ends. */
  async play(): Promise<void> {
    const { random, difficulty, world = 'arena' } = this.#options
    const name = this.#options.name ?? BOT_NAMES[Math.floor(random() * BOT_NAMES.length)]!
    const room = await this.#server.joinOrCreate(world, { name, bot: true })
    this.#room = room
    const memory = newMemory(difficulty, WORLDS[world])
    const input = room.input()
    this.#timer = setInterval(() => {
      if (room.status !== 'open') return
      const view = viewOf(room.state, room.sessionId)
      if (!view) return
      Object.assign(input.data satisfies InputOf<ArenaRoom>, decide(view, memory, random))
      input.send()
    }, 1000 / WORLDS[world].tickRateHz)
    room.onStatus((status) => {
      if (status === 'closed') this.#stop()
    })
  }

  async leave(): Promise<void> {
    this.#stop()
    await this.#room?.leave()
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
