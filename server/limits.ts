import { FairgroundError } from '../shared/errors.ts'

/**
 * The one table of limits: defaults with their units. `createServer({ limits: { … } })` changes any of them, and
 * `server.setLimits({ … })` most of them while it runs.
 */
export interface Limits {
  /** Largest frame a client may send, in bytes. A larger one ends the connection with close code 1009. */
  readonly maxMessageBytes: number
  /** Most pieces in which a frame may come. More end the connection with close code 1008. */
  readonly maxFragments: number
  /** Messages, requests and pings of the SDK that a client may send, a second. */
  readonly messagesPerSecond: number
  /** How many of them may come at once after a pause. */
  readonly messageBurst: number
  /** Frames of inputs that a client may send, a step of its room; twice a second's worth at once after a pause. */
  readonly inputFramesPerTick: number
  /** Bytes of frames that a client may send, a second. */
  readonly bytesPerSecond: number
  /** How many of them may come at once after a pause. */
  readonly byteBurst: number
  /** Pings and pongs of the WebSocket that a client may send, a second. */
  readonly controlFramesPerSecond: number
  /** How many of them may come at once after a pause. */
  readonly controlFrameBurst: number
  /** Strikes for offences against these rules at which a client is warned. */
  readonly strikesToWarn: number
  /** Strikes at which its session ends. */
  readonly strikesToKick: number
  /** Strikes forgiven, a second. */
  readonly strikesForgivenPerSecond: number
  /** Sessions ended so, of one address or identity, after which it is not let in for a while. */
  readonly kicksToBan: number
  /** Time after which they are forgotten, in milliseconds. */
  readonly kickMemoryMs: number
  /** Time for which it is not let in, in milliseconds. */
  readonly banMs: number
  /** Largest body of a join request, in bytes. */
  readonly maxJoinBodyBytes: number
  /** Time to turn a reserved seat into a connection, in milliseconds, 1000 or more; a room's own `seatReservationTimeout` wins. */
  readonly seatReservationMs: number
  /** Connections at a time, of any kind and on all ports of the game; further ones are cut. */
  readonly maxConnections: number
  /** Of these, connections of one address (in IPv6: of one network of 64 bits). */
  readonly maxConnectionsPerAddress: number
  /** WebSockets of one address at a time; half as many for clients that name no origin. */
  readonly maxSocketsPerAddress: number
  /** Sessions of one player at a time, in all rooms together. */
  readonly maxSessionsPerIdentity: number
  /** Seats of a room that has no `maxClients` of its own. */
  readonly maxClientsPerRoom: number
  /** Rooms at a time. */
  readonly maxRooms: number
  /** Of these, rooms opened at the wish of one address. */
  readonly maxRoomsPerAddress: number
  /** Of these, rooms opened at the wish of one player. */
  readonly maxRoomsPerIdentity: number
  /** Seats of one room that one address let expire within a minute, after which it gets no further one there; half of the room's seats at most. */
  readonly maxUntakenSeats: number
  /** Requests for a seat by one address, a second; half as many for clients that name no origin. */
  readonly joinsPerSecond: number
  /** How many of them may come at once after a pause. */
  readonly joinBurst: number
  /** Sign-ins of guests by one address, a second; half as many for clients that name no origin. */
  readonly guestsPerSecond: number
  /** How many of them may come at once after a pause. */
  readonly guestBurst: number
  /** Requests for the list of open rooms by one address, a second; half as many for clients that name no origin. */
  readonly listsPerSecond: number
  /** How many of them may come at once after a pause. */
  readonly listBurst: number
  /** Rooms, sessions, seats and tokens that do not exist, named by one address, a second; half as many for clients that name no origin. */
  readonly wrongTokensPerSecond: number
  /** How many of them may come at once after a pause. */
  readonly wrongTokenBurst: number
  /** Time from the upgrade until the room has let a client in, in milliseconds; then it is closed. */
  readonly takeSeatMs: number
  /** Time without a sign of life until a connection is pinged, in milliseconds; keep it under a third of a proxy's idle limit. */
  readonly pingIntervalMs: number
  /** Unanswered pings after which a connection counts as dead. */
  readonly pingMisses: number
  /** Time to finish a TLS handshake, in milliseconds. */
  readonly handshakeTimeoutMs: number
  /** Time to send a request's headers, in milliseconds. */
  readonly headersTimeoutMs: number
  /** Time to send a whole request, in milliseconds. */
  readonly requestTimeoutMs: number
  /** Time a connection may wait for its next request, in milliseconds. */
  readonly keepAliveTimeoutMs: number
  /** Time a connection may stand still while it is answered, because its client does not read, in milliseconds. */
  readonly stalledTimeoutMs: number
  /** Failures of a room's own code, at nobody's doing, that are borne within `faultWindowMs`; then the room is closed. */
  readonly maxRoomFaults: number
  /** Failures of a room's own code at one client's messages that are borne within `faultWindowMs`; then the client is sent away. */
  readonly maxClientFaults: number
  /** Time within which failures are counted together, in milliseconds. */
  readonly faultWindowMs: number
  /** Time the event loop may stand still before the watchdog writes which room and hook was running, in milliseconds. */
  readonly hangMs: number
  /** Time for a client to acknowledge its join, in milliseconds; until then its messages wait. */
  readonly joinAckMs: number
  /** Bytes on their way to one client, written and not acknowledged as read; beyond them it gets no patches and messages wait. */
  readonly maxInFlightBytes: number
  /** Bytes in one client's socket that the kernel has not taken; beyond them nothing is written to it. */
  readonly highWaterBytes: number
  /** Bytes of messages and replies that wait for one client, also before its join; beyond them it is closed as slow. */
  readonly maxQueuedBytes: number
  /** Bytes of a room's whole state, as who joins gets it, beyond which log and metric say so: nothing is refused. */
  readonly maxStateBytes: number
  /** Time for a client to read what was sent to it, in milliseconds; then it is closed as slow. */
  readonly drainMs: number
  /** Delay of the event loop beyond which joins are refused, and then patches made rarer, in milliseconds. */
  readonly overloadDelayMs: number
  /** Time for which rooms play on when the server shuts down, locked and their players told, in milliseconds; 0 for none. */
  readonly shutdownNoticeMs: number
  /** Time a shutdown may take after that before connections are cut, in milliseconds. */
  readonly shutdownMs: number
}

export const DEFAULT_LIMITS: Limits = {
  maxMessageBytes: 16 * 1024,
  maxFragments: 64,
  messagesPerSecond: 60,
  messageBurst: 120,
  inputFramesPerTick: 4,
  bytesPerSecond: 64 * 1024,
  byteBurst: 256 * 1024,
  controlFramesPerSecond: 30,
  controlFrameBurst: 60,
  strikesToWarn: 50,
  strikesToKick: 100,
  strikesForgivenPerSecond: 10,
  kicksToBan: 3,
  kickMemoryMs: 600_000,
  banMs: 60_000,
  maxJoinBodyBytes: 64 * 1024,
  seatReservationMs: 15_000,
  maxConnections: 10_000,
  maxConnectionsPerAddress: 500,
  maxSocketsPerAddress: 200,
  maxSessionsPerIdentity: 8,
  maxClientsPerRoom: 1_000,
  maxRooms: 1_000,
  maxRoomsPerAddress: 50,
  maxRoomsPerIdentity: 8,
  maxUntakenSeats: 4,
  joinsPerSecond: 4,
  joinBurst: 80,
  guestsPerSecond: 4,
  guestBurst: 80,
  listsPerSecond: 20,
  listBurst: 100,
  wrongTokensPerSecond: 1,
  wrongTokenBurst: 80,
  takeSeatMs: 10_000,
  pingIntervalMs: 3_000,
  pingMisses: 2,
  handshakeTimeoutMs: 10_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  keepAliveTimeoutMs: 15_000,
  stalledTimeoutMs: 30_000,
  maxRoomFaults: 20,
  maxClientFaults: 10,
  faultWindowMs: 10_000,
  hangMs: 2_000,
  joinAckMs: 10_000,
  maxInFlightBytes: 256 * 1024,
  highWaterBytes: 64 * 1024,
  maxQueuedBytes: 256 * 1024,
  maxStateBytes: 1024 * 1024,
  drainMs: 15_000,
  overloadDelayMs: 100,
  shutdownNoticeMs: 0,
  shutdownMs: 8_000,
}

/** Limits that are read when the server begins to listen. */
const READ_AT_START: ReadonlySet<string> = new Set<keyof Limits>([
  'maxJoinBodyBytes',
  'handshakeTimeoutMs',
  'headersTimeoutMs',
  'requestTimeoutMs',
  'keepAliveTimeoutMs',
  'stalledTimeoutMs',
])

/** Limits that 0 switches off. */
const MAY_BE_ZERO: ReadonlySet<string> = new Set<keyof Limits>(['shutdownNoticeMs'])

/**
 * Refuses limits that do not exist or are no positive numbers. Only `running` servers refuse those read at the start.
 *
 * @throws FairgroundError OPTION_INVALID
 */
export function checkLimits(limits: Partial<Limits>, running = false): void {
  for (const [name, value] of Object.entries(limits)) {
    if (!(name in DEFAULT_LIMITS))
      throw new FairgroundError('OPTION_INVALID', {
        message: `There is no limit called "${name}".`,
        next: 'Use one of the names in docs/limits.md.',
      })
    if (value === 0 && MAY_BE_ZERO.has(name)) continue
    if (!Number.isFinite(value) || value <= 0)
      throw new FairgroundError('OPTION_INVALID', {
        message: `The limit ${name} is ${String(value)}; it must be a number above 0.`,
        next: 'Leave it out for its default.',
      })
    if (running && READ_AT_START.has(name))
      throw new FairgroundError('OPTION_INVALID', {
        message: `The limit ${name} is read when the server starts; it cannot be changed while it runs.`,
        next: 'Give it to createServer({ limits }).',
      })
  }
}
