import type { Room } from '@colyseus/sdk'
import { abandon } from './reconnection.ts'
import { Silence } from './silence.ts'

/** Time between two looks at the line, in milliseconds. */
const LOOK_MS = 1_000

/**
 * Notices a dead line within ten seconds, and reconnects. A browser does not show the server's pings, and a socket
 * whose network is gone stays open for minutes; so a line that is silent for too long is asked for a sign of life.
 *
 * @param ask sends the server something that it answers
 */
export function watchLine(room: Room, ask: () => void): void {
  const { connection } = room
  const silence = new Silence()
  const { onmessage, onopen } = connection.events
  connection.events.onmessage = (event: MessageEvent) => {
    silence.heard()
    onmessage?.(event)
  }
  connection.events.onopen = (event: Event) => {
    silence.reset()
    onopen?.(event)
  }
  const timer = setInterval(() => {
    // While it reconnects, each try has a time of its own.
    if (!connection.isOpen || room.reconnection.isReconnecting) return
    const finding = silence.look(performance.now())
    if (finding === 'ask') ask()
    if (finding === 'dead') abandon(connection)
  }, LOOK_MS) as unknown as { unref?(): void }
  timer.unref?.()
  room.onLeave(() => clearInterval(timer as unknown as number))
}
