import { ArenaRoom } from './room.ts'
import { ROYALE } from './world.ts'

/** The arena for a thousand: the same rules on a large map, where each player is told of what is near. */
export class RoyaleRoom extends ArenaRoom {
  override world = ROYALE
  override maxClients = 1_000
  override tickRateHz = ROYALE.tickRateHz
  override roundSeconds = 600
}
