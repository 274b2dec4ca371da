/** The two worlds that the same rules run in: the arena for sixteen, and one for a thousand. */
import { PICKUP_PLACES, type PickupPlace, type Point, type Rect, SPAWNS, WALLS, WORLD } from './map.ts'
import { ROYALE_MAP } from './royale-map.ts'
import { TICK_RATE_HZ } from './tuning.ts'
import { WallGrid } from './wall-grid.ts'

/** All that differs from world to world. Metres. */
export interface World {
  readonly width: number
  readonly height: number
  readonly walls: readonly Rect[]
  /** The same walls, by where they are. */
  readonly wallGrid: WallGrid
  readonly spawns: readonly Point[]
  readonly pickupPlaces: readonly PickupPlace[]
  /** Steps a second. Whatever is counted in steps takes longer where they are fewer. */
  readonly tickRateHz: number
  /** How far players are told of others: more than any screen shows. Infinity: of everybody. */
  readonly sightMetres: number
}

export const ARENA: World = {
  ...WORLD,
  walls: WALLS,
  wallGrid: new WallGrid(WORLD, WALLS),
  spawns: SPAWNS,
  pickupPlaces: PICKUP_PLACES,
  tickRateHz: TICK_RATE_HZ,
  // Everybody is within two screens, and the scoreboard shows all.
  sightMetres: Number.POSITIVE_INFINITY,
}

export const ROYALE: World = {
  ...ROYALE_MAP,
  wallGrid: new WallGrid(ROYALE_MAP, ROYALE_MAP.walls),
  tickRateHz: 20,
  // A shot reaches 26 metres, and the corner of a wide screen is 24 away.
  sightMetres: 30,
}

/** By the name of the room. */
export const WORLDS = { arena: ARENA, royale: ROYALE } as const
export type WorldName = keyof typeof WORLDS
