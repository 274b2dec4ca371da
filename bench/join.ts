/** How long does a join take, from the call to the first state, compared with plain Colyseus? */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BenchChild } from './parts/child.ts'
import { percentile, publish } from './parts/report.ts'

const RUNS = 5
const JOINS = 60
const SIDES = ['ours', 'plain'] as const

const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
const medians: Record<(typeof SIDES)[number], number[]> = { ours: [], plain: [] }
const p99s: number[] = []
for (let run = 0; run < RUNS; run++) {
  for (const side of SIDES) {
    const server = new BenchChild('join-server.ts', 0, { BENCH_FOLDER: folder, BENCH_SIDE: side })
    const { url } = await server.ask<{ url: string }>({})
    const client = new BenchChild('join-client.ts', 1, { NODE_EXTRA_CA_CERTS: `${folder}/data/ca.pem` })
    const wss = url.replace('https:', 'wss:')
    await client.ask({ url: wss, joins: 10, side }) // compiled and warm before it counts
    const { times } = await client.ask<{ times: number[] }>({ url: wss, joins: JOINS, side })
    medians[side].push(percentile(times, 0.5))
    if (side === 'ours') p99s.push(percentile(times, 0.99))
    await client.stop()
    await server.stop()
  }
}
await rm(folder, { recursive: true, force: true })

const ours = percentile(medians.ours, 0.5)
publish({
  name: 'join',
  question: 'How long does a join take, from the call to the first state?',
  method: `One client, ${JOINS} joins a run over wss on loopback, each side with its own SDK in turn; medians of ${RUNS} pairs.`,
  figures: [
    { what: 'join p50', value: ours, unit: 'ms', limit: 150 },
    { what: 'join p99', value: percentile(p99s, 0.5), unit: 'ms' },
    { what: 'join p50, relative to plain Colyseus', value: ours / percentile(medians.plain, 0.5), unit: '×' },
  ],
})
