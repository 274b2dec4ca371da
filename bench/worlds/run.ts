/** One measured run: a server and its players on a core each, and a look at whether what they see is true. */
import { setTimeout as wait } from 'node:timers/promises'
import { BenchChild } from '../parts/child.ts'
import type { LoadReading } from './load-process.ts'
import type { ServerReading, Side } from './server-process.ts'
import type { Spread, Truth } from './simulation.ts'
import { checkMoving, checkSeen } from './truth.ts'

export interface RunOptions {
  side: Side
  players: number
  roomSize?: number | undefined
  spread: Spread
  /** A folder for what servers keep, and the certificate that all of them serve. */
  folder: string
  cert: string
  key: string
  warmMs: number
  measuredMs: number
  /** Where to leave a CPU profile of the server, which costs some CPU itself. */
  profile?: string | undefined
}

export interface Run {
  side: Side
  players: number
  roomSize?: number | undefined
  spread: Spread
  /** Share of one core, 0 to 1. */
  cpu: number
  cpuMicrosPerPatch: number
  /** That arrived at each client, a second. */
  patchesPerSecond: number
  gapP50Ms: number
  gapP99Ms: number
  bytesPerPatch: number
  inputsPerSecond: number
  /** Players that a sampled client saw, itself included. */
  visible: number
  loopDelayP99Ms: number
  rssMiB: number
  /** Share of its core that the load took: near 1, it holds the server back. */
  loadCpu: number
  /** What makes the figures doubtful. */
  notes: string[]
  /** What sampled clients saw that is not so, or that clients were cut off. */
  fault?: string | undefined
}

const SETTLED_WITHIN_MS = 20_000
const POLL_MS = 250
/** Beyond these, figures say more about the machine than about the server. */
const MAX_WAITED = 0.05
const MAX_LOAD_CPU = 0.9

interface Look {
  visible: number
  fault?: string | undefined
}

export async function measure(options: RunOptions): Promise<Run> {
  const { side, players, roomSize, spread, folder, cert, key, warmMs, measuredMs, profile } = options
  const server = new BenchChild('../worlds/server-process.ts', 0, {
    BENCH_SIDE: side,
    BENCH_PLAYERS: String(players),
    BENCH_ROOM_SIZE: String(roomSize ?? ''),
    BENCH_SPREAD: spread,
    BENCH_FOLDER: folder,
    BENCH_CERT: cert,
    BENCH_KEY: key,
  })
  const load = new BenchChild('../worlds/load-process.ts', 1, { NODE_EXTRA_CA_CERTS: cert })
  try {
    const { url } = await server.ask<{ url: string }>({ type: 'listen' })
    await load.ask({ type: 'join', side, url, players, roomSize })
    await load.ask({ type: 'play' })
    await wait(warmMs)
    if (profile !== undefined) await server.ask({ type: 'startProfile' })
    const before = await server.ask<ServerReading>({ type: 'read' })
    const loadBefore = await load.ask<LoadReading>({ type: 'read' })
    await wait(measuredMs)
    const after = await server.ask<ServerReading>({ type: 'read' })
    const counted = await load.ask<LoadReading>({ type: 'read' })
    if (profile !== undefined) await server.ask({ type: 'endProfile', file: profile })
    const seconds = (counted.nowMs - loadBefore.nowMs) / 1000
    const loadCpu = (counted.cpuMs - loadBefore.cpuMs) / (counted.nowMs - loadBefore.nowMs)
    const waited = (after.waitedMs - before.waitedMs) / (after.nowMs - before.nowMs)
    const { visible, fault = cutOff(counted) } = await look(server, load, options)
    const cpu = (after.cpuMs - before.cpuMs) / (after.nowMs - before.nowMs)
    const patchesPerSecond = counted.patches / counted.seats / seconds
    return {
      side,
      players,
      roomSize,
      spread,
      cpu,
      cpuMicrosPerPatch: (cpu * 1e6) / (patchesPerSecond * players),
      patchesPerSecond,
      gapP50Ms: counted.gapP50Ms ?? Number.NaN,
      gapP99Ms: counted.gapP99Ms ?? Number.NaN,
      bytesPerPatch: counted.bytes / counted.patches,
      inputsPerSecond: counted.inputs / counted.players / seconds,
      visible,
      loopDelayP99Ms: after.loopDelayP99Ms,
      rssMiB: after.rssMiB,
      loadCpu,
      notes: [
        ...(waited > MAX_WAITED ? [`waited for its core ${Math.round(waited * 100)} % of the time`] : []),
        ...(loadCpu > MAX_LOAD_CPU ? ['the load is at its limit'] : []),
        ...(fault === undefined ? [] : [fault]),
      ],
      fault,
    }
  } finally {
    await load.stop()
    await server.stop()
  }
}

function cutOff({ seats, open }: LoadReading): string | undefined {
  return open === seats ? undefined : `of ${seats} players ${seats - open} were cut off`
}

/** Looks at what the sampled players see: that it moves, and, once all stand still, that it is exactly what is there. */
async function look(server: BenchChild, load: BenchChild, { roomSize }: RunOptions): Promise<Look> {
  const earlier = await load.ask<Record<string, Truth>>({ type: 'seen' })
  const untilMs = performance.now() + SETTLED_WITHIN_MS
  let later: Record<string, Truth>
  let unmoved: string | undefined
  do {
    await wait(POLL_MS)
    later = await load.ask({ type: 'seen' })
    unmoved = checkMoving(earlier, later)
  } while (unmoved && performance.now() < untilMs)
  const counts = Object.values(later).map((seen) => Object.keys(seen).length)
  const visible = counts.reduce((sum, count) => sum + count, 0) / counts.length
  if (unmoved) return { visible, fault: unmoved }
  await load.ask({ type: 'halt' })
  const settledUntilMs = performance.now() + SETTLED_WITHIN_MS
  for (;;) {
    await wait(POLL_MS)
    const seen = await load.ask<Record<string, Truth>>({ type: 'seen' })
    const fault = checkSeen(await server.ask<Truth>({ type: 'truth' }), seen, roomSize)
    if (!fault || performance.now() > settledUntilMs) return { visible, fault }
  }
}
