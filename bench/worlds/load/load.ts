/** All the players of a run: most are raw seats that count frames, a few decode what they get. */

import type { Side } from '../server-process.ts'
import { CIRCLE_STEPS, headingAt, STILL, TICK_RATE_HZ, type Truth } from '../simulation.ts'
import { DIALECTS, type Dialect, inputFrames, type Seat } from './dialects.ts'
import { GapHistogram } from './gaps.ts'
import { SAMPLES, type Sample } from './samples.ts'

const JOINS_AT_ONCE = 8
const MAX_SAMPLES = 8
/** Inputs are spread over the tick, so that they come as they do from many machines. */
const GROUPS = 10

export interface LoadOptions {
  side: Side
  url: string
  players: number
  roomSize?: number | undefined
}

export interface Count {
  patches: number
  bytes: number
  gaps: GapHistogram
}

export class Load {
  readonly seats: Seat[] = []
  readonly samples: Sample[] = []
  readonly count: Count = { patches: 0, bytes: 0, gaps: new GapHistogram() }
  sent = 0
  readonly #options: LoadOptions
  readonly #url: URL
  readonly #dialect: Dialect
  readonly #frames: Buffer[]
  #still = false
  #steps = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: LoadOptions) {
    this.#options = options
    this.#url = new URL(options.url)
    this.#dialect = DIALECTS[options.side]
    this.#frames = inputFrames(this.#dialect)
  }

  /** Seats everybody, room by room. */
  async join(): Promise<void> {
    const { players, roomSize = players } = this.#options
    const sampled = sampledOf(players, roomSize)
    for (let from = 0; from < players; from += roomSize) {
      const first = await this.#seat(undefined)
      const numbers = Array.from({ length: Math.min(roomSize, players - from) - 1 }, (_, n) => from + n + 1)
      const workers = Array.from({ length: JOINS_AT_ONCE }, async () => {
        for (let n = numbers.shift(); n !== undefined; n = numbers.shift()) {
          if (sampled.has(n)) this.samples.push(await SAMPLES[this.#options.side](this.#url, first.room))
          else await this.#seat(first.room)
        }
      })
      await Promise.all(workers)
    }
  }

  /** From now on everybody sends an input a tick. */
  play(): void {
    const everyMs = 1000 / TICK_RATE_HZ / GROUPS
    let nextMs = performance.now()
    let group = 0
    this.#timer = setInterval(() => {
      for (; performance.now() >= nextMs; nextMs += everyMs) {
        this.#send(group)
        group = (group + 1) % GROUPS
        if (group === 0) this.#steps++
      }
    }, everyMs)
  }

  /** Everybody stands still, and goes on saying so. */
  halt(): void {
    this.#still = true
  }

  clear(): void {
    this.count.patches = this.count.bytes = this.sent = 0
    this.count.gaps.clear()
  }

  /** What each of the sampled players sees, by who it is. */
  seen(): Record<string, Truth> {
    return Object.fromEntries(this.samples.map((sample) => [sample.id, sample.seen()]))
  }

  get open(): number {
    return this.seats.filter(({ socket }) => socket.open).length
  }

  stop(): void {
    clearInterval(this.#timer)
    for (const { socket } of this.seats) socket.close()
  }

  async #seat(room: string | undefined): Promise<Seat> {
    const seat = await this.#dialect.take(this.#url, room)
    const { socket } = seat
    const { count } = this
    const dialect = this.#dialect
    let lastMs = 0
    socket.listen((chunk, from, to) => {
      if (!dialect.isPatch(chunk, from)) {
        dialect.answer?.(socket, chunk, from, to)
        return
      }
      const nowMs = performance.now()
      if (lastMs > 0) count.gaps.add(nowMs - lastMs)
      lastMs = nowMs
      count.patches++
      count.bytes += to - from
    })
    this.seats.push(seat)
    return seat
  }

  #send(group: number): void {
    const frames = this.#frames
    for (let n = group; n < this.seats.length; n += GROUPS) {
      const { socket } = this.seats[n]!
      if (!socket.open) continue
      socket.write(frames[this.#still ? CIRCLE_STEPS : this.#at(n)]!)
      this.sent++
    }
    for (let n = group; n < this.samples.length; n += GROUPS) {
      this.samples[n]!.steer(this.#still ? STILL : headingAt(this.#at(n * 7)))
      this.sent++
    }
  }

  /** Where on its circle a player is; every other one goes round the other way. */
  #at(n: number): number {
    const turned = n % 2 === 0 ? this.#steps : -this.#steps
    return (((turned + n * 11) % CIRCLE_STEPS) + CIRCLE_STEPS) % CIRCLE_STEPS
  }
}

/** Which players decode: some here and some there, never the first of a room, who opens it. */
function sampledOf(players: number, roomSize: number): Set<number> {
  const samples = Math.min(MAX_SAMPLES, Math.floor(players / 2))
  const numbers = Array.from({ length: samples }, (_, n) => {
    const number = Math.floor((n * players) / samples) + (n % 5) + 1
    return Math.min(number % roomSize === 0 ? number + 1 : number, players - 1)
  })
  return new Set(numbers)
}
