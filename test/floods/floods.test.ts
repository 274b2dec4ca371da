import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { connect } from '../../client-sdk/index.ts'
import { DEFAULT_LIMITS, type FairgroundServer, type Limits } from '../../server/index.ts'
import { Victim } from '../victim.ts'
import { CountingPlayer } from './counting-player.ts'
import type { Holdings } from './flooded-server.ts'
import { FRAME_FLOODS, OTHER_FLOODS, type Wave } from './floods.ts'
import type { TallyRoom } from './tally-room.ts'

type Rooms = { tally: typeof TallyRoom }

/** As a server has them, but for waits that would make the test long, and the shedding of joins: tests keep machines busy. */
const LIMITS: Partial<Limits> = {
  overloadDelayMs: 1e9,
  drainMs: 3_000,
  handshakeTimeoutMs: 5_000,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 5_000,
  seatReservationMs: 2_000,
}
const HOLD_MS = 8_000
const PLAYERS = 4
/** The room, its players, and the port that is listened on. */
const HELD_IN_PEACE = { rooms: 1, clients: PLAYERS, sockets: PLAYERS + 1 }
/** Two seconds' worth. */
const MAX_HANDLED = DEFAULT_LIMITS.messageBurst + 2 * DEFAULT_LIMITS.messagesPerSecond
const MAX_FLOOD_MS = 10_000
/** What a flood may cost while it lasts: 1,000 connections at 128 KB each. */
const MAX_PEAK_MB = 128
/** What may be left of it: compiled code, addresses that are remembered. */
const MAX_LEFT_MB = 8
const TIMEOUT_MS = 120_000

let victim: Victim
let players: CountingPlayer[]
/** Players share none with attackers. */
let address = 0

beforeAll(async () => {
  victim = await Victim.start(join(import.meta.dirname, 'flooded-server.ts'), {
    LIMITS: JSON.stringify(LIMITS),
    NODE_OPTIONS: '--expose-gc',
  })
  const client = () => connect<FairgroundServer<Rooms>>(victim.url.replace('https', 'wss'))
  const first = await client().create('tally')
  const others = Array.from({ length: PLAYERS - 1 }, () => client().joinById('tally', first.id))
  players = [first, ...(await Promise.all(others))].map((room) => new CountingPlayer(room))
})
afterAll(async () => {
  for (const player of players ?? []) player.rest()
  await Promise.all((players ?? []).map(({ room }) => room.leave()))
  await victim?.[Symbol.asyncDispose]()
})

function target() {
  const from = () => `127.9.${++address >> 8}.${address & 255}`
  return {
    url: victim.url,
    roomId: players[0]!.room.id,
    from,
    vandal: from(),
    holdMs: HOLD_MS,
  }
}

/** Sends a wave, and sees to it that nobody lost anything by it and nothing is left of it. */
async function bear(wave: Wave) {
  const before = await victim.ask<Holdings>('holdings')
  const steps = players.map(({ step }) => step)
  const startedMs = performance.now()
  const ends = await wave(target())
  const tookMs = performance.now() - startedMs
  expect(await victim.fate()).toBe('works')
  const peak = await victim.ask<Holdings>('holdings')
  expect(peak.peakRssMb - before.peakRssMb, 'megabytes more while it lasted').toBeLessThan(MAX_PEAK_MB)
  await vi.waitFor(
    async () => {
      const { heapMb, ...held } = await victim.ask<Holdings>('holdings')
      expect(held).toMatchObject(HELD_IN_PEACE)
      expect(heapMb - before.heapMb, 'megabytes more, after collection').toBeLessThan(MAX_LEFT_MB)
    },
    { timeout: 30_000, interval: 100 },
  )
  await vi.waitFor(() => {
    for (const [index, { step }] of players.entries()) expect(step).toBeGreaterThan(steps[index]! + 20)
  }, TIMEOUT_MS)
  for (const player of players) player.rest()
  await vi.waitFor(() => {
    for (const { said, heard } of players) expect(heard).toBe(said)
  }, TIMEOUT_MS)
  expect(players.flatMap(({ troubles }) => troubles)).toEqual([])
  for (const player of players) player.play()
  return { ends, tookMs, mostHandled: peak.mostHandled }
}

it.each(Object.entries(FRAME_FLOODS))(
  '[FW3] [FW5] who floods with %s is out within two seconds’ worth; players lose no step and no message',
  async (_kind, wave) => {
    const { ends, tookMs, mostHandled } = await bear(wave)
    expect(mostHandled).toBeLessThan(MAX_HANDLED)
    expect(tookMs).toBeLessThan(MAX_FLOOD_MS)
    expect(
      Object.keys(ends)
        .map(Number)
        .filter((code) => code === 1000 || code === 1005),
    ).toEqual([])
  },
  TIMEOUT_MS,
)

it.each(Object.entries(OTHER_FLOODS))(
  'a flood of %s leaves nothing behind; players lose no step and no message',
  async (_kind, wave) => {
    await bear(wave)
  },
  TIMEOUT_MS,
)
