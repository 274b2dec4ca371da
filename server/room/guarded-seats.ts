import type { Limits } from '../limits.ts'
import type { GameRoom } from './game-room.ts'
import type { RoomServices } from './room-runtime.ts'

type ReserveSeat = (
  sessionId: string,
  joinOptions?: unknown,
  auth?: unknown,
  seconds?: number,
  isReturn?: boolean,
) => Promise<boolean>

/** Watches over the seats that a room gives out. */
export function guardSeats(
  room: GameRoom,
  { limits, guard: { refusals } }: Pick<RoomServices, 'limits' | 'guard'>,
): void {
  const reserve = room['_reserveSeat'].bind(room) as ReserveSeat
  room['_reserveSeat'] = (async (sessionId, joinOptions, auth, seconds, isReturn) => {
    if (!isReturn && isCrowded(room, limits)) {
      refusals.note('clients_of_room')
      return false
    }
    return reserve(sessionId, joinOptions, auth, seconds, isReturn)
  }) as ReserveSeat as never
}

function isCrowded(room: GameRoom, limits: Limits): boolean {
  if (Number.isFinite(room.maxClients)) return false
  return room.clients.length + Object.keys(room['_reservedSeats']).length >= limits.maxClientsPerRoom
}
