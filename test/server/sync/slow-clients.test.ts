import { setTimeout as wait } from 'node:timers/promises'
import { Client as StockClient } from '@colyseus/sdk'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { connect } from '../../../client-sdk/index.ts'
import { DEFAULT_LIMITS, type Limits } from '../../../server/limits.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { Relay } from '../../relay.ts'
import {
  type BusyRoom,
  type BusyState,
  fingerprint,
  outletOf,
  BusyRoom as Room,
  SteeredRoom,
} from './busy-room.ts'

const rooms = { busy: Room, steered: SteeredRoom }
type Server = TestServer<typeof rooms>
type Name = keyof typeof rooms

const SLACK_BYTES = 64 * 1024
const CASES = (['our SDK', 'the stock SDK'] as const).flatMap((sdk) =>
  (['busy', 'steered'] as const).map((name) => [sdk, name] as const),
)

// The official SDK tells about reconnections there.
const said = { warn: vi.fn(), error: vi.fn(), info: vi.fn() }
beforeEach(() => {
  for (const level of ['warn', 'error', 'info'] as const)
    vi.spyOn(console, level).mockImplementation(said[level].mockClear())
})
afterEach(() => {
  expect(said.error, 'what a decoder says of bytes it does not understand').not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

/** A player of either SDK, as these tests need it. */
interface Player {
  readonly roomId: string
  readonly sessionId: string
  readonly state: BusyState
  onPatch(callback: () => void): void
}

async function join(sdk: (typeof CASES)[number][0], name: Name, port: number): Promise<Player> {
  if (sdk === 'our SDK') {
    const room = await connect<Server['server']>(`wss://localhost:${port}`).joinOrCreate(name)
    return {
      roomId: room.id,
      sessionId: room.sessionId,
      get state() {
        return room.state as unknown as BusyState
      },
      onPatch: (callback) => void room.onPatch(callback),
    }
  }
  const room = await new StockClient(`wss://localhost:${port}`).joinOrCreate<BusyState>(name)
  await new Promise<void>((resolve) => room.onStateChange.once(() => resolve()))
  return Object.assign(room, { onPatch: (callback: () => void) => void room.onStateChange(callback) })
}

/** Compares the player's state after each patch with the server's as of the tick it says it is. */
function watch(player: Player, room: BusyRoom) {
  const seen = { patches: 0, wrong: 0, gaps: 0, tick: player.state.tick }
  player.onPatch(() => {
    const { tick } = player.state
    seen.patches++
    if (fingerprint(player.state) !== room.history.get(tick)) seen.wrong++
    if (tick > seen.tick + 1) seen.gaps++
    seen.tick = tick
  })
  return seen
}

/** Keeps the highest of what waits for a player in this process, until the player is gone. */
function highest(room: BusyRoom, player: Player) {
  const most = { queuedBytes: 0, inFlightBytes: 0 }
  const timer = setInterval(() => {
    const outlet = outletOf(room, player)
    if (!outlet) return
    most.queuedBytes = Math.max(most.queuedBytes, outlet.queuedBytes)
    most.inFlightBytes = Math.max(most.inFlightBytes, outlet.inFlightBytes)
  }, 5)
  return Object.assign(most, { [Symbol.dispose]: () => clearInterval(timer) })
}

async function scene(
  sdk: (typeof CASES)[number][0],
  name: Name,
  options: { bytesPerSecond?: number; limits?: Partial<Limits> },
) {
  const { limits = {}, ...line } = options
  const server = await startTestServer({ rooms, ticks: 'real', limits })
  const port = Number(new URL(server.url).port)
  const relay = await Relay.open({ port, ...line })
  const quick = await join('our SDK', name, port)
  const slow = await join(sdk, name, relay.port)
  const room = server.room(name, { id: slow.roomId }) as unknown as BusyRoom
  return {
    server,
    relay,
    room,
    slow,
    seen: { slow: watch(slow, room), quick: watch(quick, room) },
    async [Symbol.asyncDispose]() {
      await server.close()
      await relay[Symbol.asyncDispose]()
    },
  }
}

async function counted(server: Server, metric: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Number(new RegExp(`^fairground_${metric}_total (\\d+)$`, 'm').exec(text)?.[1])
}

it.each(CASES)('[BP4] a line too thin for the room carries its latest state: %s, %s', async (sdk, name) => {
  await using play = await scene(sdk, name, { bytesPerSecond: 300_000 })
  const { server, room, slow, seen } = play
  using most = highest(room, slow)
  const patches = seen.slow.patches
  await eventually(() => expect(seen.slow.patches).toBeGreaterThan(patches + 30))
  expect(most.queuedBytes).toBeLessThan(DEFAULT_LIMITS.highWaterBytes + SLACK_BYTES)
  expect(most.inFlightBytes).toBeLessThan(DEFAULT_LIMITS.maxInFlightBytes + SLACK_BYTES)
  expect(await counted(server, 'resyncs')).toBeGreaterThan(5)
  room.still = true
  await eventually(() => expect(slow.state.tick).toBe(room.state.tick))
  expect(slow.state.toJSON()).toEqual(room.state.toJSON())
  expect(seen.slow.wrong).toBe(0)
  expect(seen.quick.wrong).toBe(0)
})

it.each(CASES)(
  '[BP5] who reads nothing for 5 s has the latest state again at once: %s, %s',
  async (sdk, name) => {
    await using play = await scene(sdk, name, {})
    const { relay, room, slow, seen } = play
    using most = highest(room, slow)
    await eventually(() => expect(seen.slow.patches).toBeGreaterThan(5))
    relay.stop()
    const stalledAt = room.state.tick
    await eventually(() => expect(room.state.tick).toBeGreaterThan(stalledAt + 5 * room.tickRateHz))
    const patches = seen.slow.patches
    relay.resume()
    await eventually(() => expect(slow.state.tick).toBeGreaterThan(stalledAt + 5 * room.tickRateHz))
    // What was on its way when it stopped, and then the state as it is: not what it missed.
    expect(seen.slow.patches - patches).toBeLessThan(60)
    room.still = true
    await eventually(() => expect(slow.state.tick).toBe(room.state.tick))
    expect(slow.state.toJSON()).toEqual(room.state.toJSON())
    expect(most.queuedBytes).toBeLessThan(DEFAULT_LIMITS.highWaterBytes + SLACK_BYTES)
    expect(seen.slow.wrong).toBe(0)
    expect(seen.quick.wrong).toBe(0)
  },
)

it('[BP7] who does not drain in time is closed, and our SDK comes back to the same seat', async () => {
  await using play = await scene('our SDK', 'busy', { limits: { drainMs: 1_000 } })
  const { server, relay, room, slow, seen } = play
  relay.stop()
  await eventually(async () => expect(await counted(server, 'slow_clients_closed')).toBe(1))
  await eventually(() => expect(outletOf(room, slow)).toBeUndefined())
  const before = seen.slow.tick
  relay.resume()
  await eventually(() => expect(seen.slow.tick).toBeGreaterThan(before + 10))
  expect(seen.slow.wrong).toBe(0)
  expect(seen.quick.wrong).toBe(0)
})

it('[BP7] a stock client is told by a close code of its own, and may come back with its token', async () => {
  await using play = await scene('our SDK', 'busy', { limits: { drainMs: 1_000 } })
  const { server, relay, room } = play
  const client = new StockClient(`wss://localhost:${relay.port}`)
  const stock = await client.joinById<BusyState>(room.roomId)
  const left = new Promise<number>((resolve) => stock.onLeave((code) => resolve(code)))
  await eventually(() => expect(stock.state.tick).toBeGreaterThan(0))
  relay.stop()
  await eventually(async () => expect(await counted(server, 'slow_clients_closed')).toBeGreaterThan(0))
  relay.resume()
  expect(await left).toBe(4330)
  await wait(0)
  const again = await client.reconnect<BusyState>(stock.reconnectionToken)
  expect(again.sessionId).toBe(stock.sessionId)
  const seen = watch(
    Object.assign(again, { onPatch: (on: () => void) => void again.onStateChange(on) }),
    room,
  )
  await eventually(() => expect(seen.patches).toBeGreaterThan(10))
  expect(seen.wrong).toBe(0)
})

it('[BP8] a slow client costs nobody else a patch', async () => {
  await using server = await startTestServer({ rooms, limits: { drainMs: 60_000, pingIntervalMs: 60_000 } })
  const port = Number(new URL(server.url).port)
  await using relay = await Relay.open({ port })
  const quick = await server.connect().joinOrCreate('busy')
  const slow = await join('our SDK', 'busy', relay.port)
  const room = server.room('busy', quick)
  const seen = watch({ ...slow, state: quick.state as never, onPatch: (on) => void quick.onPatch(on) }, room)
  await server.step(5, quick)
  relay.stop()
  for (let tick = 0; tick < 200; tick++) await server.step(1, quick)
  expect(outletOf(room, slow).behind).toBe(true)
  expect(seen).toMatchObject({ wrong: 0, gaps: 0, tick: 205 })
})
