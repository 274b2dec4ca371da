import type { Room } from '../../client-sdk/index.ts'
import type { TurnsRoom } from '../../rooms/turns/room.ts'

/** The room this page plays in, as its client sees it. */
export type TurnsClient = Room<TurnsRoom>
