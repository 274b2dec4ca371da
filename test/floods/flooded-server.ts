/**
 * The server that is flooded, in a process of its own: says over IPC where it listens, beats while its event loop turns,
 * and tells its memory and what it holds. `LIMITS` are limits as JSON.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { createServer } from '../../server/index.ts'
import { handled, TallyRoom } from './tally-room.ts'

const MB = 1024 * 1024

/** What there is after collection, in megabytes, and of what else there could be too much in the end. */
export interface Holdings {
  readonly heapMb: number
  /** The highest that the process had since it was asked last. */
  readonly peakRssMb: number
  readonly rooms: number
  readonly clients: number
  readonly sockets: number
  /** Most messages and requests that one session had handled since it was asked last. */
  readonly mostHandled: number
}

const folder = process.env['FOLDER']!
const server = createServer({
  rooms: { tally: TallyRoom },
  log: 'silent',
  tls: 'dev',
  dataFolder: `${folder}/data`,
  certsFolder: `${folder}/certs`,
  limits: JSON.parse(process.env['LIMITS'] ?? '{}') as object,
})
const address = await server.listen({ port: 0, host: '127.0.0.1' })

let peakRss = 0
setInterval(() => {
  peakRss = Math.max(peakRss, process.memoryUsage.rss())
}, 20).unref()

async function holdings(): Promise<Holdings> {
  // What is freed in steps (sockets, sessions, timers) has a moment for each.
  for (let round = 0; round < 3; round++) {
    gc!()
    await wait(50)
  }
  const { heapUsed, external } = process.memoryUsage()
  const { rooms, clients } = server.status()
  const sockets = process.getActiveResourcesInfo().filter((kind) => /^(TCP|TLS)\w*Wrap$/i.test(kind)).length
  const mostHandled = Math.max(0, ...handled.values())
  const told = { heapMb: (heapUsed + external) / MB, peakRssMb: peakRss / MB, rooms, clients, sockets }
  handled.clear()
  peakRss = 0
  return { ...told, mostHandled }
}

process.on('message', async (question: string) => {
  process.send!({ answer: question, value: await holdings() })
})
process.send!(address)
setInterval(() => process.send!('beat'), 50).unref()
