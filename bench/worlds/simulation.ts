/** The world that all servers of the big benchmark run: who stands where, and how everybody moves. */
import { seededRandom } from '../../shared/random.ts'

export const TICK_RATE_HZ = 20
export const RADIUS = 400
/** What a player covers in a tick at full input. */
export const STEP = 8
/** 400 players in 4,000 × 4,000; worlds of more or fewer are as dense. */
const AREA_OF_A_PLAYER = (4_000 * 4_000) / 400
const SPOT_RADIUS = 100
/** Of so many players one stands in the spot where the world is clustered. */
const SPOT_SHARE = 5

export type Spread = 'even' | 'clustered'

/** What a player asks for: where to go, each between -1 and 1. */
export interface Heading {
  x: number
  y: number
}

export interface Mover {
  x: number
  y: number
}

export function widthOf(players: number): number {
  return Math.sqrt(players * AREA_OF_A_PLAYER)
}

/** Where each player starts, in order of joining: the same in every server. */
export function places(players: number, spread: Spread): Mover[] {
  const random = seededRandom(5)
  const width = widthOf(players)
  return Array.from({ length: players }, (_, n) => {
    const [a, b] = [random(), random()]
    if (spread === 'even' || n % SPOT_SHARE !== 0) return { x: a * width, y: b * width }
    const [turn, distance] = [a * 2 * Math.PI, Math.sqrt(b) * SPOT_RADIUS]
    return { x: width / 2 + Math.cos(turn) * distance, y: width / 2 + Math.sin(turn) * distance }
  })
}

/** One tick of one player. */
export function step(mover: Mover, { x, y }: Heading): void {
  mover.x = Math.fround(mover.x + x * STEP)
  mover.y = Math.fround(mover.y + y * STEP)
}

/** Steps of the circle in which everybody walks, so that the world stays as dense as it began. */
export const CIRCLE_STEPS = 64

export function headingAt(at: number): Heading {
  const turn = (at / CIRCLE_STEPS) * 2 * Math.PI
  return { x: Math.fround(Math.cos(turn)), y: Math.fround(Math.sin(turn)) }
}

export const STILL: Heading = { x: 0, y: 0 }

/** What a run asks of a server; it comes in the environment. */
export interface WorldOptions {
  /** Players of all rooms together. */
  players: number
  /** Players of a room where everybody sees everybody; without it there is one world with interest areas. */
  roomSize?: number | undefined
  spread: Spread
  cert: string
  key: string
}

/** Where a server says everybody is, by id. */
export type Truth = Record<string, Mover>

export interface WorldServer {
  url: string
  /** Everybody's place, by the id that clients know. */
  truth(): Truth
}
