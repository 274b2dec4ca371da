/** Part (e): what an idle seat and an empty room take, on each server. */
import { setTimeout as wait } from 'node:timers/promises'
import { BenchChild } from '../parts/child.ts'
import { type Figure, percentile } from '../parts/report.ts'
import type { BenchContext, Part } from './part.ts'
import type { Side } from './server-process.ts'
import { NAMES, SIDES } from './sides.ts'

const FULL = { runs: 3, earlierSeats: 1_200, seats: 1_200, earlierRooms: 200, rooms: 1_000, settleMs: 3_500 }
const QUICK = { runs: 1, earlierSeats: 50, seats: 100, earlierRooms: 20, rooms: 100, settleMs: 500 }
type Counts = typeof FULL

interface Memory {
  rss: number
  heapUsed: number
  clients: number
}

interface Run {
  side: Side
  seatBytes: number
  seatObjectBytes: number
  /** Of servers whose rooms are more than what a program makes of them. */
  roomBytes: number | undefined
  roomObjectBytes: number | undefined
}

export const idle: Part = {
  letter: 'e',
  title: 'memory of an idle seat and of an empty room',
  async run(context) {
    const counts = context.quick ? QUICK : FULL
    const sides = SIDES.filter((side) => context.sides?.includes(side) ?? true)
    const runs: Run[] = []
    for (let n = 0; n < counts.runs; n++) {
      for (const side of sides) {
        const run = await measure(side, counts, context)
        runs.push(run)
        const kib = (bytes = Number.NaN) => `${(bytes / 1024).toFixed(1)} KiB`
        const room = run.roomBytes === undefined ? '' : `, an empty room ${kib(run.roomBytes)}`
        context.progress(`${NAMES[side]}: a seat ${kib(run.seatBytes)}${room}`)
      }
    }
    const method =
      `Growth of resident memory, garbage collected: for ${counts.seats.toLocaleString('en')} players over wss who then only answer pings, after ${counts.earlierSeats} others, their seats in rooms of 100 included; ` +
      `and for ${counts.rooms.toLocaleString('en')} rooms with a small state where nobody is, after ${counts.earlierRooms} others. Medians of ${counts.runs} fresh servers. Bare ws and Socket.io have no rooms that would take memory.`
    const figures = sides.flatMap((side) =>
      figuresOf(
        side,
        runs.filter((run) => run.side === side),
      ),
    )
    return { letter: this.letter, title: this.title, method, figures, runs, faults: [] }
  },
}

async function measure(side: Side, counts: Counts, { folder, cert, key }: BenchContext): Promise<Run> {
  const env = { BENCH_SIDE: side, BENCH_CERT: cert, BENCH_KEY: key, BENCH_FOLDER: folder }
  const server = new BenchChild('../worlds/idle/server.ts', 0, env)
  const players = new BenchChild('idle-players.ts', 1, { NODE_EXTRA_CA_CERTS: cert })
  const settled = async (): Promise<Memory> => {
    await wait(counts.settleMs)
    return server.ask<Memory>({ type: 'memory' })
  }
  try {
    const { port } = await server.ask<{ port: number }>({ type: 'listen' })
    const seated = async (more: number): Promise<Memory> => {
      await players.ask({ url: `https://localhost:${port}`, players: more, side })
      return settled()
    }
    const opened = async (more: number): Promise<Memory> => {
      await server.ask({ type: 'rooms', count: more })
      return settled()
    }
    const [few, many] = [await seated(counts.earlierSeats), await seated(counts.seats)]
    if (many.clients !== counts.earlierSeats + counts.seats)
      throw new Error(`${side}: only ${many.clients} players stayed`)
    const seat = growth(few, many, counts.seats)
    const hasRooms = side === 'fairground' || side === 'plain'
    const room =
      hasRooms && growth(await opened(counts.earlierRooms), await opened(counts.rooms), counts.rooms)
    return {
      side,
      seatBytes: seat.rss,
      seatObjectBytes: seat.heapUsed,
      roomBytes: room ? room.rss : undefined,
      roomObjectBytes: room ? room.heapUsed : undefined,
    }
  } finally {
    await players.stop()
    await server.stop()
  }
}

function growth(before: Memory, after: Memory, count: number): Pick<Memory, 'rss' | 'heapUsed'> {
  return { rss: (after.rss - before.rss) / count, heapUsed: (after.heapUsed - before.heapUsed) / count }
}

function figuresOf(side: Side, runs: Run[]): Figure[] {
  const kib = (of: (run: Run) => number | undefined) =>
    percentile(
      runs.map((run) => (of(run) ?? Number.NaN) / 1024),
      0.5,
    )
  const seats: Figure[] = [
    {
      what: `${NAMES[side]}: an idle seat`,
      value: kib(({ seatBytes }) => seatBytes),
      unit: 'KiB',
      ...(side === 'fairground' && { limit: 60 }),
    },
    {
      what: '… of which JavaScript objects',
      value: kib(({ seatObjectBytes }) => seatObjectBytes),
      unit: 'KiB',
    },
  ]
  if (runs.every(({ roomBytes }) => roomBytes === undefined)) return seats
  return [
    ...seats,
    { what: `${NAMES[side]}: an empty room`, value: kib(({ roomBytes }) => roomBytes), unit: 'KiB' },
    {
      what: '… of which JavaScript objects',
      value: kib(({ roomObjectBytes }) => roomObjectBytes),
      unit: 'KiB',
    },
  ]
}
