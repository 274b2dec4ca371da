/** Watchers of the ticker by the SDK: each decodes all it gets, checks it, and notes how old each price is. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { connect, type Room } from '../../client-sdk/index.ts'
import type { TickerRoom } from '../../rooms/ticker/room.ts'
import { readBulletin } from '../../rooms/ticker/wire.ts'
import { seededRandom } from '../../shared/random.ts'
import { changedMs, changeOf, type FeedPlan, machineMs } from './numbered-feed.ts'

interface BenchServer {
  readonly '~rooms': { readonly ticker: typeof TickerRoom }
}
interface Order {
  type: 'join' | 'begin' | 'measure' | 'last'
  url: string
  watchers: number
  each: number
  symbols: number
  plan: FeedPlan
  seconds: number
}
interface Watcher {
  readonly room: Room<TickerRoom>
  /** Last change seen of each watched symbol. */
  readonly seen: Map<number, number>
}

const JOINING_AT_ONCE = 8
const BUCKETS_PER_MS = 10
const MAX_MS = 10_000
const watchers: Watcher[] = []
const random = seededRandom(6)
const lateness = monitorEventLoopDelay({ resolution: 5 })
lateness.enable()
let plan: FeedPlan
/** How many prices were how old, by tenths of a millisecond. */
let ages = new Uint32Array(MAX_MS * BUCKETS_PER_MS)
let [bulletins, prices, wrong] = [0, 0, 0]

async function join({ url, watchers: count, each, symbols }: Order): Promise<object> {
  const startedMs = machineMs()
  let left = count
  const bring = async (): Promise<void> => {
    while (left-- > 0) {
      const room = await connect<BenchServer>(url).joinOrCreate('ticker') // a person each
      const seen = new Map<number, number>()
      while (seen.size < each) seen.set(Math.floor(random() * symbols), -1)
      watchers.push({ room, seen })
      room.on('bulletin', (bytes) => read(seen, bytes))
      await room.request(
        'watch',
        [...seen.keys()].map((id) => `S${id}`),
      )
    }
  }
  await Promise.all(Array.from({ length: JOINING_AT_ONCE }, bring))
  return { joinSeconds: (machineMs() - startedMs) / 1000 }
}

function read(seen: Map<number, number>, bytes: Uint8Array): void {
  const { news } = readBulletin(bytes)
  const nowMs = machineMs()
  bulletins++
  for (const { id, values } of news) {
    const change = changeOf(id, values[0]!)
    const before = seen.get(id)
    if (before === undefined || values.length !== 1 || !Number.isInteger(change) || change < before) wrong++
    seen.set(id, change)
    const ageMs = nowMs - changedMs(plan, id, change)
    if (ageMs < 0) wrong++
    else ages[Math.min(ages.length - 1, Math.floor(ageMs * BUCKETS_PER_MS))]!++
    prices++
  }
}

async function measure(seconds: number): Promise<object> {
  ages = new Uint32Array(ages.length)
  ;[bulletins, prices] = [0, 0]
  lateness.reset()
  const startedMs = machineMs()
  const cpu = process.cpuUsage()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  const tookMs = machineMs() - startedMs
  const { user, system } = process.cpuUsage(cpu)
  return {
    ...{ bulletins: (bulletins / tookMs) * 1000, prices: (prices / tookMs) * 1000, wrong },
    ...{ p50Ms: ageAt(0.5), p99Ms: ageAt(0.99), maxMs: ageAt(1) },
    ...{ cpuShare: (user + system) / 1000 / tookMs, maxLateMs: lateness.max / 1e6 },
  }
}

/** The age below which `share` of the prices were. */
function ageAt(share: number): number {
  let left = Math.ceil(prices * share)
  const bucket = ages.findIndex((count) => {
    left -= count
    return left <= 0
  })
  return (bucket + 1) / BUCKETS_PER_MS
}

/** How many of the prices that are watched are not those of the last change. Asked when the feed stands still. */
function stale(changes: readonly number[]): object {
  const behind = watchers.flatMap(({ seen }) => [...seen]).filter(([id, change]) => change !== changes[id])
  const open = watchers.filter(({ room }) => room.status === 'open').length
  return { behind: behind.length, open }
}

process.on('message', async (order: Order & { changes: number[] }) => {
  if (order.type === 'join') process.send!(await join(order))
  else if (order.type === 'begin') {
    plan = order.plan
    process.send!({})
  } else process.send!(order.type === 'measure' ? await measure(order.seconds) : stale(order.changes))
})
