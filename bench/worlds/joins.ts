/** Part (d): joins a second into a full world with interest areas. */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { BenchChild } from '../parts/child.ts'
import { type Figure, percentile } from '../parts/report.ts'
import type { BurstReading, BurstWish } from './burst-process.ts'
import type { LoadReading } from './load-process.ts'
import { COLLAPSED_PATCHES_PER_SECOND } from './paired-runs.ts'
import type { BenchContext, Part } from './part.ts'
import type { ServerReading } from './server-process.ts'
import { NAMES } from './sides.ts'
import { TICK_RATE_HZ, type Truth } from './simulation.ts'
import { checkSeen } from './truth.ts'

const JOIN_SIDES = ['plain', 'fairground'] as const
type JoinSide = (typeof JOIN_SIDES)[number]

const FULL = { players: 800, joins: 100, atOnce: [16, 100], warmMs: 3_000, withinMs: 60_000 }
const QUICK = { players: 60, joins: 20, atOnce: [8], warmMs: 500, withinMs: 60_000 }
type Counts = typeof FULL
const SETTLED_WITHIN_MS = 30_000
const POLL_MS = 500

interface Run {
  side: JoinSide
  atOnce: number
  joined: number
  perSecond: number
  p50Ms: number
  p99Ms: number
  /** CPU of the server while they joined, the world's own included, in milliseconds for each join. */
  cpuMsPerJoin: number
  /** That those who were there got, while the others joined. */
  patchesPerSecond: number
  samples: number
  failures: string[]
  fault?: string | undefined
}

export const joins: Part = {
  letter: 'd',
  title: 'joins into a full world with interest areas',
  async run(context) {
    const { quick, sizes, sides } = context
    const wanted = quick ? QUICK : FULL
    const counts = { ...wanted, players: sizes?.[0] ?? wanted.players }
    const runs: Run[] = []
    const faults: string[] = []
    for (const atOnce of counts.atOnce) {
      for (const side of JOIN_SIDES.filter((one) => sides?.includes(one) ?? true)) {
        try {
          const run = await measure(side, atOnce, counts, context)
          runs.push(run)
          context.progress(lineOf(run))
          if (run.fault && !isCollapsed(run)) faults.push(`${NAMES[side]}, ${atOnce} at once: ${run.fault}`)
        } catch (error) {
          faults.push(`${NAMES[side]}, ${atOnce} at once: ${(error as Error).message}`)
          context.progress(faults.at(-1)!)
        }
      }
    }
    const method =
      `${counts.players} players move and see what is near; then ${counts.joins} more join, so many at once, on the load's core: each asks for a seat by HTTPS, opens a connection over TLS and waits for the whole state; every tenth decodes it with the SDK of its side and is looked at once all stand still. ` +
      `Who had not got it after ${counts.withinMs / 1000} s does not count.`
    return {
      letter: this.letter,
      title: this.title,
      method,
      figures: counts.atOnce.flatMap((atOnce) => figuresOf(runs, atOnce, counts)),
      runs,
      faults,
    }
  },
}

function lineOf({ side, atOnce, joined, failures, perSecond, p99Ms, patchesPerSecond, fault }: Run): string {
  const joins = `${joined} joins (${failures.length} failed), ${perSecond.toFixed(1)} a second, p99 ${p99Ms.toFixed(0)} ms`
  const others = `the others got ${patchesPerSecond.toFixed(1)} patches a second`
  return `${NAMES[side]}, ${atOnce} at once: ${joins}; ${others}${fault ? ` (${fault})` : ''}`
}

/** What the clients of a plain server that has fallen behind see is told, and fails nothing. */
function isCollapsed({ side, patchesPerSecond }: Run): boolean {
  return side === 'plain' && patchesPerSecond < COLLAPSED_PATCHES_PER_SECOND
}

async function measure(
  side: JoinSide,
  atOnce: number,
  { players, joins, warmMs, withinMs }: Counts,
  { folder, cert, key, profileFolder }: BenchContext,
): Promise<Run> {
  const server = new BenchChild('../worlds/server-process.ts', 0, {
    BENCH_SIDE: side,
    BENCH_PLAYERS: String(players + joins + 1),
    BENCH_ROOM_SIZE: '',
    BENCH_SPREAD: 'even',
    BENCH_FOLDER: folder,
    BENCH_CERT: cert,
    BENCH_KEY: key,
  })
  const load = new BenchChild('../worlds/load-process.ts', 1, { NODE_EXTRA_CA_CERTS: cert })
  const newcomers = new BenchChild('../worlds/burst-process.ts', 1, { NODE_EXTRA_CA_CERTS: cert })
  try {
    const { url } = await server.ask<{ url: string }>({ type: 'listen' })
    await load.ask({ type: 'join', side, url, players })
    await load.ask({ type: 'play' })
    await wait(warmMs)
    const before = await server.ask<ServerReading>({ type: 'read' })
    const loadBefore = await load.ask<LoadReading>({ type: 'read' })
    const wish: BurstWish = { side, url, joins, atOnce, withinMs }
    if (profileFolder !== undefined) await server.ask({ type: 'startProfile' })
    const { joined, tookMs, times, samples, failures } = await newcomers.ask<BurstReading>({
      type: 'burst',
      ...wish,
    })
    const after = await server.ask<ServerReading>({ type: 'read' })
    if (profileFolder !== undefined)
      await server.ask({
        type: 'endProfile',
        file: join(profileFolder, `joins-${side}-${atOnce}.cpuprofile`),
      })
    const counted = await load.ask<LoadReading>({ type: 'read' })
    const fault = await look(server, load, newcomers)
    return {
      side,
      atOnce,
      joined,
      perSecond: joined / (tookMs / 1000),
      p50Ms: percentile(times, 0.5),
      p99Ms: percentile(times, 0.99),
      cpuMsPerJoin: (after.cpuMs - before.cpuMs) / joined,
      patchesPerSecond: counted.patches / counted.seats / ((counted.nowMs - loadBefore.nowMs) / 1000),
      samples,
      failures,
      fault,
    }
  } finally {
    await newcomers.stop()
    await load.stop()
    await server.stop()
  }
}

/** Once everybody stands still, each of the sampled newcomers must see exactly who is near. */
async function look(
  server: BenchChild,
  load: BenchChild,
  newcomers: BenchChild,
): Promise<string | undefined> {
  await load.ask({ type: 'halt' })
  const untilMs = performance.now() + SETTLED_WITHIN_MS
  for (;;) {
    await wait(POLL_MS)
    const seen = await newcomers.ask<Record<string, Truth>>({ type: 'seen' })
    if (Object.keys(seen).length === 0) return 'no newcomer decoded'
    const fault = checkSeen(await server.ask<Truth>({ type: 'truth' }), seen)
    if (!fault || performance.now() > untilMs) return fault
  }
}

function figuresOf(runs: Run[], atOnce: number, { atOnce: [first], joins, players }: Counts): Figure[] {
  const of = (side: JoinSide) => runs.find((run) => run.side === side && run.atOnce === atOnce)
  const [plain, ours] = [of('plain'), of('fairground')]
  const what = `${joins} joins at ${players} players, ${atOnce} at once`
  return [
    {
      what: `${what}: beside plain Colyseus`,
      value: (ours?.perSecond ?? Number.NaN) / (plain?.perSecond ?? Number.NaN),
      unit: '×',
      ...(atOnce === first && { atLeast: 5 }),
    },
    ...[plain, ours]
      .filter((run) => run !== undefined)
      .flatMap((run): Figure[] => [
        { what: `… ${NAMES[run.side]}, joins`, value: run.perSecond, unit: '/s' },
        { what: '… 99th percentile of a join', value: run.p99Ms, unit: 'ms' },
        {
          what: '… patches that the others got meanwhile',
          value: run.patchesPerSecond,
          unit: '/s',
          ...(run.side === 'fairground' && { atLeast: TICK_RATE_HZ * 0.9 }),
        },
      ]),
  ]
}
