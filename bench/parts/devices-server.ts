/** The fleet's server: the room as it is shipped. */
import { DevicesRoom } from '../../rooms/devices/room.ts'
import { createServer, sqliteStorage } from '../../server/index.ts'
import { OF_ONE_ADDRESS } from '../../testing/one-address.ts'
import { watchUse } from './server-use.ts'

const folder = process.env['BENCH_FOLDER']!
const server = createServer({
  rooms: { devices: DevicesRoom },
  storage: sqliteStorage(`${folder}/devices.db`),
  log: 'error',
  // All connect from one address and at once, which must not count as too much to do.
  limits: { ...OF_ONE_ADDRESS, joinsPerSecond: 10_000, joinBurst: 20_000, overloadDelayMs: 1e6 },
  dataFolder: `${folder}/data`,
  certsFolder: `${folder}/certs`,
})

const use = watchUse()

process.on('message', async ({ type }: { type: 'listen' | 'cpu' }) => {
  if (type === 'listen') process.send!({ url: (await server.listen({ port: 0, host: '127.0.0.1' })).url })
  else process.send!(use())
})
