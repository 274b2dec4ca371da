import type { Room } from '@colyseus/sdk'
import { wireOf } from '../shared/errors.ts'
import { CLOSE_CODES } from '../shared/protocol.ts'

/** First wait before reconnecting, in milliseconds; each further one is twice as long. */
const FIRST_DELAY_MS = 100
/** Longest wait between two tries, in milliseconds. */
const MAX_DELAY_MS = 2_000
/** Tries before the session counts as lost: with the waits above, a bit over the seat's default hold of 20 s. */
const MAX_TRIES = 16

/** Lets the official SDK reconnect soon, for as long as a seat is held, and not in step with everybody else. */
export function reconnectPatiently(room: Room): void {
  Object.assign(room.reconnection, {
    minUptime: 0,
    minDelay: FIRST_DELAY_MS,
    delay: FIRST_DELAY_MS,
    maxDelay: MAX_DELAY_MS,
    maxRetries: MAX_TRIES,
    backoff: (attempt: number, delay: number) => 2 ** (attempt - 1) * delay * (0.75 + Math.random() * 0.5),
  })
  const { events } = room.connection
  const closed = events.onclose
  events.onclose = (event: { code: number; reason?: string }) => {
    // Closed for reading too slowly: the seat is held, as it is for a connection that broke.
    const code = event.code === wireOf('SLOW_CLIENT') ? CLOSE_CODES.mayReconnect : event.code
    closed?.({ code, reason: event.reason })
  }
}
