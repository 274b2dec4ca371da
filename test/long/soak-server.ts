/** A server whose memory is measured: `FOLDER`. Says over IPC where it listens, and its heap after collection when asked. */
import { setTimeout as wait } from 'node:timers/promises'
import { createServer, DEFAULT_LIMITS, type Limits } from '../../server/index.ts'
import { YardRoom } from '../client-sdk/yard-room.ts'

class SingleYardRoom extends YardRoom {
  override maxClients = 1
}

/** All players come from one address. */
const wide = Object.fromEntries(
  Object.keys(DEFAULT_LIMITS)
    .filter((name) => /PerSecond|Burst|PerAddress|PerIdentity|maxRooms/.test(name))
    .map((name) => [name, 1e9]),
) as Partial<Limits>

const folder = process.env['FOLDER']!
const server = createServer({
  rooms: { yard: YardRoom, single: SingleYardRoom },
  log: 'silent',
  dataFolder: `${folder}/data`,
  certsFolder: `${folder}/certs`,
  // Tests keep machines busy: joins refused for it would be no visits.
  limits: { ...wide, overloadDelayMs: 60_000 },
})
export type SoakServer = typeof server

process.on('message', async (question) => {
  if (question !== 'heap') return
  // What is freed in steps (sockets, sessions, timers) has a moment for each.
  for (let round = 0; round < 4; round++) {
    gc!()
    await wait(250)
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  process.send!({ answer: 'heap', value: heapUsed + external + arrayBuffers })
})
process.send!(await server.listen({ port: 0, host: '127.0.0.1' }))
