/** A match server in a process of its own: its options as JSON in the first argument, its port as its first words. */
import { inspect } from 'node:util'
import { createServer, type ListenOptions, type ServerOptions } from '../../server/index.ts'
import { OF_ONE_ADDRESS } from '../../testing/one-address.ts'
import { rooms } from './plaza-room.ts'

const { port, limits, ...options } = JSON.parse(process.argv[2]!) as Partial<ServerOptions<typeof rooms>> &
  ListenOptions
try {
  const server = createServer({ ...options, rooms, limits: { ...OF_ONE_ADDRESS, ...limits } })
  const address = await server.listen({ ...(port !== undefined && { port }) })
  process.stdout.write(`listening on ${address.port}\n`)
} catch (error) {
  process.stdout.write(`failed: ${inspect(error, { depth: 9 })}\n`)
  process.exit(1)
}
