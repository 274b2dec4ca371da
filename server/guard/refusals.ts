import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics/metrics.ts'

/** Least time between two log lines about the same kind of refusal, in milliseconds. */
const LOG_INTERVAL_MS = 60_000

/** What the guard refuses before any room hears of it: the one table of kinds, each a label of the metric. */
export const REFUSALS = {
  target: 'a request target that is none',
  method: 'a method that nothing here answers',
  host: 'a Host header that is none',
  connections: 'more connections than maxConnections',
  connections_of_address: 'more connections of one address than maxConnectionsPerAddress',
  sockets_of_address: 'more WebSockets of one address than maxSocketsPerAddress',
  joins: 'joins faster than joinsPerSecond',
  guests: 'sign-ins of guests faster than guestsPerSecond',
  lists: 'lists of open rooms faster than listsPerSecond',
  guesses: 'wrong session ids and tokens faster than wrongTokensPerSecond',
  sessions_of_identity: 'more sessions of one player than maxSessionsPerIdentity',
  create: 'create() of a room that does not allow it',
  rooms: 'more rooms than maxRooms',
  rooms_of_address: 'more rooms opened by one address than maxRoomsPerAddress',
  rooms_of_identity: 'more rooms opened by one player than maxRoomsPerIdentity',
  clients_of_room: 'more clients of one room than maxClientsPerRoom',
  squatting: 'a seat for an address whose seats in that room keep expiring',
  late_seat: 'a seat that was not taken within takeSeatMs',
} as const

export type RefusalKind = keyof typeof REFUSALS

/** Counts every refusal, and writes one line a minute about each kind. */
export class Refusals {
  readonly #log: Logger
  readonly #metrics: Metrics
  readonly #lines = new Map<RefusalKind, { atMs: number; since: number }>()

  constructor({ log, metrics }: { log: Logger; metrics: Metrics }) {
    this.#log = log
    this.#metrics = metrics
  }

  note(kind: RefusalKind, sender?: string): void {
    this.#metrics.refusals.inc({ kind })
    const nowMs = performance.now()
    const line = this.#lines.get(kind) ?? { atMs: Number.NEGATIVE_INFINITY, since: 0 }
    this.#lines.set(kind, line)
    line.since++
    if (nowMs - line.atMs < LOG_INTERVAL_MS) return
    this.#log.warn({ kind, refused: line.since, address: sender }, `refused: ${REFUSALS[kind]}`)
    line.atMs = nowMs
    line.since = 0
  }
}
