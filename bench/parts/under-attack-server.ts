/**
 * A match server whose steps are timed, for benchmarks: answers `listen`, `begin` when it begins to measure and `end`
 * with what it measured, over IPC.
 */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { createServer, DEFAULT_LIMITS } from '../../server/index.ts'
import { TallyRoom } from '../../test/floods/tally-room.ts'

export interface Measured {
  /** Times between two steps of a room, in milliseconds. */
  gapsMs: number[]
  loopDelayP99Ms: number
  cpuMs: number
}

const LOOP_RESOLUTION_MS = 1
const OF_MANY_PLAYERS = { joinBurst: 1e4, guestBurst: 1e4 }

let gapsMs: number[] = []
class TimedRoom extends TallyRoom {
  #lastMs = Number.NaN

  override onTick() {
    const nowMs = performance.now()
    if (this.clients.length > 0) gapsMs.push(nowMs - this.#lastMs)
    this.#lastMs = nowMs
    super.onTick()
  }
}

const folder = process.env['BENCH_FOLDER']!
const server = createServer({
  rooms: { tally: TimedRoom },
  log: 'error',
  // What is measured is the attack, not what is spared by refusing joins. All players come from one address.
  limits: { overloadDelayMs: 1e9, ...OF_MANY_PLAYERS },
  dataFolder: `${folder}/data`,
  certsFolder: `${folder}/certs`,
})
const delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })

let cpu = process.cpuUsage()
function begin(): object {
  // The players are in; attackers meet the limits as they are.
  const { joinBurst, guestBurst } = DEFAULT_LIMITS
  server.setLimits({ joinBurst, guestBurst })
  gapsMs = []
  delay.reset()
  delay.enable()
  cpu = process.cpuUsage()
  return {}
}

function end(): Measured {
  const { user, system } = process.cpuUsage(cpu)
  const loopDelayP99Ms = delay.percentile(99) / 1e6 - LOOP_RESOLUTION_MS
  delay.disable()
  return { gapsMs, loopDelayP99Ms, cpuMs: (user + system) / 1000 }
}

process.on('message', async ({ type }: { type: 'listen' | 'begin' | 'end' }) => {
  if (type === 'listen') process.send!(await server.listen({ port: 0, host: '127.0.0.1' }))
  else process.send!(type === 'begin' ? begin() : end())
})
