import type { Client } from '@colyseus/core'
import { DEFAULT_SEAT_RESERVATION_TIME } from '@colyseus/core/Room'
import { JsonClient } from '../gateway/json-client.ts'
import type { Limits } from '../limits.ts'
import type { GameRoom } from './game-room.ts'

/** What Colyseus keeps of a reserved seat. */
type Seat = readonly [joinOptions: unknown, auth: unknown, taken: boolean, held: boolean]

/** How long a reserved seat waits: what the room says itself, else the limit. Colyseus' default says nothing. */
export function seatSeconds({ seatReservationTimeout }: GameRoom, limits: Limits): number {
  const isDefault = seatReservationTimeout === DEFAULT_SEAT_RESERVATION_TIME
  return Math.max(1, isDefault ? limits.seatReservationMs / 1000 : seatReservationTimeout)
}

/** Keeps a dropped player's seat for the time the room says; a consented leave never comes here. */
export function holdSeat(room: GameRoom, client: Client): void {
  // Nobody comes back to a session by the JSON gateway: its clients join anew.
  if (room.reconnectHoldSeconds <= 0 || client instanceof JsonClient) return
  // Rejects when the time is over or the room closes; onLeave has been called by then.
  Promise.resolve(room.allowReconnection(client, room.reconnectHoldSeconds)).catch(() => {})
}

/**
 * Gives up the seats that nobody has come to take, before a room closes. Colyseus would wait until each has expired:
 * who asks for a seat and never comes could hold up a shutdown beyond its limit, and `onDispose` would not run.
 */
export function releaseUntakenSeats(room: GameRoom): void {
  const seats = room['_reservedSeats'] as Record<string, Seat>
  const timers = room['_reservedSeatTimeouts']
  for (const [sessionId, [, , taken, held]] of Object.entries(seats)) {
    if (taken || held) continue
    clearTimeout(timers[sessionId])
    delete timers[sessionId]
    delete seats[sessionId]
  }
  clearTimeout(room['_autoDisposeTimeout'])
  room['_autoDisposeTimeout'] = undefined
}
