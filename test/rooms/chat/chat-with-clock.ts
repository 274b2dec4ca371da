/**
 * The chat in a process of its own whose time of day the test may set, on one port and with one folder over its restarts:
 * `CHAT_PORT` and `CHAT_FOLDER`. Says over IPC where it listens.
 */
import { createServer, sqliteStorage } from '../../../server/index.ts'
import { HouseChat } from './chat-house.ts'

const folder = process.env['CHAT_FOLDER']!
const server = createServer({
  rooms: { chat: HouseChat },
  storage: sqliteStorage(`${folder}/chat.db`),
  certsFolder: `${folder}/certs`,
  dataFolder: `${folder}/data`,
  log: 'silent',
})
process.send!(await server.listen({ port: Number(process.env['CHAT_PORT']), host: '127.0.0.1' }))
process.on('disconnect', () => process.exit())
