/** How many devices does one core carry, and how long does a command take to a device and back to its operator? */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { BenchChild } from './parts/child.ts'
import { percentile, publish } from './parts/report.ts'
import type { Use } from './parts/server-use.ts'

const DEVICES = 2_000
const COMMANDS_PER_SECOND = 20
const WARM_MS = 8_000
const MEASURED_MS = 30_000

interface Fleet {
  sent: number
  open: number
  patches: number
  tookMs: number[]
  seen: number
  /** Longest time for which the event loop stood still, since the last call. */
  maxLateMs: number
}

const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
const env = { BENCH_FOLDER: folder, DEVICES_KEY: 'a key for measuring only' }
const server = new BenchChild('devices-server.ts', 0, env)
const { url } = await server.ask<{ url: string }>({ type: 'listen' })
const fleet = new BenchChild('devices-fleet.ts', 1, {
  ...env,
  BENCH_URL: url,
  NODE_EXTRA_CA_CERTS: `${folder}/data/ca.pem`,
})
const { joinSeconds } = await fleet.ask<{ joinSeconds: number }>({ devices: DEVICES })
await fleet.ask<Fleet>({ commandsPerSecond: COMMANDS_PER_SECOND })
await wait(WARM_MS)
const before = { use: await server.ask<Use>({ type: 'cpu' }), fleet: await fleet.ask<Fleet>({}) }
const startedMs = performance.now()
await wait(MEASURED_MS)
const use = await server.ask<Use>({ type: 'cpu' })
const seconds = (performance.now() - startedMs) / 1000
const after = await fleet.ask<Fleet>({})
await fleet.stop()
await server.stop()
await rm(folder, { recursive: true, force: true })
const reports = (after.sent - before.fleet.sent) / seconds
if (after.open !== DEVICES || after.seen !== DEVICES || reports < DEVICES * 0.9)
  throw new Error(
    `${after.open} devices sent ${Math.round(reports)} a second: the machine is too busy to measure.`,
  )

publish({
  name: 'devices',
  question: `Can one core carry ${DEVICES.toLocaleString('en')} devices that report each second, and how fast is a command?`,
  method: `Server and fleet on a core each, over wss; devices by the JSON gateway, three readings each; an operator sees all of them and sends ${COMMANDS_PER_SECOND} commands a second, each timed until it is told of the acknowledgement; stalls are those of the processes' own event loops, with what other programs took of the cores; ${MEASURED_MS / 1000} s.`,
  figures: [
    { what: 'devices connected', value: after.open, unit: '', atLeast: DEVICES },
    { what: 'reports', value: reports, unit: '/s', atLeast: DEVICES * 0.98 },
    { what: 'command round trip, median', value: percentile(after.tookMs, 0.5), unit: 'ms' },
    { what: 'command round trip, p99', value: percentile(after.tookMs, 0.99), unit: 'ms', limit: 100 },
    { what: 'commands', value: after.tookMs.length, unit: '' },
    { what: 'patches to the operator', value: (after.patches - before.fleet.patches) / seconds, unit: '/s' },
    { what: "server's CPU", value: ((use.cpuMs - before.use.cpuMs) / seconds / 1000) * 100, unit: '%' },
    { what: "server's memory", value: use.memoryBytes / 2 ** 20, unit: 'MiB' },
    { what: "server's longest stall", value: use.maxLateMs, unit: 'ms' },
    { what: "fleet's longest stall", value: after.maxLateMs, unit: 'ms' },
    { what: 'time for all to join', value: joinSeconds, unit: 's' },
  ],
})
