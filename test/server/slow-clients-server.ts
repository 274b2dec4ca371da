/** A server in a process of its own, so that its memory can be told: says where it is, and its memory when asked. */
import { createServer } from '../../server/index.ts'
import { YardRoom } from '../client-sdk/yard-room.ts'

const [folder = '', limits = '{}'] = process.argv.slice(2)
const server = createServer({
  rooms: { yard: YardRoom },
  certsFolder: `${folder}/certs`,
  dataFolder: `${folder}/data`,
  limits: JSON.parse(limits) as object,
  log: 'silent',
})
process.send!(await server.listen({ port: 0, host: '127.0.0.1' }))
process.on('message', () => process.send!(process.memoryUsage.rss()))
process.on('disconnect', () => process.exit())
