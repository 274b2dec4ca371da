import { matchMaker } from '@colyseus/core'
import { expect } from 'vitest'
import type { WssClient } from '../../../../server/transport/wss-client.ts'
import { startTestServer, type TestServer } from '../../../../testing/index.ts'
import { Stall } from '../random-worlds.ts'
import { forget } from './compare.ts'
import { allHeard, Frames, joinAs, type LivePlayer, SDKS } from './live-player.ts'
import { next, TimedWorldRoom, WorldRoom } from './live-room.ts'
import { expected, expectedAhead, expectNothingHidden } from './observers.ts'

const rooms = { world: WorldRoom, timed: TimedWorldRoom }
type Server = TestServer<typeof rooms>
const MOST_PLAYERS = 5

/** How much happened, so that a test can tell that something did. */
export interface Happenings {
  entityTicks: number
  comparisons: number
  frames: number
  joins: number
  leaves: number
  reconnects: number
  resyncs: number
}

/**
 * Plays worlds of chance over real sockets, with players of both SDKs who join, leave, stall, lose their connection and
 * come back. After each tick what each of them has decoded is compared with the plainest of filters, and every frame
 * is searched for what its receiver must not see.
 */
export async function playLive(seeds: readonly number[], ticks: number): Promise<Happenings> {
  const limits = { joinsPerSecond: 1e6, joinBurst: 1e6, guestsPerSecond: 1e6, guestBurst: 1e6 }
  const patient = { pingIntervalMs: 600_000, drainMs: 600_000 }
  await using server = await startTestServer({ rooms, limits: { ...limits, ...patient } })
  using frames = new Frames()
  const total: Happenings = {
    entityTicks: 0,
    comparisons: 0,
    frames: 0,
    joins: 0,
    leaves: 0,
    reconnects: 0,
    resyncs: 0,
  }
  for (const seed of seeds)
    for (const name of ['world', 'timed'] as const) {
      const live = await LiveWorld.open({ server, frames, total, seed, name })
      try {
        for (let tick = 0; tick < ticks; tick++) await live.tick()
        await live.close()
      } catch (cause) {
        throw new Error(`seed ${seed}, ${name}`, { cause })
      }
    }
  return total
}

interface LiveOptions {
  server: Server
  frames: Frames
  total: Happenings
  seed: number
  name: keyof typeof rooms
}

class LiveWorld {
  readonly #options: LiveOptions
  readonly #room: WorldRoom
  readonly #players = new Set<LivePlayer>()
  readonly #stalls = new Map<LivePlayer, Stall>()
  #joined = 0

  private constructor(options: LiveOptions, room: WorldRoom) {
    this.#options = options
    this.#room = room
  }

  static async open(options: LiveOptions): Promise<LiveWorld> {
    next.seed = options.seed
    const { roomId } = await matchMaker.createRoom(options.name, {})
    return new LiveWorld(options, options.server.room(options.name, { id: roomId }) as unknown as WorldRoom)
  }

  async tick(): Promise<void> {
    const { world } = this.#room
    const { server, total } = this.#options
    await this.#comeAndGo()
    // From here to the patch nothing else may happen: who has drained is told of it at once.
    for (const player of this.#players) this.#disturb(player)
    this.#hold(false)
    server.server.stepRooms(1)
    total.entityTicks += world.state.mobs.size + world.state.crates.size
    await allHeard(this.#players, (player) => this.#isBehind(player))
    this.#hold(true)
    for (const player of this.#players) {
      const should = expected(world, player)
      this.#search(player, should)
      if (this.#isBehind(player)) forget(player, false)
      else {
        expect(player.state.toJSON(), `tick ${this.#room.tick}, ${player.sdk}`).toEqual(should)
        total.comparisons++
      }
    }
  }

  async close(): Promise<void> {
    expect([this.#room.mobs.fallback, this.#room.crates.fallback]).toEqual([undefined, undefined])
    for (const stall of this.#stalls.values()) stall.on = false
    await this.#room.disconnect()
  }

  /** Whether nobody may catch up: while players come and go, what is around those who are here is not that of a tick. */
  #hold(on: boolean): void {
    for (const player of this.#players) this.#stalls.get(player)!.held = on
  }

  async #comeAndGo(): Promise<void> {
    const { world } = this.#room
    const { total } = this.#options
    const few = this.#players.size < 2
    if (few || (this.#players.size < MOST_PLAYERS && world.chance(0.1))) await this.#join()
    for (const player of [...this.#players]) {
      const luck = world.random()
      if (this.#stalls.get(player)!.on || luck > 0.05) continue
      if (luck < 0.02) {
        this.#players.delete(player)
        await player.leave()
        total.leaves++
      } else {
        await player.reconnect()
        this.#watch(player)
        total.reconnects++
      }
    }
  }

  async #join(): Promise<void> {
    const { server } = this.#options
    const player = await joinAs(SDKS[this.#joined++ % SDKS.length]!, server.url, this.#room.roomId)
    this.#players.add(player)
    this.#options.total.joins++
    this.#watch(player)
  }

  /** Compares what came with a new connection. */
  #watch(player: LivePlayer): void {
    const outlet = this.#room.clients.get(player.sessionId) as unknown as WssClient
    this.#stalls.set(player, new Stall(outlet))
    const should = expectedAhead(this.#room.world, player, player.state)
    this.#search(player, should)
    expect(player.state.toJSON(), `at once, ${player.sdk}`).toEqual(should)
  }

  #disturb(player: LivePlayer): void {
    const { world } = this.#room
    const { mobs } = world.state
    const luck = world.random()
    const stall = this.#stalls.get(player)!
    if (luck < (stall.on ? 0.3 : 0.05)) {
      if (stall.on && stall.behind) this.#options.total.resyncs++
      stall.on = !stall.on
    } else if (luck < 0.33) mobs.delete(player.sessionId)
    else if (!mobs.has(player.sessionId) && luck < 0.6) world.spawnMob(player.sessionId)
  }

  #isBehind(player: LivePlayer): boolean {
    return this.#stalls.get(player)!.behind
  }

  #search(player: LivePlayer, should: ReturnType<typeof expected>): void {
    const frames = this.#options.frames.take(player.sessionId)
    this.#options.total.frames += frames.length
    expectNothingHidden({ sessionId: player.sessionId, frames }, should)
  }
}
