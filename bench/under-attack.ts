/** What do honest players notice while the fuzzer and every flood run against their server? */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { ServerAddress } from '../server/index.ts'
import { BenchChild } from './parts/child.ts'
import { percentile, publish } from './parts/report.ts'
import type { Sent } from './parts/under-attack-attackers.ts'
import type { Measured } from './parts/under-attack-server.ts'

const ROOMS = 10
const PLAYERS_OF_EACH = 4
const WARM_MS = 3_000
const CALM_MS = 3_000
/** How the units and the container of deploy/ start Node. */
const AS_DEPLOYED = '--max-semi-space-size=2'
const { values } = parseArgs({
  strict: false,
  options: {
    only: { type: 'string' },
    pairs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '15' },
  },
})
/** Kinds of attacks, to look at one by one. */
const only = (values.only as string | undefined)?.split(',')
const [pairs, measuredMs] = [Number(values.pairs), Number(values.seconds) * 1000]

const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
const server = new BenchChild('under-attack-server.ts', 0, {
  ...{ BENCH_FOLDER: folder, NODE_OPTIONS: AS_DEPLOYED },
})
const { url, caPath } = await server.ask<ServerAddress>({ type: 'listen' })
const env = { NODE_EXTRA_CA_CERTS: caPath! }
const players = new BenchChild('under-attack-players.ts', 1, env)
const { roomId } = await players.ask<{ roomId: string }>({
  ...{ type: 'join', url: url.replace('https', 'wss'), rooms: ROOMS, playersOfEach: PLAYERS_OF_EACH },
})

interface Run {
  gapP99Ms: number
  loopP99Ms: number
  cpuShare: number
}

async function measure(): Promise<Run> {
  await server.ask({ type: 'begin' })
  await wait(measuredMs)
  const { gapsMs, loopDelayP99Ms, cpuMs } = await server.ask<Measured>({ type: 'end' })
  return {
    gapP99Ms: percentile(gapsMs, 0.99),
    loopP99Ms: loopDelayP99Ms,
    cpuShare: (cpuMs / measuredMs) * 100,
  }
}

async function underAttack(): Promise<Run> {
  const attackers = new BenchChild('under-attack-attackers.ts', 1, env)
  await attackers.ask<Sent>({ type: 'begin', url, roomId, only })
  await wait(WARM_MS)
  const run = await measure()
  const { waves, fuzzedFrames, failures } = await attackers.ask<Sent>({ type: 'count' })
  await attackers.stop()
  if (failures.length > 0) throw new Error(`Not all attacks were made: ${failures.join('; ')}`)
  console.log(`  ${fuzzedFrames} fuzzed frames; waves: ${JSON.stringify(waves)}`)
  return run
}

/** Seats, handshakes and rooms of the attackers have gone. */
async function inPeace(): Promise<Run> {
  await wait(CALM_MS)
  return measure()
}

const peace: Run[] = []
const attack: Run[] = []
await inPeace() // compiled and warm before it counts
await underAttack()
for (let pair = 0; pair < pairs; pair++) {
  for (const side of pair % 2 ? (['attack', 'peace'] as const) : (['peace', 'attack'] as const)) {
    if (side === 'peace') peace.push(await inPeace())
    else attack.push(await underAttack())
  }
  const [calm, busy] = [peace.at(-1)!, attack.at(-1)!]
  console.log(
    `pair ${pair + 1}: ${calm.gapP99Ms.toFixed(2)} and ${busy.gapP99Ms.toFixed(2)} ms between steps, ` +
      `${calm.cpuShare.toFixed(0)} and ${busy.cpuShare.toFixed(0)} % of a core`,
  )
}
const troubles = await players.ask<string[]>({ type: 'troubles' })
if (troubles.length > 0) throw new Error(`Players noticed: ${troubles.slice(0, 5).join('; ')}`)
await players.stop()
await server.stop()
await rm(folder, { recursive: true, force: true })

const median = (runs: readonly Run[], of: (run: Run) => number) => percentile(runs.map(of), 0.5)
const moves = peace.map(({ gapP99Ms }, pair) => attack[pair]!.gapP99Ms - gapP99Ms)
publish({
  name: 'under-attack',
  question: 'What do honest players notice while the fuzzer and every flood run against their server?',
  method: `${ROOMS} rooms of ${PLAYERS_OF_EACH} players at 20 steps a second; server on one core, players and attackers on the other, a wave of each of 17 floods every 2 s; Node with ${AS_DEPLOYED}, as deploy/ starts it; median of ${pairs} pairs of ${measuredMs / 1000} s.`,
  figures: [
    { what: 'tick p99 moves by', value: percentile(moves, 0.5), unit: 'ms', limit: 2 },
    { what: 'between two steps, p99, in peace', value: median(peace, (run) => run.gapP99Ms), unit: 'ms' },
    { what: '… under attack', value: median(attack, (run) => run.gapP99Ms), unit: 'ms' },
    {
      what: 'delay of the event loop, p99, in peace',
      value: median(peace, (run) => run.loopP99Ms),
      unit: 'ms',
    },
    { what: '… under attack', value: median(attack, (run) => run.loopP99Ms), unit: 'ms' },
    { what: 'CPU of the server, in peace', value: median(peace, (run) => run.cpuShare), unit: '%' },
    { what: '… under attack', value: median(attack, (run) => run.cpuShare), unit: '%' },
  ],
})
