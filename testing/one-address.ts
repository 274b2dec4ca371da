import type { Limits } from '../server/limits.ts'

/** Limits for servers whose clients all come from one address, and often all at once: those of tests and benchmarks. */
export const OF_ONE_ADDRESS: Partial<Limits> = {
  maxConnectionsPerAddress: 10_000,
  maxSocketsPerAddress: 10_000,
  maxRoomsPerAddress: 10_000,
  maxUntakenSeats: 10_000,
  joinBurst: 10_000,
  guestBurst: 10_000,
  listBurst: 10_000,
}
