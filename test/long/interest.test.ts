import { expect, it, vi } from 'vitest'
import { compare } from '../server/sync/interest/compare.ts'
import { Scene } from '../server/sync/interest/scene.ts'

it('[IA1] every client has what the plainest filter shows it, over a million entity-ticks', () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {})
  let entityTicks = 0
  for (let seed = 1_000; entityTicks < 1_000_000; seed++) {
    try {
      entityTicks += compare(new Scene(seed), { ticks: 400 })
    } catch (cause) {
      throw new Error(`seed ${seed}`, { cause })
    }
    expect(told.mock.calls, `what decoders say with seed ${seed}`).toEqual([])
  }
}, 1_800_000)
