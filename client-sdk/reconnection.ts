import type { Room } from '@colyseus/sdk'
import { wireOf } from '../shared/errors.ts'
import { CLOSE_CODES } from '../shared/protocol.ts'

/** First wait before reconnecting, in milliseconds; each further one is twice as long. */
const FIRST_DELAY_MS = 100
/** Longest wait between two tries, in milliseconds. */
const MAX_DELAY_MS = 2_000
/** Time one try may take, in milliseconds: on a dead line a connection would wait longer and longer between packets. */
const TRY_MS = 4_000
/** Time for which it is tried, in milliseconds; a server that can be reached ends it earlier when the seat is gone. */
const GIVE_UP_MS = 90_000

type Connection = Room['connection']
/** What the SDK keeps of a WebSocket, in browsers and in Node. */
type Socket = Record<'onopen' | 'onmessage' | 'onclose' | 'onerror', unknown> & { close(): void }

/** Lets the official SDK reconnect soon, for as long as a seat may be held, and not in step with everybody else. */
export function reconnectPatiently(room: Room): void {
  const { connection, reconnection } = room
  Object.assign(reconnection, {
    // It is measured by the time of day: a clock that is set back must not end a session.
    minUptime: Number.NEGATIVE_INFINITY,
    minDelay: FIRST_DELAY_MS,
    delay: FIRST_DELAY_MS,
    maxDelay: MAX_DELAY_MS,
    maxRetries: Number.POSITIVE_INFINITY,
    backoff: (attempt: number, delay: number) =>
      Math.min(MAX_DELAY_MS, 2 ** (attempt - 1) * delay) * (0.75 + Math.random() * 0.25),
  })
  let droppedMs = 0
  let trying: ReturnType<typeof setTimeout> | undefined
  const { events } = connection
  const closed = events.onclose
  events.onclose = (event: { code: number; reason?: string }) => {
    clearTimeout(trying)
    const nowMs = performance.now()
    if (!reconnection.isReconnecting) droppedMs = nowMs
    reconnection.maxRetries = nowMs - droppedMs < GIVE_UP_MS ? Number.POSITIVE_INFINITY : 0
    // Closed for reading too slowly: the seat is held, as it is for a connection that broke.
    const code = event.code === wireOf('SLOW_CLIENT') ? CLOSE_CODES.mayReconnect : event.code
    closed?.({ code, reason: event.reason })
  }
  const reconnect = connection.reconnect.bind(connection)
  connection.reconnect = (query) => {
    reconnect(query)
    trying = setTimeout(() => abandon(connection), TRY_MS)
  }
  room.onReconnect(() => clearTimeout(trying))
}

/** Takes the connection for broken, whatever its socket says: what still comes from it is not heard. */
export function abandon(connection: Connection): void {
  const socket = (connection.transport as unknown as { ws: Socket }).ws
  socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null
  socket.close()
  connection.events.onclose?.({ code: CLOSE_CODES.mayReconnect } as never)
}
