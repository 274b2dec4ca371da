/** The large world for tests in a browser, run by `fairground dev`. A machine that tests run on sheds no joins. */
import { RoyaleRoom } from '../../rooms/arena/royale-room.ts'
import { createServer } from '../../server/index.ts'

export const server = createServer({
  rooms: { royale: RoyaleRoom },
  web: new URL('../../dist/web', import.meta.url),
  certsFolder: process.env['QUICK_ARENA_CERTS']!,
  limits: { overloadDelayMs: 60_000 },
  log: 'warn',
})
