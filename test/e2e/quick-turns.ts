/** Five Tents for tests in a browser, run by `fairground dev`. */
import { TurnsRoom } from '../../rooms/turns/room.ts'
import { createServer } from '../../server/index.ts'

/** Nobody waits for a lost page, so the tests come back to a table where nobody is. */
class QuickTurns extends TurnsRoom {
  override reconnectHoldSeconds = 2
}

export const server = createServer({
  rooms: { turns: QuickTurns },
  web: new URL('../../dist/web', import.meta.url),
  certsFolder: process.env['QUICK_ARENA_CERTS']!,
  log: 'warn',
})
