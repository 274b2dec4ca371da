/** The ticker for tests in a browser, run by `fairground dev`. */
import { TickerRoom } from '../../rooms/ticker/room.ts'
import { createServer } from '../../server/index.ts'

export const server = createServer({
  rooms: { ticker: TickerRoom },
  web: new URL('../../dist/web', import.meta.url),
  certsFolder: process.env['QUICK_ARENA_CERTS']!,
  log: 'warn',
})
