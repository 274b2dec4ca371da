import { Client as StockClient } from '@colyseus/sdk'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { DEFAULT_LIMITS } from '../../../server/limits.ts'
import { startTestServer } from '../../../testing/index.ts'
import { Relay } from '../../relay.ts'
import { type BusyState, outletOf } from './busy-room.ts'
import {
  CASES,
  counted,
  highest,
  join,
  listenToConsole,
  patiently,
  rooms,
  SLACK_BYTES,
  scene,
  watch,
} from './scene.ts'

// Rooms this busy are slow on a machine that is busy too.
vi.setConfig({ testTimeout: 180_000 })

let said: ReturnType<typeof listenToConsole>
beforeEach(() => {
  said = listenToConsole()
})
afterEach(() => {
  expect(said.error, 'what a decoder says of bytes it does not understand').not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

it.each(CASES)('[BP4] a line too thin for the room carries its latest state: %s, %s', async (sdk, name) => {
  await using play = await scene(sdk, name, { bytesPerSecond: 300_000 })
  const { server, room, slow, seen } = play
  using most = highest(room, slow)
  const patches = seen.slow.patches
  await patiently(() => expect(seen.slow.patches).toBeGreaterThan(patches + 15))
  expect(most.queuedBytes).toBeLessThan(DEFAULT_LIMITS.highWaterBytes + SLACK_BYTES)
  expect(most.inFlightBytes).toBeLessThan(DEFAULT_LIMITS.maxInFlightBytes + SLACK_BYTES)
  await patiently(async () => expect(await counted(server, 'resyncs')).toBeGreaterThan(5))
  room.still = true
  await patiently(() => expect(slow.state.tick).toBe(room.state.tick))
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
    await patiently(() => expect(seen.slow.patches).toBeGreaterThan(5))
    relay.stop()
    const stalledAt = room.state.tick
    await patiently(() => expect(room.state.tick).toBeGreaterThan(stalledAt + 5 * room.tickRateHz))
    const patches = seen.slow.patches
    relay.resume()
    await patiently(() => expect(slow.state.tick).toBeGreaterThan(stalledAt + 5 * room.tickRateHz))
    // What was on its way when it stopped, and then the state as it is: not what it missed.
    expect(seen.slow.patches - patches).toBeLessThan(60)
    room.still = true
    await patiently(() => expect(slow.state.tick).toBe(room.state.tick))
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
  await patiently(async () => expect(await counted(server, 'slow_clients_closed')).toBe(1))
  await patiently(() => expect(outletOf(room, slow)).toBeUndefined())
  const before = seen.slow.tick
  relay.resume()
  await patiently(() => expect(seen.slow.tick).toBeGreaterThan(before + 10))
  expect(seen.slow.wrong).toBe(0)
  expect(seen.quick.wrong).toBe(0)
})

it('[BP7] a stock client is told by a close code of its own, and may come back with its token', async () => {
  await using play = await scene('our SDK', 'busy', { limits: { drainMs: 1_000 } })
  const { relay, room } = play
  const client = new StockClient(`wss://localhost:${relay.port}`)
  const stock = await client.joinById<BusyState>(room.roomId)
  const left = new Promise<number>((resolve) => stock.onLeave((code) => resolve(code)))
  await patiently(() => expect(stock.state.tick).toBeGreaterThan(0))
  relay.stop()
  await patiently(() => expect(outletOf(room, stock).readyState).not.toBe(1))
  relay.resume()
  expect(await left).toBe(4330)
  const again = await client.reconnect<BusyState>(stock.reconnectionToken)
  expect(again.sessionId).toBe(stock.sessionId)
  const seen = watch(
    Object.assign(again, { onPatch: (on: () => void) => void again.onStateChange(on) }),
    room,
  )
  await patiently(() => expect(seen.patches).toBeGreaterThan(10))
  expect(seen.wrong).toBe(0)
})

it('[BP8] a slow client costs nobody else a patch', async () => {
  await using server = await startTestServer({ rooms, limits: { drainMs: 60_000, pingIntervalMs: 60_000 } })
  const port = Number(new URL(server.url).port)
  await using relay = await Relay.open({ port })
  const quick = await server.connect().joinOrCreate('busy')
  const slow = await join('the stock SDK', 'busy', relay.port)
  const room = server.room('busy', quick)
  const seen = watch({ ...slow, state: quick.state as never, onPatch: (on) => void quick.onPatch(on) }, room)
  await server.step(5, quick)
  relay.stop()
  for (let tick = 0; tick < 200; tick++) await server.step(1, quick)
  expect(outletOf(room, slow).behind).toBe(true)
  expect(seen).toMatchObject({ wrong: 0, gaps: 0, tick: 205 })
})

it('[BP3] acknowledgements and answered pings are nobody’s offence, however many', async () => {
  const limits = { controlFramesPerSecond: 1, controlFrameBurst: 5, messagesPerSecond: 1, messageBurst: 5 }
  await using play = await scene('the stock SDK', 'busy', { limits })
  const { server, seen } = play
  await patiently(() => expect(seen.slow.patches).toBeGreaterThan(20))
  await patiently(() => expect(seen.quick.patches).toBeGreaterThan(20))
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  expect(metrics).not.toMatch(/^fairground_frames_refused_total\{/m)
  expect(seen.slow.wrong + seen.quick.wrong).toBe(0)
})
