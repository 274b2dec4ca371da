/** A match server with the chat, for benchmarks: answers `listen` and `status` over IPC. */
import { ChatRoom } from '../../rooms/chat/room.ts'
import { createServer, sqliteStorage } from '../../server/index.ts'
import { OF_ONE_ADDRESS } from '../../testing/one-address.ts'

const folder = process.env['BENCH_FOLDER']!
const server = createServer({
  rooms: { chat: ChatRoom },
  storage: sqliteStorage(`${folder}/chat.db`),
  log: 'error',
  dataFolder: `${folder}/data`,
  certsFolder: `${folder}/certs`,
  limits: OF_ONE_ADDRESS,
})

process.on('message', async ({ type }: { type: 'listen' | 'status' }) => {
  if (type === 'listen') process.send!(await server.listen({ port: 0, host: '127.0.0.1' }))
  else {
    const { user, system } = process.cpuUsage()
    process.send!({
      ...server.status(),
      cpuMs: (user + system) / 1000,
      rssBytes: process.memoryUsage.rss(),
    })
  }
})
