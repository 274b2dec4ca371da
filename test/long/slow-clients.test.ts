import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { DEFAULT_LIMITS } from '../../server/limits.ts'
import { outletOf } from '../server/sync/busy-room.ts'
import {
  CASES,
  counted,
  highest,
  listenToConsole,
  patiently,
  SLACK_BYTES,
  scene,
} from '../server/sync/scene.ts'

const PAUSE_MS = 60_000
/** So long waits nobody by default. */
const PATIENT = { drainMs: 2 * PAUSE_MS, pingIntervalMs: 2 * PAUSE_MS }

let said: ReturnType<typeof listenToConsole>
beforeEach(() => {
  said = listenToConsole()
})
afterEach(() => {
  expect(said.error, 'what a decoder says of bytes it does not understand').not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

it.each(CASES)('[BP4] 60 s on a line too thin for the room: %s, %s', async (sdk, name) => {
  await using play = await scene(sdk, name, { bytesPerSecond: 300_000 })
  const { room, slow, seen } = play
  using most = highest(room, slow)
  await until(room, room.state.tick + 60 * room.tickRateHz)
  room.still = true
  await patiently(() => expect(slow.state.tick).toBe(room.state.tick))
  expect(slow.state.toJSON()).toEqual(room.state.toJSON())
  expect(most.queuedBytes).toBeLessThan(DEFAULT_LIMITS.highWaterBytes + SLACK_BYTES)
  expect(seen.slow.wrong + seen.quick.wrong).toBe(0)
})

it.each(CASES)('[BP5] who reads nothing for 60 s has the latest state again: %s, %s', async (sdk, name) => {
  await using play = await scene(sdk, name, { limits: PATIENT })
  const { relay, room, slow, seen } = play
  using most = highest(room, slow)
  room.reconnectHoldSeconds = 120
  relay.stop('both')
  const { tick } = room.state
  await until(room, tick + 60 * room.tickRateHz)
  // Our SDK takes a line that is silent for so long for dead, and opens another as soon as it can.
  if (sdk === 'the stock SDK') expect(outletOf(room, slow).behind).toBe(true)
  relay.resume()
  await patiently(() => expect(slow.state.tick).toBeGreaterThan(tick + 60 * room.tickRateHz))
  room.still = true
  await patiently(() => expect(slow.state.tick).toBe(room.state.tick))
  expect(slow.state.toJSON()).toEqual(room.state.toJSON())
  expect(most.queuedBytes).toBeLessThan(DEFAULT_LIMITS.highWaterBytes + SLACK_BYTES)
  expect(seen.slow.wrong + seen.quick.wrong).toBe(0)
})

it('[BP7] who reads nothing for 60 s is cut by the limits as they are, and nothing of it stays behind', async () => {
  await using play = await scene('our SDK', 'busy', {})
  const { server, relay, room, slow, seen } = play
  relay.stop()
  await until(room, room.state.tick + 60 * room.tickRateHz)
  expect(room.clients).toHaveLength(1)
  expect(outletOf(room, slow)).toBeUndefined()
  expect(await counted(server, 'patches_skipped')).toBeGreaterThan(0)
  expect(seen.quick.wrong).toBe(0)
})

/** Waits for a tick of the room. */
async function until(room: { state: { tick: number } }, tick: number): Promise<void> {
  await vi.waitFor(() => expect(room.state.tick).toBeGreaterThanOrEqual(tick), {
    timeout: 4 * PAUSE_MS,
    interval: 100,
  })
}
