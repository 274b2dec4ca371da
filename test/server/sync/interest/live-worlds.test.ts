import { expect, it, vi } from 'vitest'
import { playLive } from './live-worlds.ts'

/** `npm run test:long` plays more of them. Seeds that found something once are kept here. */
const SEEDS = [1, 7]

it('[IA1] [IA3] [IA10] over wss both SDKs have what the plainest filter shows them, and no frame holds more', async () => {
  const said = vi.fn()
  for (const level of ['error', 'warn'] as const) vi.spyOn(console, level).mockImplementation(said)
  const happened = await playLive(SEEDS, 60)
  expect(said.mock.calls, 'what decoders say').toEqual([])
  expect(happened.comparisons).toBeGreaterThan(300)
  for (const [what, count] of Object.entries(happened)) expect(count, what).toBeGreaterThan(3)
  vi.restoreAllMocks()
}, 300_000)
