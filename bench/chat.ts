/** How long does a message take to reach everybody in a channel of a thousand? */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerAddress } from '../server/index.ts'
import { BenchChild } from './parts/child.ts'
import { percentile, publish } from './parts/report.ts'

const PEOPLE = 1_000
const MESSAGES_PER_SECOND = 20
const RUNS = 3
const RUN_SECONDS = 15
const WARM_UP_SECONDS = 5

interface Status {
  cpuMs: number
  rssBytes: number
}
interface Talk {
  sent: number
  refused: number
  deliveries: number
  complete: number
  p50Ms: number
  p99Ms: number
  maxMs: number
  receiptP99Ms: number
  cpuShare: number
}

const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
const server = new BenchChild('chat-server.ts', 0, { BENCH_FOLDER: folder })
const { url, caPath } = await server.ask<ServerAddress>({ type: 'listen' })
const people = new BenchChild('chat-people.ts', 1, { NODE_EXTRA_CA_CERTS: caPath! })
await people.ask({ type: 'join', url: url.replace('https:', 'wss:'), people: PEOPLE })
const talk = (seconds: number) => people.ask<Talk>({ type: 'talk', perSecond: MESSAGES_PER_SECOND, seconds })
await talk(WARM_UP_SECONDS)

const runs: (Talk & { share: number })[] = []
let status = await server.ask<Status>({ type: 'status' })
for (let run = 0; run < RUNS; run++) {
  const startedMs = performance.now()
  const before = status
  const result = await talk(RUN_SECONDS)
  status = await server.ask<Status>({ type: 'status' })
  const share = ((status.cpuMs - before.cpuMs) / (performance.now() - startedMs)) * 100
  runs.push({ ...result, share })
  if (result.complete < result.sent)
    throw new Error(
      `only ${result.complete} of ${result.sent} messages reached everybody (${result.refused} refused)`,
    )
}
await people.stop()
await server.stop()
await rm(folder, { recursive: true, force: true })

const median = (of: (run: (typeof runs)[number]) => number) => percentile(runs.map(of), 0.5)
publish({
  name: 'chat',
  question: `How long does a message take to reach everybody in a channel of ${PEOPLE.toLocaleString('en')}?`,
  method: `${MESSAGES_PER_SECOND} messages a second by ${PEOPLE} people in turn, each written to disk (SQLite, WAL, synchronous FULL) before it is told and acknowledged; server and people on a core each, over wss; from the call of request() to the decoded event at each of them; median of ${RUNS} runs of ${RUN_SECONDS} s.`,
  figures: [
    { what: 'a message at everybody, p99', value: median(({ p99Ms }) => p99Ms), unit: 'ms', limit: 100 },
    { what: '… median', value: median(({ p50Ms }) => p50Ms), unit: 'ms' },
    { what: '… the slowest of all', value: Math.max(...runs.map(({ maxMs }) => maxMs)), unit: 'ms' },
    { what: 'its receipt at the sender, p99', value: median(({ receiptP99Ms }) => receiptP99Ms), unit: 'ms' },
    { what: 'deliveries a second', value: median(({ deliveries }) => deliveries / RUN_SECONDS), unit: '' },
    { what: "server's share of its core", value: median(({ share }) => share), unit: '%' },
    { what: "people's share of theirs", value: median(({ cpuShare }) => cpuShare * 100), unit: '%' },
  ],
})
