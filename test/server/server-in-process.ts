/**
 * A match server in a process of its own: `node server-in-process.ts <folder> <options as JSON>`. Says where it is, and
 * how much memory it has when asked.
 */
import { createServer } from '../../server/index.ts'
import { YardRoom } from '../client-sdk/yard-room.ts'

const [folder = '', options = '{}'] = process.argv.slice(2)
const server = createServer({
  rooms: { yard: YardRoom },
  certsFolder: `${folder}/certs`,
  dataFolder: `${folder}/data`,
  log: 'silent',
  ...(JSON.parse(options) as object),
})
process.send!(await server.listen({ port: 0, host: '127.0.0.1' }))
process.on('message', () => process.send!(process.memoryUsage.rss()))
process.on('disconnect', () => process.exit())
