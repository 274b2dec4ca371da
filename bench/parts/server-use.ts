/** What a server takes of its machine, read by the benchmark that started it. */
import { monitorEventLoopDelay } from 'node:perf_hooks'

export interface Use {
  cpuMs: number
  memoryBytes: number
  /** Longest time for which the event loop stood still, since the last reading. */
  maxLateMs: number
}

/** Begins to watch the event loop. @returns reads what was taken so far */
export function watchUse(): () => Use {
  const lateness = monitorEventLoopDelay({ resolution: 5 })
  lateness.enable()
  return () => {
    const { user, system } = process.cpuUsage()
    const use = {
      cpuMs: (user + system) / 1000,
      memoryBytes: process.memoryUsage.rss(),
      maxLateMs: lateness.max / 1e6,
    }
    lateness.reset()
    return use
  }
}
