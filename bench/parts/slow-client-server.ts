/**
 * A match server with a busy room, or one with an interest area if BENCH_AREAS is set, for benchmarks: answers `listen`,
 * `watch`, `status` and `check` over IPC.
 */
import { matchMaker } from '@colyseus/core'
import { createServer } from '../../server/index.ts'
import { DEFAULT_LIMITS } from '../../server/limits.ts'
import { BusyRoom, outletOf } from '../../test/server/sync/busy-room.ts'
import { HarbourRoom } from '../worlds/harbour/harbour-room.ts'

interface Watched {
  roomId: string
  sessionId: string
}

/** A tick, and a fingerprint of what was seen then. */
type Sight = readonly [tick: number, sight: number]
interface Checked {
  checked: number
  wrong: number
}

const folder = process.env['BENCH_FOLDER']!
const server = createServer({
  rooms: { busy: process.env['BENCH_AREAS'] ? HarbourRoom : BusyRoom },
  log: 'error',
  // A machine that others keep busy too must not turn players away.
  limits: { overloadDelayMs: 1e6 },
  dataFolder: `${folder}/data`,
  certsFolder: `${folder}/certs`,
})

let most = { overMarkBytes: 0, inFlightBytes: 0 }
let timer: NodeJS.Timeout | undefined
let harbour: HarbourRoom | undefined

function watch({ roomId, sessionId }: Watched): void {
  const room = matchMaker.getLocalRoomById(roomId) as unknown as BusyRoom | HarbourRoom
  if (room instanceof HarbourRoom) {
    harbour = room
    harbour.watch(sessionId)
  }
  most = { overMarkBytes: 0, inFlightBytes: 0 }
  clearInterval(timer)
  timer = setInterval(() => {
    const outlet = outletOf(room as BusyRoom, { sessionId })
    if (!outlet) return
    most.overMarkBytes = Math.max(most.overMarkBytes, outlet.queuedBytes - DEFAULT_LIMITS.highWaterBytes)
    most.inFlightBytes = Math.max(most.inFlightBytes, outlet.inFlightBytes)
  }, 2)
}

/** Holds what the watched player says it saw after each patch against what it had to see. */
function check(seen: readonly Sight[]): Checked {
  const known = seen.filter(([tick]) => harbour?.history.has(tick))
  const wrong = known.filter(([tick, sight]) => harbour?.history.get(tick) !== sight)
  return { checked: known.length, wrong: wrong.length }
}

const answers = {
  listen: () => server.listen({ port: 0, host: '127.0.0.1' }),
  watch: (watched: Watched) => ({ ok: watch(watched) ?? true }),
  status: () => most,
  check: ({ seen }: { seen: readonly Sight[] }) => check(seen),
}

process.on('message', async (message: { type: keyof typeof answers }) => {
  process.send!(await answers[message.type](message as never))
})
