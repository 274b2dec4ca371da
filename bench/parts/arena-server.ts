/** A match server with the arena, for benchmarks: answers `listen` and `status` over IPC. */
import { ArenaRoom } from '../../rooms/arena/room.ts'
import { createServer } from '../../server/index.ts'
import { OF_ONE_ADDRESS } from '../../testing/one-address.ts'

const folder = process.env['BENCH_FOLDER']!
const server = createServer({
  rooms: { arena: ArenaRoom },
  log: 'error',
  limits: OF_ONE_ADDRESS,
  dataFolder: `${folder}/data`,
  certsFolder: `${folder}/certs`,
})

process.on('message', async ({ type }: { type: 'listen' | 'status' }) => {
  if (type === 'listen') process.send!(await server.listen({ port: 0, host: '127.0.0.1' }))
  else
    process.send!({
      ...server.status(),
      cpuMs: process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000,
    })
})
