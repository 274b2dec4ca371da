import { expect, it, vi } from 'vitest'
import { playLive } from '../server/sync/interest/live-worlds.ts'

const WORLDS = 60

it('[IA1] [IA3] [IA10] both SDKs over wss have what the plainest filter shows them, in many worlds', async () => {
  const said = vi.fn()
  for (const level of ['error', 'warn'] as const) vi.spyOn(console, level).mockImplementation(said)
  const seeds = Array.from({ length: WORLDS }, (_, n) => 2_000 + n)
  const happened = await playLive(seeds, 400)
  expect(said.mock.calls, 'what decoders say').toEqual([])
  expect(happened.entityTicks).toBeGreaterThan(1_000_000)
  expect(happened.comparisons).toBeGreaterThan(100_000)
  vi.restoreAllMocks()
}, 3_600_000)
