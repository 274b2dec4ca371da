/** How old are prices when they reach two thousand watchers? */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { BenchChild } from './parts/child.ts'
import { percentile, publish } from './parts/report.ts'
import type { Use } from './parts/server-use.ts'

const WATCHERS = 2_000
const EACH = 20
const SYMBOLS = 2_000
const CHANGES_HZ = 10
const RUNS = 3
const RUN_SECONDS = 15
const WARM_UP_SECONDS = 8
/** Time for the last prices to arrive when the feed stands still. */
const SETTLE_MS = 3_000

interface Watched {
  bulletins: number
  prices: number
  /** Prices that were never set, went to who does not watch them, or came after a newer one. */
  wrong: number
  p50Ms: number
  p99Ms: number
  maxMs: number
  cpuShare: number
  maxLateMs: number
}

const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
const server = new BenchChild('ticker-server.ts', 0, {
  BENCH_FOLDER: folder,
  BENCH_SYMBOLS: String(SYMBOLS),
  BENCH_EVERY_MS: String(1000 / CHANGES_HZ),
})
const { url } = await server.ask<{ url: string }>({ type: 'listen' })
const watchers = new BenchChild('ticker-watchers.ts', 1, { NODE_EXTRA_CA_CERTS: `${folder}/data/ca.pem` })
const { joinSeconds } = await watchers.ask<{ joinSeconds: number }>({
  type: 'join',
  url: url.replace('https:', 'wss:'),
  watchers: WATCHERS,
  each: EACH,
  symbols: SYMBOLS,
})
// The feed stands still until all are there: joining is not what is measured.
await watchers.ask({ type: 'begin', plan: await server.ask({ type: 'begin' }) })
const measure = (seconds: number) => watchers.ask<Watched>({ type: 'measure', seconds })
await measure(WARM_UP_SECONDS)

const runs: (Watched & { share: number; stallMs: number; memoryBytes: number })[] = []
let use = await server.ask<Use>({ type: 'use' })
for (let run = 0; run < RUNS; run++) {
  const startedMs = performance.now()
  const before = use
  const result = await measure(RUN_SECONDS)
  use = await server.ask<Use>({ type: 'use' })
  const share = ((use.cpuMs - before.cpuMs) / (performance.now() - startedMs)) * 100
  runs.push({ ...result, share, stallMs: use.maxLateMs, memoryBytes: use.memoryBytes })
}
const { changes } = await server.ask<{ changes: number[] }>({ type: 'end' })
await wait(SETTLE_MS)
const last = await watchers.ask<{ behind: number; open: number }>({ type: 'last', changes })
await watchers.stop()
await server.stop()
await rm(folder, { recursive: true, force: true })
const wrong = Math.max(...runs.map((run) => run.wrong))
if (wrong > 0 || last.behind > 0 || last.open !== WATCHERS)
  throw new Error(
    `${wrong} prices were wrong, ${last.behind} not the last ones; ${last.open} watchers were connected`,
  )

const median = (of: (run: (typeof runs)[number]) => number) => percentile(runs.map(of), 0.5)
publish({
  name: 'ticker',
  question: `How old are prices when they reach ${WATCHERS.toLocaleString('en')} watchers?`,
  method: `${SYMBOLS.toLocaleString('en')} symbols that change ${CHANGES_HZ} times a second each, spread over the time in between; every watcher watches ${EACH}, and reads by the SDK; server and watchers on a core each, over wss; from the change in the feed to the decoded price, the wait for the next bulletin included; every price is checked; median of ${RUNS} runs of ${RUN_SECONDS} s.`,
  figures: [
    {
      what: 'age of a price at its watcher, p99',
      value: median(({ p99Ms }) => p99Ms),
      unit: 'ms',
      limit: 200,
    },
    { what: '… median', value: median(({ p50Ms }) => p50Ms), unit: 'ms' },
    { what: '… the oldest of all', value: Math.max(...runs.map(({ maxMs }) => maxMs)), unit: 'ms' },
    { what: 'prices told', value: median(({ prices }) => prices), unit: '/s' },
    { what: 'in bulletins', value: median(({ bulletins }) => bulletins), unit: '/s' },
    { what: "server's share of its core", value: median(({ share }) => share), unit: '%' },
    { what: "server's memory", value: median(({ memoryBytes }) => memoryBytes / 2 ** 20), unit: 'MiB' },
    { what: "server's longest stall", value: Math.max(...runs.map(({ stallMs }) => stallMs)), unit: 'ms' },
    { what: "watchers' share of theirs", value: median(({ cpuShare }) => cpuShare * 100), unit: '%' },
    { what: 'time for all to join', value: joinSeconds, unit: 's' },
    {
      what: "watchers' longest stall",
      value: Math.max(...runs.map(({ maxLateMs }) => maxLateMs)),
      unit: 'ms',
    },
  ],
})
