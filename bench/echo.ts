/** What does TLS cost per message? Echoes of 1 KiB over wss and over ws, in one process. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificate } from './parts/certificate.ts'
import { BenchChild } from './parts/child.ts'
import { percentile, publish } from './parts/report.ts'

const RUNS = 7
const MESSAGES = 4_000
const SIDES = ['wss', 'ws'] as const
const WAYS = [
  { where: 'socket', inFlight: 1, what: 'by the transport, one at a time' },
  { where: 'socket', inFlight: 16, what: 'by the transport, 16 in flight' },
  { where: 'room', inFlight: 1, what: 'by a room, one at a time' },
  { where: 'room', inFlight: 16, what: 'by a room, 16 in flight' },
] as const
type Way = (typeof WAYS)[number]

const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
const { cert, key } = makeCertificate(folder, 'ecdsa')
const server = new BenchChild('echo-server.ts', 0, { BENCH_CERT: cert, BENCH_KEY: key })
const urls = await server.ask<Record<(typeof SIDES)[number], string>>({ type: 'listen' })
const client = new BenchChild('echo-client.ts', 1, { NODE_EXTRA_CA_CERTS: cert })
for (const side of SIDES) {
  await client.ask({ type: 'open', name: `${side} socket`, url: urls[side] })
  const seat = await server.ask<object>({ type: 'seat' })
  await client.ask({ type: 'open', name: `${side} room`, url: urls[side], seat })
}

const samples = WAYS.map((way) => ({ way, wssPerSecond: [] as number[], ratios: [] as number[] }))
for (let run = -1; run < RUNS; run++) {
  for (const { way, wssPerSecond, ratios } of samples) {
    const [wss, ws] = [await perCoreSecond('wss', way), await perCoreSecond('ws', way)]
    if (run < 0) continue // compiled and warm before it counts
    wssPerSecond.push(wss)
    ratios.push(wss / ws)
  }
}
await client.stop()
await server.stop()
await rm(folder, { recursive: true, force: true })

publish({
  name: 'echo',
  question: 'What does TLS cost per message of 1 KiB?',
  method: `Echoes of 1 KiB on one connection each, wss as shipped and plain ws in turn in one process, by the transport itself and by a room; per second of the server's CPU time, medians of ${RUNS} runs of ${MESSAGES} echoes.`,
  figures: samples.flatMap(({ way, wssPerSecond, ratios }) => [
    { what: `echoes over wss ${way.what}`, value: percentile(wssPerSecond, 0.5), unit: '/s' },
    { what: '… relative to ws', value: percentile(ratios, 0.5), unit: '×', atLeast: 0.65 },
  ]),
})

async function perCoreSecond(side: (typeof SIDES)[number], { where, inFlight }: Way): Promise<number> {
  const before = await server.ask<{ cpuMs: number }>({ type: 'cpu' })
  await client.ask({ type: 'run', name: `${side} ${where}`, messages: MESSAGES, inFlight })
  const after = await server.ask<{ cpuMs: number }>({ type: 'cpu' })
  return MESSAGES / ((after.cpuMs - before.cpuMs) / 1000)
}
