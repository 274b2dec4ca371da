/** The chat in a process of its own, to be killed: `node chat-in-process.ts <folder> <port>`. Says where it listens. */
import { createServer, sqliteStorage } from '../../../server/index.ts'
import { HouseChat } from './chat-house.ts'

/** Nobody here is stopped by a limit: the more is under way when it is killed, the better. */
class TalkativeChat extends HouseChat {
  override clientLimits = {
    messagesPerSecond: 10_000,
    messageBurst: 10_000,
    bytesPerSecond: 1e9,
    byteBurst: 1e9,
  }
}

const [folder, port] = process.argv.slice(2)
const server = createServer({
  rooms: { chat: TalkativeChat },
  storage: sqliteStorage(`${folder}/chat.db`),
  certsFolder: `${folder}/certs`,
  dataFolder: `${folder}/data`,
  log: 'silent',
})
process.send!(await server.listen({ port: Number(port), host: '127.0.0.1' }))
process.on('disconnect', () => process.exit())
