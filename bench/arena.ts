/** How long does a tick of the arena take with 16 players? */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ServerAddress } from '../server/index.ts'
import { BenchChild } from './parts/child.ts'
import { percentile, publish } from './parts/report.ts'

const PLAYERS = 16
const RUNS = 3
const RUN_SECONDS = 15

interface Status {
  tickP99Ms: number
  cpuMs: number
}

const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
const server = new BenchChild('arena-server.ts', 0, { BENCH_FOLDER: folder })
const { url, caPath } = await server.ask<ServerAddress>({ type: 'listen' })
const players = new BenchChild('arena-players.ts', 1, { NODE_EXTRA_CA_CERTS: caPath! })
await players.ask({ url: url.replace('https:', 'wss:'), players: PLAYERS })
await wait(3_000) // compiled and warm before it counts

const p99s: number[] = []
const cpuShares: number[] = []
for (let run = 0; run < RUNS; run++) {
  const before = await server.ask<Status>({ type: 'status' })
  await wait(RUN_SECONDS * 1000)
  const after = await server.ask<Status>({ type: 'status' })
  p99s.push(after.tickP99Ms)
  cpuShares.push((after.cpuMs - before.cpuMs) / (RUN_SECONDS * 10))
}
await players.stop()
await server.stop()
await rm(folder, { recursive: true, force: true })

publish({
  name: 'arena',
  question: 'How long does a tick of the arena take with 16 players?',
  method: `Server and players on a core each, over wss; median of ${RUNS} runs of ${RUN_SECONDS} s.`,
  figures: [
    { what: 'tick p99 (timers, onTick, patch)', value: percentile(p99s, 0.5), unit: 'ms', limit: 5 },
    { what: "server's share of its core", value: percentile(cpuShares, 0.5), unit: '%' },
  ],
})
