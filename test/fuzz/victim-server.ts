/**
 * The server that is fuzzed, in a process of its own: says over IPC where it listens, beats while its event loop turns,
 * and tells its rooms' states. `LIMITS` are limits as JSON, `TLS` is `proxy` for plain text.
 */
import { createServer } from '../../server/index.ts'
import { FieldRoom, openFields } from './field-room.ts'

const folder = process.env['FOLDER']!
const server = createServer({
  rooms: { field: FieldRoom },
  log: 'silent',
  tls: process.env['TLS'] === 'proxy' ? 'proxy' : 'dev',
  dataFolder: `${folder}/data`,
  certsFolder: `${folder}/certs`,
  limits: JSON.parse(process.env['LIMITS'] ?? '{}') as object,
})
const address = await server.listen({ port: 0, host: '127.0.0.1' })
const clean = [
  ...Object.getOwnPropertyNames(Object.prototype),
  ...Object.getOwnPropertyNames(Array.prototype),
].join()

function states(): Record<string, object> {
  return Object.fromEntries([...openFields].map((room) => [room.roomId, room.state.toJSON()]))
}

process.on('message', (question: string) => {
  const now = [
    ...Object.getOwnPropertyNames(Object.prototype),
    ...Object.getOwnPropertyNames(Array.prototype),
  ].join()
  const value =
    question === 'states'
      ? states()
      : { rssMb: process.memoryUsage().rss / 2 ** 20, polluted: now !== clean, ...server.status() }
  process.send!({ answer: question, value })
})
process.send!(address)
setInterval(() => process.send!('beat'), 50).unref()
