/** What does a client get on a line that carries half of what its room makes, and what does it cost the server? */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerAddress } from '../server/index.ts'
import { Relay } from '../test/relay.ts'
import { BenchChild } from './parts/child.ts'
import { type Figure, percentile, publish } from './parts/report.ts'

const RUNS = 3
const RUN_SECONDS = 20
const LINE_BYTES_PER_SECOND = 300_000
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
}

const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
const server = new BenchChild('slow-client-server.ts', 0, { BENCH_FOLDER: folder })
const { url, caPath } = await server.ask<ServerAddress>({ type: 'listen' })
const env = { NODE_EXTRA_CA_CERTS: caPath! }
const port = Number(new URL(url).port)
const quick = new BenchChild('slow-client.ts', 1, env)
await quick.ask<Seat>({ type: 'join', url: `wss://localhost:${port}`, sdk: 'ours' })

const figures: Figure[] = []
for (const { sdk, name, echoLimitMs } of SIDES) {
  const relay = await Relay.open({ port, bytesPerSecond: LINE_BYTES_PER_SECOND })
  const slow = new BenchChild('slow-client.ts', 1, env)
  const seat = await slow.ask<Seat>({ type: 'join', url: `wss://localhost:${relay.port}`, sdk })
  await slow.ask<Echoes>({ type: 'echo', seconds: 3 }) // compiled and warm before it counts
  const runs: { echoes: Echoes; beside: Echoes; most: Most }[] = []
  for (let run = 0; run < RUNS; run++) {
    await server.ask({ type: 'watch', ...seat })
    const [echoes, beside] = await Promise.all(
      [slow, quick].map((player) => player.ask<Echoes>({ type: 'echo', seconds: RUN_SECONDS })),
    )
    runs.push({ echoes: echoes!, beside: beside!, most: await server.ask<Most>({ type: 'status' }) })
  }
  const median = (of: (run: (typeof runs)[number]) => number) => percentile(runs.map(of), 0.5)
  const highest = (of: (most: Most) => number) => Math.max(...runs.map(({ most }) => of(most))) / 1024
  figures.push(
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
      value: median(({ echoes }) => echoes.patches / RUN_SECONDS),
      unit: '/s',
    },
  )
  await slow.stop()
  await relay[Symbol.asyncDispose]()
}
const good = await quick.ask<Echoes>({ type: 'echo', seconds: 5 })
figures.push({ what: 'the room makes, for a good line', value: good.receivedBytes / 5 / 1000, unit: 'kB/s' })
await quick.stop()
await server.stop()
await rm(folder, { recursive: true, force: true })

publish({
  name: 'slow-client',
  question: 'What does a client get on a line that carries half of what its room makes?',
  method: `A request every 50 ms over a relay of ${LINE_BYTES_PER_SECOND / 1000} kB/s, beside a player on a good line; medians of ${RUNS} runs of ${RUN_SECONDS} s, buffers at their highest, looked at every 2 ms.`,
  figures,
})
