/** The arena in a process of its own, to be attacked: says over IPC where it listens, and beats while its event loop turns. */
import { ArenaRoom } from '../../rooms/arena/room.ts'
import { createServer } from '../../server/index.ts'

const folder = process.env['FOLDER']!
const server = createServer({
  rooms: { arena: ArenaRoom },
  log: 'silent',
  tls: 'dev',
  dataFolder: `${folder}/data`,
  certsFolder: `${folder}/certs`,
  // A machine that is busy with attackers and players alike would refuse the attackers' joins, and spare itself the rest.
  // All attackers' seats are asked for from one address.
  limits: { overloadDelayMs: 1e9, joinsPerSecond: 1e4, joinBurst: 1e4 },
})
const address = await server.listen({ port: 0, host: '127.0.0.1' })
process.on('message', (question: string) => {
  process.send!({
    answer: question,
    value: { rssMb: process.memoryUsage().rss / 2 ** 20, ...server.status() },
  })
})
process.send!(address)
setInterval(() => process.send!('beat'), 50).unref()
