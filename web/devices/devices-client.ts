import type { Room, RoomType } from '../../client-sdk/index.ts'
import type { server } from '../../server.ts'

/** The fleet's room, as an operator's page has it. */
export type DevicesClient = Room<RoomType<typeof server, 'devices'>>
