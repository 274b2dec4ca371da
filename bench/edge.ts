/** What does the edge cost: firewall, limits, backpressure and safe hooks, beside plain Colyseus? */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { BenchChild } from './parts/child.ts'
import { measureCosts } from './parts/refusal-cost.ts'
import { percentile, publish } from './parts/report.ts'

const PLAYERS = 500
const INPUT_HZ = 20
const PAIRS = 7
const WARM_MS = 4_000
const MEASURED_MS = 8_000

const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
const env = { BENCH_FOLDER: folder, NODE_EXTRA_CA_CERTS: `${folder}/data/ca.pem` }

/** Milliseconds of CPU that a second costs, with all players playing. */
async function run(side: 'ours' | 'plain'): Promise<number> {
  const server = new BenchChild('edge-server.ts', 0, { ...env, BENCH_SIDE: side })
  const { url } = await server.ask<{ url: string }>({ type: 'listen' })
  const players = new BenchChild('edge-players.ts', 1, env)
  await players.ask({ url, players: PLAYERS, hz: INPUT_HZ })
  await wait(WARM_MS)
  const [before, sentBefore] = [
    await server.ask<{ cpuMs: number }>({ type: 'cpu' }),
    await players.ask<{ sent: number }>({}),
  ]
  const startedMs = performance.now()
  await wait(MEASURED_MS)
  const after = await server.ask<{ cpuMs: number }>({ type: 'cpu' })
  const seconds = (performance.now() - startedMs) / 1000
  const { sent, open } = await players.ask<{ sent: number; open: number }>({})
  await players.stop()
  await server.stop()
  const inputs = (sent - sentBefore.sent) / seconds
  if (open !== PLAYERS || inputs < PLAYERS * INPUT_HZ * 0.9)
    throw new Error(
      `${open} players sent ${Math.round(inputs)} inputs a second: the machine is too busy to measure.`,
    )
  return (after.cpuMs - before.cpuMs) / seconds
}

const costs = await measureCosts()
await run('ours') // the certificate that both serve
const ratios: number[] = []
const cpu: Record<'ours' | 'plain', number[]> = { ours: [], plain: [] }
for (let pair = 0; pair < PAIRS; pair++) {
  for (const side of pair % 2 ? (['ours', 'plain'] as const) : (['plain', 'ours'] as const))
    cpu[side].push(await run(side))
  ratios.push(cpu.ours.at(-1)! / cpu.plain.at(-1)!)
  console.log(
    `pair ${pair + 1}: plain ${cpu.plain.at(-1)!.toFixed(0)} ms/s, ours ${cpu.ours.at(-1)!.toFixed(0)} ms/s`,
  )
}
await rm(folder, { recursive: true, force: true })

publish({
  name: 'edge',
  question: `What does the edge cost, with ${PLAYERS} players in rooms of 10 who send ${INPUT_HZ} inputs a second each?`,
  method: `Server and players on a core each, over wss; CPU time of the server, median of ${PAIRS} pairs. Frames without a socket.`,
  figures: [
    { what: 'CPU beside plain Colyseus', value: percentile(ratios, 0.5) * 100, unit: '%', limit: 110 },
    { what: 'CPU of plain Colyseus', value: percentile(cpu.plain, 0.5), unit: 'ms/s' },
    { what: 'CPU of Fairground', value: percentile(cpu.ours, 0.5), unit: 'ms/s' },
    ...Object.entries(costs).map(([what, ns]) => {
      const half = what.includes('input') ? costs['handle an input']! / 2 : costs['handle a message']! / 2
      return { what, value: ns, unit: 'ns', ...(what.startsWith('refuse') && { limit: Math.round(half) }) }
    }),
  ],
})
