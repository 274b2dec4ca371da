/** The players of a run in a process of their own: answers its parent over IPC. */
import { answerParent } from './answering.ts'
import { Load, type LoadOptions } from './load/load.ts'
import type { Truth } from './simulation.ts'

export interface LoadReading {
  /** Raw seats that are still connected, and how many players there are with those who decode. */
  open: number
  seats: number
  players: number
  patches: number
  bytes: number
  inputs: number
  /** Null where no patch arrived: IPC has no NaN. */
  gapP50Ms: number | null
  gapP99Ms: number | null
  /** Share of a core that the load itself takes. */
  cpuMs: number
  nowMs: number
}

let load: Load

const answers = {
  join: async (wish: LoadOptions) => {
    load = new Load(wish)
    await load.join()
    return {}
  },
  play: () => {
    load.play()
    return {}
  },
  halt: () => {
    load.halt()
    return {}
  },
  /** Reads what was counted since the last time, and counts anew. */
  read: (): LoadReading => {
    const { patches, bytes, gaps } = load.count
    const { user, system } = process.cpuUsage()
    const reading = {
      open: load.open,
      seats: load.seats.length,
      players: load.seats.length + load.samples.length,
      patches,
      bytes,
      inputs: load.sent,
      gapP50Ms: gaps.percentile(0.5),
      gapP99Ms: gaps.percentile(0.99),
      cpuMs: (user + system) / 1000,
      nowMs: performance.now(),
    }
    load.clear()
    return reading
  },
  seen: (): Record<string, Truth> => load.seen(),
}

answerParent(answers)
