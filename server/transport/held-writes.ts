import type { Duplex } from 'node:stream'

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

/** Before something is written to a connection. */
export function hold(connection: Duplex): void {
  if (depth === 0 || held.has(connection)) return
  connection.cork()
  held.add(connection)
}
