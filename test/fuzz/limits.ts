import type { Limits } from '../../server/index.ts'

/** All attackers come from this machine, take seats all the time, and keep the server as busy as it can be. */
const OF_ONE_MACHINE: Partial<Limits> = {
  ...{ maxConnectionsPerAddress: 1e9, maxSocketsPerAddress: 1e9, maxSessionsPerIdentity: 1e9 },
  ...{
    maxRooms: 1e9,
    maxRoomsPerAddress: 1e9,
    maxRoomsPerIdentity: 1e9,
    joinsPerSecond: 1e9,
    joinBurst: 1e9,
  },
  ...{ guestsPerSecond: 1e9, guestBurst: 1e9, wrongTokensPerSecond: 1e9, wrongTokenBurst: 1e9 },
  overloadDelayMs: 1e9,
}

/** Nobody is sent away and nothing dropped for coming often: every frame is looked into. */
export const LIFTED: Partial<Limits> = {
  ...OF_ONE_MACHINE,
  ...{ strikesToWarn: 1e12, strikesToKick: 1e12, messagesPerSecond: 1e9, messageBurst: 1e9 },
  ...{ inputFramesPerTick: 1e9, bytesPerSecond: 1e12, byteBurst: 1e12 },
  ...{ controlFramesPerSecond: 1e9, controlFrameBurst: 1e9, maxRoomFaults: 1e9, maxClientFaults: 1e9 },
  ...{ drainMs: 60_000, maxQueuedBytes: 2 ** 26 },
}

/** The strike policy as a server has it; bans as short as can be, or they would be all that is tested. */
export const STRICT: Partial<Limits> = { ...OF_ONE_MACHINE, banMs: 1 }

/** Every request is looked into, and seats that nobody takes are given back soon. */
export const OPEN_TO_REQUESTS: Partial<Limits> = { ...OF_ONE_MACHINE, seatReservationMs: 1_000 }
