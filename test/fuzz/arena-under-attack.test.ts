import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { join } from 'node:path'
import { Protocol } from '@colyseus/core'
import { expect, it } from 'vitest'
import { connect, type InputOf, type Room } from '../../client-sdk/index.ts'
import type { ArenaRoom } from '../../rooms/arena/room.ts'
import { TICK_RATE_HZ } from '../../rooms/arena/tuning.ts'
import type { FairgroundServer } from '../../server/index.ts'
import { seededRandom } from '../../shared/random.ts'
import { ask } from '../ask.ts'
import { eventually } from '../eventually.ts'
import { flood, takeSeat, wireFrame } from '../raw-seat.ts'
import { Victim } from '../victim.ts'
import { Attacker } from './attacker.ts'

type Rooms = { arena: typeof ArenaRoom }

const FUZZED_BATCHES = 60
const BATCH_FRAMES = 200
const HALF_OPEN = 300
const TIMEOUT_MS = 300_000

const many = (frame: Buffer, count = 400) => Buffer.concat(Array<Buffer>(count).fill(frame))
const bytes = (...all: number[]) => many(wireFrame(new Uint8Array(all)))
const EMOTE = [Protocol.ROOM_DATA, 0xa5, ...Buffer.from('emote'), 0xa4, ...Buffer.from('wave')]

const FLOODS: Readonly<Record<string, Buffer>> = {
  messages: bytes(...EMOTE),
  'unknown types': bytes(Protocol.ROOM_DATA, 0xa1, 0x62),
  requests: bytes(Protocol.ROOM_REQUEST, 1, 0xa6, ...Buffer.from('square'), 3),
  'pings of the SDK': bytes(Protocol.PING),
  inputs: bytes(Protocol.ROOM_INPUT_RELIABLE, 128, 1),
  'packets of inputs': bytes(Protocol.ROOM_INPUT_UNRELIABLE, 0, 2, 128, 1),
  'frames of no kind': bytes(99),
  text: many(wireFrame(Buffer.from('hello'), { opcode: 1 })),
  'pings of the WebSocket': many(wireFrame(Buffer.alloc(125), { opcode: 9 })),
  'pieces without end': many(wireFrame(new Uint8Array(0), { opcode: 0, fin: false }), 1_000),
}

let address = 0
/** Another of this machine's addresses each time: players share none with attackers. */
function elsewhere(): string {
  address++
  return `127.9.${address >> 8}.${address & 255}`
}

/** Somebody who plays the arena, and notes whatever players should never notice. */
class Fighter {
  readonly room: Room<ArenaRoom>
  readonly troubles: string[] = []
  /** States that differed from the one before. */
  moves = 0
  readonly #timer: NodeJS.Timeout

  constructor(room: Room<ArenaRoom>) {
    this.room = room
    room.onError(({ code, message }) => this.troubles.push(`told ${code}: ${message}`))
    room.onStatus((status, error) => this.troubles.push(`${status} ${error?.code ?? ''}`))
    const input = room.input()
    let before = ''
    let step = 0
    this.#timer = setInterval(() => {
      if (room.status !== 'open') return
      step++
      Object.assign(input.data, { moveX: Math.sin(step / 20), moveY: Math.cos(step / 20) } as Partial<
        InputOf<ArenaRoom>
      >)
      input.send()
      const now = JSON.stringify(room.state.toJSON())
      if (now !== before) this.moves++
      before = now
    }, 1000 / TICK_RATE_HZ)
  }

  async leave(): Promise<void> {
    clearInterval(this.#timer)
    await this.room.leave()
  }
}

async function enter(victim: Victim, name: string): Promise<Fighter> {
  const client = connect<FairgroundServer<Rooms>>(victim.url.replace('https', 'wss'))
  return new Fighter(await client.joinOrCreate('arena', { name }))
}

/** Connections that never finish their handshake. */
async function halfOpen(url: string): Promise<Socket[]> {
  const port = Number(new URL(url).port)
  return Promise.all(
    Array.from({ length: HALF_OPEN }, async () => {
      const socket = connectTcp({ port, host: '127.0.0.1', localAddress: elsewhere() })
      socket.on('error', () => {})
      await once(socket, 'connect').catch(() => {})
      socket.write('\x16\x03\x01')
      return socket
    }),
  )
}

async function joinFlood(url: string): Promise<number[]> {
  const from = elsewhere()
  const asked = Array.from({ length: 150 }, () => ask(`${url}/matchmake/joinById/nowhere`, { from }))
  return (await Promise.all(asked)).map(({ status }) => status)
}

it(
  'two people play the arena while the fuzzer and every flood run against the same server, and notice nothing',
  async () => {
    await using victim = await Victim.start(join(import.meta.dirname, 'arena-server.ts'), {})
    const fighters = [await enter(victim, 'Ann'), await enter(victim, 'Ben')]
    await eventually(() => expect(fighters.every(({ moves }) => moves > 10)).toBe(true))
    const room = `joinById/${fighters[0]!.room.id}`
    const corpus = [
      Buffer.from(EMOTE),
      Buffer.from([Protocol.ROOM_INPUT_RELIABLE, 128, 1]),
      Buffer.from([Protocol.PING]),
    ]
    const random = seededRandom(20_261_125)
    const attacker = new Attacker({
      takeSeat: () => takeSeat(victim.url, room, { from: elsewhere(), join: { name: 'Mallory' } }),
      corpus,
    })
    const fuzzing = (async () => {
      for (let batch = 0; batch < FUZZED_BATCHES; batch++) await attacker.attack(random, BATCH_FRAMES)
    })()
    const flooding = (async () => {
      const codes: Record<string, number> = {}
      for (const [kind, burst] of Object.entries(FLOODS)) {
        const seat = await takeSeat(victim.url, room, {
          from: elsewhere(),
          join: { name: kind.slice(0, 20) },
        })
        codes[kind] = (await flood(seat, burst)).code
      }
      return codes
    })()
    const sockets = await halfOpen(victim.url)
    const statuses = await joinFlood(victim.url)
    const [codes] = await Promise.all([flooding, fuzzing])
    // Whoever floods is sent away with a code, or cut.
    for (const [kind, code] of Object.entries(codes))
      expect(code === 1006 || code === 1008 || code === 1002 || code >= 4217, `${kind}: ${code}`).toBe(true)
    expect(statuses).toContain(429)
    expect(await victim.fate()).toBe('works')
    const before = fighters.map(({ moves }) => moves)
    await eventually(() => {
      for (const [index, { moves }] of fighters.entries()) expect(moves).toBeGreaterThan(before[index]! + 20)
    })
    expect(fighters.flatMap(({ troubles }) => troubles)).toEqual([])
    for (const { room: own } of fighters) await own.ping()
    for (const socket of sockets) socket.destroy()
    await attacker.leave()
    await Promise.all(fighters.map((fighter) => fighter.leave()))
  },
  TIMEOUT_MS,
)
