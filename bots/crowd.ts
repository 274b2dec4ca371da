/** Fills a room with a crowd: bots that play, and load seats that send recorded inputs. Run by `fairground bots`. */
import { setTimeout as wait } from 'node:timers/promises'
import { WORLDS, type WorldName } from '../rooms/arena/world.ts'
import { seededRandom } from '../shared/random.ts'
import { ArenaBot } from './arena-bot.ts'
import { LoadSeats } from './load-seats.ts'
import { runUntilToldToStop } from './own-process.ts'

const REPORT_EVERY_MS = 5_000

const url = process.env['FAIRGROUND_URL'] ?? 'wss://localhost:2567'
const room = (process.env['FAIRGROUND_ROOM'] ?? 'royale') as WorldName
const count = Number(process.env['FAIRGROUND_BOTS'] ?? 16)
const seats = Number(process.env['FAIRGROUND_LOAD'] ?? 0)

const world = WORLDS[room]
if (!world) {
  console.error(`Bots know the rooms ${Object.keys(WORLDS).join(' and ')}, not "${room}".`)
  process.exit(1)
}
const random = seededRandom(Date.now())
const load = new LoadSeats({ url, room, world, seats, random })
const bots = Array.from(
  { length: count },
  () => new ArenaBot({ url, world: room, random, difficulty: 0.25 + random() * 0.5 }),
)

runUntilToldToStop(async () => {
  load.stop()
  await Promise.all(bots.map((bot) => bot.leave()))
})

void join().catch((error: unknown) => {
  console.error(`bots: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
})
let left = false
while (!left) left = await report()
process.exit(1)

async function join(): Promise<void> {
  for (const bot of bots) await bot.play()
  await load.join()
  console.log(`${room}: ${count} bots and ${load.open} load seats are in. Ctrl-C ends it.`)
}

/** Tells how they fare, measured for a while. @returns whether all have left */
async function report(): Promise<boolean> {
  const before = { ...load.received }
  const sinceMs = performance.now()
  await wait(REPORT_EVERY_MS)
  const seconds = (performance.now() - sinceMs) / 1000
  const [open, playing] = [load.open, bots.filter(({ roomId }) => roomId !== undefined).length]
  const each = (now: number, then: number) => (now - then) / seconds / Math.max(1, open)
  const patches = each(load.received.patches, before.patches).toFixed(1)
  const kilobytes = (each(load.received.bytes, before.bytes) / 1000).toFixed(1)
  const loaded = seats > 0 ? `, ${open} load seats: ${patches} patches/s and ${kilobytes} kB/s each` : ''
  console.log(`${room}: ${playing} bots${loaded}`)
  return open + playing === 0 && load.received.patches > 0
}
