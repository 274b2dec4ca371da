/** The fleet for tests in a browser, run by `fairground dev`. */
import { DevicesRoom } from '../../rooms/devices/room.ts'
import { createServer, sqliteStorage } from '../../server/index.ts'
import { OF_ONE_ADDRESS } from '../../testing/one-address.ts'

const certs = process.env['QUICK_ARENA_CERTS']!

export const server = createServer({
  rooms: { devices: DevicesRoom },
  storage: sqliteStorage(`${certs}/../devices.db`),
  web: new URL('../../dist/web', import.meta.url),
  limits: OF_ONE_ADDRESS,
  certsFolder: certs,
  log: 'warn',
})
