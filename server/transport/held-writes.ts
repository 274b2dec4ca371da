import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'

/** Connections whose writes wait for the end of what runs now. */
const held = new Set<Duplex>()
let depth = 0

/**
 * Runs `body`; what it writes to a connection leaves in one piece when it is over. A room's tick sends each client a
 * patch and messages: one write, one TLS record and one system call instead of one for each of them.
 */
export function holdWrites(body: () => void): void {
  depth++
  try {
    body()
  } finally {
    if (--depth === 0) {
      for (const connection of held) connection.uncork()
      held.clear()
    }
  }
}

/** Before a frame is written. */
export function hold(socket: WebSocket): void {
  if (depth === 0) return
  const { _socket: connection } = socket as unknown as { _socket: Duplex | null }
  if (!connection || held.has(connection)) return
  connection.cork()
  held.add(connection)
}
