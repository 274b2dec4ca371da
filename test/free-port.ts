import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below it no system hands out ports by itself, so nobody takes one between this answer and its use. */
const FIRST_EPHEMERAL_PORT = 32_768

/** A loopback port that nobody listens on. */
export async function freePort(): Promise<number> {
  const port = randomInt(20_000, FIRST_EPHEMERAL_PORT)
  const server = createServer().listen(port, '127.0.0.1')
  const free = await once(server, 'listening').then(
    () => true,
    () => false,
  )
  await new Promise((closed) => server.close(closed))
  return free ? port : freePort()
}
