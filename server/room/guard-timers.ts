import type { GameRoom } from './game-room.ts'
import { runtimeOf } from './room-runtime.ts'

/**
 * Makes each timer on the room's clock stop at its own failure. Done while the room is constructed: its class's fields
 * may begin timers already, and one that throws would keep the others from running.
 */
export function guardTimers(room: Pick<GameRoom, 'clock'>): void {
  for (const kind of ['setTimeout', 'setInterval'] as const) {
    const original = room.clock[kind].bind(room.clock)
    room.clock[kind] = (handler: (...args: never[]) => unknown, ms: number, ...args: never[]) =>
      original(() => runtimeOf(room)?.attempt(`clock.${kind}`, () => handler(...args)), ms)
  }
}
