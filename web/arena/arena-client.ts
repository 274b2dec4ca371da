import type { Room } from '../../client-sdk/index.ts'
import type { ArenaRoom } from '../../rooms/arena/room.ts'

/** The room this page plays in, as its client sees it. */
export type ArenaClient = Room<ArenaRoom>
