/** A match server with a busy room, for benchmarks: answers `listen`, `watch` and `status` over IPC. */
import { matchMaker } from '@colyseus/core'
import { createServer } from '../../server/index.ts'
import { DEFAULT_LIMITS } from '../../server/limits.ts'
import { BusyRoom, outletOf } from '../../test/server/sync/busy-room.ts'

interface Watched {
  roomId: string
  sessionId: string
}

const folder = process.env['BENCH_FOLDER']!
const server = createServer({
  rooms: { busy: BusyRoom },
  log: 'error',
  dataFolder: `${folder}/data`,
  certsFolder: `${folder}/certs`,
})

let most = { overMarkBytes: 0, inFlightBytes: 0 }
let timer: NodeJS.Timeout | undefined

function watch({ roomId, sessionId }: Watched): void {
  const room = matchMaker.getLocalRoomById(roomId) as unknown as BusyRoom
  most = { overMarkBytes: 0, inFlightBytes: 0 }
  clearInterval(timer)
  timer = setInterval(() => {
    const outlet = outletOf(room, { sessionId })
    if (!outlet) return
    most.overMarkBytes = Math.max(most.overMarkBytes, outlet.queuedBytes - DEFAULT_LIMITS.highWaterBytes)
    most.inFlightBytes = Math.max(most.inFlightBytes, outlet.inFlightBytes)
  }, 2)
}

process.on('message', async (message: { type: 'listen' | 'status' } | ({ type: 'watch' } & Watched)) => {
  if (message.type === 'listen') process.send!(await server.listen({ port: 0, host: '127.0.0.1' }))
  else if (message.type === 'watch') process.send!({ ok: watch(message) ?? true })
  else process.send!(most)
})
