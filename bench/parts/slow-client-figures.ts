/** Measures clients on a thin line, with either SDK, beside one on a good line. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerAddress } from '../../server/index.ts'
import { Relay } from '../../test/relay.ts'
import { BenchChild } from './child.ts'
import { type Figure, percentile } from './report.ts'

export const LINE_BYTES_PER_SECOND = 300_000
const SIDES = [
  { sdk: 'ours', name: 'our SDK', echoLimitMs: 250 },
  { sdk: 'official', name: 'the official SDK', echoLimitMs: 1_000 },
] as const

interface Seat {
  roomId: string
  sessionId: string
}
interface Most {
  overMarkBytes: number
  inFlightBytes: number
}
interface Echoes {
  times: number[]
  patches: number
  receivedBytes: number
  /** With an interest area: what was seen with which tick. */
  seen: readonly (readonly [tick: number, sight: number])[]
}

interface Run {
  echoes: Echoes
  beside: Echoes
  most: Most
  checked: number
  wrong: number
}

export interface SlowClientOptions {
  runs: number
  runSeconds: number
  /** In a room with an interest area, where all that the client sees is checked after each patch. */
  areas: boolean
}

export async function measureSlowClients(options: SlowClientOptions): Promise<Figure[]> {
  const kind = options.areas ? { BENCH_AREAS: '1' } : {}
  const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
  const server = new BenchChild('slow-client-server.ts', 0, { BENCH_FOLDER: folder, ...kind })
  const { url, caPath } = await server.ask<ServerAddress>({ type: 'listen' })
  const env = { NODE_EXTRA_CA_CERTS: caPath!, ...kind }
  const port = Number(new URL(url).port)
  const quick = new BenchChild('slow-client.ts', 1, env)
  await quick.ask<Seat>({ type: 'join', url: `wss://localhost:${port}`, sdk: 'ours' })
  const figures: Figure[] = []
  for (const side of SIDES) {
    const relay = await Relay.open({ port, bytesPerSecond: LINE_BYTES_PER_SECOND })
    const slow = new BenchChild('slow-client.ts', 1, env)
    const seat = await slow.ask<Seat>({
      type: 'join',
      url: `wss://localhost:${relay.port}`,
      sdk: side.sdk,
    })
    await slow.ask<Echoes>({ type: 'echo', seconds: 3 }) // compiled and warm before it counts
    const runs: Run[] = []
    for (let n = 0; n < options.runs; n++) runs.push(await run({ server, slow, quick, seat }, options))
    figures.push(...told(side, runs, options))
    await slow.stop()
    await relay[Symbol.asyncDispose]()
  }
  const good = await quick.ask<Echoes>({ type: 'echo', seconds: 5 })
  figures.push({
    what: 'the room makes, for a good line',
    value: good.receivedBytes / 5 / 1000,
    unit: 'kB/s',
  })
  await quick.stop()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
  return figures
}

type Scene = Record<'server' | 'slow' | 'quick', BenchChild> & { seat: Seat }

async function run(
  { server, slow, quick, seat }: Scene,
  { runSeconds, areas }: SlowClientOptions,
): Promise<Run> {
  await server.ask({ type: 'watch', ...seat })
  const [echoes, beside] = await Promise.all(
    [slow, quick].map((player) => player.ask<Echoes>({ type: 'echo', seconds: runSeconds })),
  )
  const most = await server.ask<Most>({ type: 'status' })
  const checks = areas
    ? await server.ask<Pick<Run, 'checked' | 'wrong'>>({ type: 'check', seen: echoes!.seen })
    : { checked: 0, wrong: 0 }
  return { echoes: echoes!, beside: beside!, most, ...checks }
}

function told(
  { name, echoLimitMs }: (typeof SIDES)[number],
  runs: readonly Run[],
  { runSeconds, areas }: SlowClientOptions,
): Figure[] {
  const median = (of: (run: Run) => number) => percentile(runs.map(of), 0.5)
  const highest = (of: (most: Most) => number) => Math.max(...runs.map(({ most }) => of(most))) / 1024
  const sum = (of: (run: Run) => number) => runs.reduce((total, one) => total + of(one), 0)
  const figures: Figure[] = [
    { what: `${name}: echo p50`, value: median(({ echoes }) => percentile(echoes.times, 0.5)), unit: 'ms' },
    {
      what: `${name}: echo p99`,
      value: median(({ echoes }) => percentile(echoes.times, 0.99)),
      unit: 'ms',
      limit: echoLimitMs,
    },
    {
      what: '… of the player on a good line, in the same time',
      value: median(({ beside }) => percentile(beside.times, 0.99)),
      unit: 'ms',
    },
    {
      what: `${name}: server buffer over the mark, at most`,
      value: highest(({ overMarkBytes }) => overMarkBytes),
      unit: 'KiB',
      limit: 64,
    },
    {
      what: `${name}: on their way, at most`,
      value: highest(({ inFlightBytes }) => inFlightBytes),
      unit: 'KiB',
    },
    {
      what: `${name}: states a second`,
      value: median(({ echoes }) => echoes.patches / runSeconds),
      unit: '/s',
    },
  ]
  if (!areas) return figures
  return [
    ...figures,
    {
      what: `${name}: times brought up to date after missing patches`,
      value: sum(({ echoes }) => leaps(echoes)),
      unit: '',
      atLeast: 1,
    },
    {
      what: `${name}: states held against the server's`,
      value: sum(({ checked }) => checked),
      unit: '',
      atLeast: 1,
    },
    {
      what: '… in which a ship was missing, too many or wrong',
      value: sum(({ wrong }) => wrong),
      unit: '',
      limit: 0,
    },
  ]
}

/** How often more than one tick passed between two states. */
function leaps({ seen }: Echoes): number {
  return seen.filter(([tick], at) => at > 0 && tick > seen[at - 1]![0] + 1).length
}
