/** One of the four servers in a process of its own: answers its parent over IPC. */
import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { answerParent } from './answering.ts'
import { endProfile, startProfile } from './profile.ts'
import type { Spread, WorldOptions, WorldServer } from './simulation.ts'

export type Side = 'plain' | 'bare-ws' | 'socket-io' | 'fairground'

export interface ServerReading {
  cpuMs: number
  nowMs: number
  /** For which it could have run, and something else did on its core. */
  waitedMs: number
  /** Since the last time it was asked, in milliseconds. */
  loopDelayP99Ms: number
  rssMiB: number
}

const LISTEN: Record<Side, () => Promise<{ listen(o: WorldOptions, folder: string): Promise<WorldServer> }>> =
  {
    plain: () => import('./servers/plain.ts'),
    'bare-ws': () => import('./servers/bare-ws.ts'),
    'socket-io': () => import('./servers/socket-io.ts'),
    fairground: () => import('./servers/fairground.ts'),
  }

/** What the timer itself waits for. */
const RESOLUTION_MS = 5
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
let server: WorldServer

const answers = {
  listen: async () => {
    const { env } = process
    const { listen } = await LISTEN[env['BENCH_SIDE'] as Side]()
    const options = {
      players: Number(env['BENCH_PLAYERS']),
      roomSize: Number(env['BENCH_ROOM_SIZE']) || undefined,
      spread: env['BENCH_SPREAD'] as Spread,
      cert: env['BENCH_CERT']!,
      key: env['BENCH_KEY']!,
    }
    server = await listen(options, env['BENCH_FOLDER']!)
    delay.enable()
    return { url: server.url }
  },
  read: (): ServerReading => {
    const { user, system } = process.cpuUsage()
    const loopDelayP99Ms = Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS)
    delay.reset()
    return {
      cpuMs: (user + system) / 1000,
      nowMs: performance.now(),
      waitedMs: Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6,
      loopDelayP99Ms,
      rssMiB: process.memoryUsage.rss() / 2 ** 20,
    }
  },
  truth: () => server.truth(),
  startProfile,
  endProfile,
}

answerParent(answers)
