/** How long does a new certificate hold up a server with 1,000 players? */
import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { connect } from 'node:tls'
import type { ServerAddress } from '../server/index.ts'
import { makeCertificate } from './parts/certificate.ts'
import { BenchChild } from './parts/child.ts'
import { percentile, publish } from './parts/report.ts'
import type { Gap } from './parts/stall-watch.ts'

const SWAPS = 12
const PLAYERS = 1_000
/** Two equal looks at the files, a second apart, and time to spare. */
const SWAP_MS = 3_300
const LOOK_EVERY_MS = 1_000
const NEAR_MS = 100

const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
const served = makeCertificate(folder, 'ecdsa', 'served')
const others = ['one', 'other'].map((name) => makeCertificate(folder, 'ecdsa', name))
const server = new BenchChild('tls-server.ts', 0, { BENCH_FOLDER: folder, BENCH_CERTIFICATE: 'served' })
const { url, port } = await server.ask<ServerAddress>({ type: 'listen' })
const players = new BenchChild('idle-players.ts', 1, { NODE_EXTRA_CA_CERTS: served.cert })
await players.ask({ url: url.replace('https:', 'wss:'), players: PLAYERS })

await server.ask({ type: 'watch' })
const shown = new Set<string>()
for (let swap = 0; swap < SWAPS; swap++) {
  for (const part of ['cert', 'key'] as const) {
    await copyFile(others[swap % 2]![part], `${served[part]}.new`)
    await rename(`${served[part]}.new`, served[part])
  }
  await wait(SWAP_MS)
  shown.add(await fingerprint())
}
const { gaps, notedMs, clients } = await server.ask<{ gaps: Gap[]; notedMs: number[]; clients: number }>({
  type: 'stalls',
})
await players.stop()
await server.stop()
await rm(folder, { recursive: true, force: true })
if (notedMs.length !== SWAPS || shown.size !== others.length) throw new Error('a certificate was not swapped')

/** What the loop was held up for by the swap itself: the gap between two beats that it fell into. */
const stallsMs = notedMs.map((ms) => longestMs(gaps.filter(({ fromMs, toMs }) => fromMs <= ms && ms <= toMs)))
/** The longest gaps round about a swap, and round about the next look at the files, which finds nothing new. */
const aroundMs = notedMs.map((ms) => longestMs(gaps.filter(isNear(ms))))
const withoutMs = notedMs.map((ms) => longestMs(gaps.filter(isNear(ms + LOOK_EVERY_MS))))

publish({
  name: 'certificate-swap',
  question: `How long does a new certificate hold up a server with ${PLAYERS} players?`,
  method: `${PLAYERS} idle players over wss, ${SWAPS} swaps by replacing the files; the gap between two beats of a timer of 1 ms in which the swap fell.`,
  figures: [
    { what: 'stall by a swap, longest', value: Math.max(...stallsMs), unit: 'ms', limit: 20 },
    { what: 'stall by a swap, median', value: percentile(stallsMs, 0.5), unit: 'ms' },
    { what: 'longest gap within 100 ms of a swap, median', value: percentile(aroundMs, 0.5), unit: 'ms' },
    { what: '… of a second later, without a swap', value: percentile(withoutMs, 0.5), unit: 'ms' },
    { what: 'connections lost', value: PLAYERS - clients, unit: '', limit: 0 },
  ],
})

function longestMs(some: readonly Gap[]): number {
  return Math.max(...some.map(({ fromMs, toMs }) => toMs - fromMs))
}

function isNear(ms: number): (gap: Gap) => boolean {
  return ({ fromMs, toMs }) => toMs > ms - NEAR_MS && fromMs < ms + NEAR_MS
}

/** Of the certificate that a new connection is shown now. */
function fingerprint(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false })
    socket.on('error', reject)
    socket.on('secureConnect', () => {
      resolve(socket.getPeerX509Certificate()!.fingerprint256)
      socket.destroy()
    })
  })
}
