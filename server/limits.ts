/**
 * The one table of limits: defaults with their units. `createServer({ limits: { … } })` changes any of them.
 */
export interface Limits {
  /** Largest frame a client may send, in bytes. A larger one ends the connection with close code 1009. */
  readonly maxMessageBytes: number
  /** Largest body of a join request, in bytes. */
  readonly maxJoinBodyBytes: number
  /** Time to turn a reserved seat into a connection, in milliseconds, 1000 or more; a room's own `seatReservationTimeout` wins. */
  readonly seatReservationMs: number
  /** Time between pings, in milliseconds; keep it under a third of a proxy's idle limit. */
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
  /** Time for a client to read what was sent to it, in milliseconds; then it is closed as slow. */
  readonly drainMs: number
  /** Time a shutdown may take before connections are cut, in milliseconds. */
  readonly shutdownMs: number
}

export const DEFAULT_LIMITS: Limits = {
  maxMessageBytes: 16 * 1024,
  maxJoinBodyBytes: 64 * 1024,
  seatReservationMs: 15_000,
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
  drainMs: 15_000,
  shutdownMs: 8_000,
}
