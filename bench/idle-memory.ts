/** How much memory does the server need for a player who is connected over wss and idle? */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ServerAddress } from '../server/index.ts'
import { makeCertificate } from './parts/certificate.ts'
import { BenchChild } from './parts/child.ts'
import { percentile, publish } from './parts/report.ts'

const RUNS = 3
/** These come first and stay: what the first connections make the process allocate is not theirs. */
const EARLIER_PLAYERS = 1_200
const PLAYERS = 1_200
/** More than one round of pings, and of what collects garbage by and by. */
const SETTLE_MS = 3_500

interface Memory {
  rss: number
  heapUsed: number
  clients: number
}

const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
const { cert } = makeCertificate(folder, 'ecdsa')
const wss: Memory[] = []
for (let run = 0; run < RUNS; run++) wss.push(await perPlayer('ecdsa'))
const ws = await perPlayer('')
await rm(folder, { recursive: true, force: true })

const residentKib = wss.map(({ rss }) => rss / 1024)
const heapKib = wss.map(({ heapUsed }) => heapUsed / 1024)
publish({
  name: 'idle-memory',
  question: 'How much memory does the server need for a connected and idle player?',
  method: `Growth of resident memory for ${PLAYERS} players who join a room of the whole server and then only answer pings, after ${EARLIER_PLAYERS} others and with garbage collected, so their seats are included; medians of ${RUNS} fresh servers, and one with TLS left to a proxy.`,
  figures: [
    { what: 'a player over wss', value: percentile(residentKib, 0.5), unit: 'KiB', limit: 60 },
    { what: '… highest run', value: Math.max(...residentKib), unit: 'KiB' },
    { what: '… of which JavaScript objects', value: percentile(heapKib, 0.5), unit: 'KiB' },
    { what: 'a player over ws, TLS left to a proxy', value: ws.rss / 1024, unit: 'KiB' },
  ],
})

/** Bytes that a fresh server takes more for each player. No certificate: for a proxy. */
async function perPlayer(certificate: string): Promise<Memory> {
  const server = new BenchChild('tls-server.ts', 0, {
    BENCH_FOLDER: folder,
    BENCH_CERTIFICATE: certificate,
  })
  const { port } = await server.ask<ServerAddress>({ type: 'listen' })
  const url = `${certificate ? 'wss' : 'ws'}://localhost:${port}`
  const players = new BenchChild('idle-players.ts', 1, { NODE_EXTRA_CA_CERTS: cert })
  const after = async (joining: number): Promise<Memory> => {
    await players.ask({ url, players: joining })
    await wait(SETTLE_MS)
    return server.ask<Memory>({ type: 'memory' })
  }
  const before = await after(EARLIER_PLAYERS)
  const full = await after(PLAYERS)
  if (full.clients !== EARLIER_PLAYERS + PLAYERS) throw new Error(`only ${full.clients} players stayed`)
  await players.stop()
  await server.stop()
  const each = (what: keyof Memory) => (full[what] - before[what]) / PLAYERS
  return { rss: each('rss'), heapUsed: each('heapUsed'), clients: 1 }
}
