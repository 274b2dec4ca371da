/** How many TLS handshakes does a core do in a second, with ECDSA or RSA, full or resumed? */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerAddress } from '../server/index.ts'
import { makeCertificate } from './parts/certificate.ts'
import { BenchChild } from './parts/child.ts'
import { percentile, publish } from './parts/report.ts'

const RUNS = 9
const HANDSHAKES = 500
/** OpenSSL signs RSA more than twice as fast with these instructions, which processors have since about 2020. */
const WITHOUT_IFMA = { OPENSSL_ia32cap: ':~0x200000' }

const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
const sides = {
  ecdsa: await startSide('ecdsa', { resumed: false }),
  resumed: await startSide('ecdsa', { resumed: true }),
  rsa: await startSide('rsa', { resumed: false }),
  olderRsa: await startSide('rsa', { resumed: false, env: WITHOUT_IFMA }),
}
type Side = keyof typeof sides

for (const side of Object.values(sides)) await side.perCoreSecond() // compiled and warm before it counts
for (let run = 0; run < RUNS; run++) {
  for (const side of Object.values(sides)) side.rates.push(await side.perCoreSecond())
}
for (const side of Object.values(sides)) await side.stop()
await rm(folder, { recursive: true, force: true })

publish({
  name: 'handshakes',
  question: 'How many TLS handshakes does a core do in a second?',
  method: `TLS 1.3 as shipped, server and client on a core each, ${HANDSHAKES} connections a run in turn; per second of the server's CPU time, medians of ${RUNS} runs. Without IFMA: OpenSSL told to do without AVX-512 IFMA, as on older processors.`,
  figures: [
    { what: 'full handshakes, ECDSA P-256', value: percentile(sides.ecdsa.rates, 0.5), unit: '/s' },
    { what: 'resumed handshakes', value: percentile(sides.resumed.rates, 0.5), unit: '/s' },
    { what: 'full handshakes, RSA-2048', value: percentile(sides.rsa.rates, 0.5), unit: '/s' },
    {
      what: 'full handshakes, RSA-2048 without IFMA',
      value: percentile(sides.olderRsa.rates, 0.5),
      unit: '/s',
    },
    { what: 'resumed relative to full', value: ratio('resumed', 'ecdsa'), unit: '×', atLeast: 1.15 },
    { what: 'ECDSA relative to RSA-2048', value: ratio('ecdsa', 'rsa'), unit: '×', atLeast: 1.7 },
    {
      what: 'ECDSA relative to RSA-2048 without IFMA',
      value: ratio('ecdsa', 'olderRsa'),
      unit: '×',
      atLeast: 1.7,
    },
  ],
})

function ratio(one: Side, other: Side): number {
  const ratios = sides[one].rates.map((rate, run) => rate / sides[other].rates[run]!)
  return percentile(ratios, 0.5)
}

async function startSide(
  kind: 'ecdsa' | 'rsa',
  { resumed, env = {} }: { resumed: boolean; env?: NodeJS.ProcessEnv },
) {
  // One of its own for each: a server takes up files that are written over, and its client does not.
  const name = randomUUID()
  const { cert } = makeCertificate(folder, kind, name)
  const server = new BenchChild('tls-server.ts', 0, {
    BENCH_FOLDER: folder,
    BENCH_CERTIFICATE: name,
    ...env,
  })
  const { port } = await server.ask<ServerAddress>({ type: 'listen' })
  const client = new BenchChild('handshake-client.ts', 1, { NODE_EXTRA_CA_CERTS: cert })
  return {
    rates: [] as number[],
    async perCoreSecond(): Promise<number> {
      const before = await server.ask<{ cpuMs: number }>({ type: 'cpu' })
      await client.ask({ port, count: HANDSHAKES, resumed })
      const after = await server.ask<{ cpuMs: number }>({ type: 'cpu' })
      return HANDSHAKES / ((after.cpuMs - before.cpuMs) / 1000)
    },
    async stop(): Promise<void> {
      await client.stop()
      await server.stop()
    },
  }
}
