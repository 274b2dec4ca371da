import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { compare, forget } from './compare.ts'
import { expected, expectNothingHidden, type Observer } from './observers.ts'
import { PATCH_RATE_HZ, Scene } from './scene.ts'

/** `npm run test:long` sets more of both. */
const TICKS = Number(process.env['FAIRGROUND_INTEREST_TICKS'] ?? 150)
const SEEDS = process.env['FAIRGROUND_INTEREST_SEEDS']?.split(',').map(Number) ?? [1, 2, 3, 4]
/** They found something once. */
const KEPT_SEEDS = [1, 5, 7, 111, 128, 30_068, 30_089, 30_190]
const ALL_SEEDS = [...new Set([...SEEDS, ...KEPT_SEEDS])]

const told = vi.fn()
beforeEach(() => {
  for (const level of ['error', 'warn'] as const)
    vi.spyOn(console, level).mockImplementation(told.mockClear())
})
afterEach(() => {
  expect(told.mock.calls, 'what decoders say').toEqual([])
  vi.restoreAllMocks()
})

it.each(ALL_SEEDS)(
  '[IA1] every client has what the plainest filter shows it, tick by tick: seed %i',
  (seed) => {
    const scene = new Scene(seed)
    expect(compare(scene, { ticks: TICKS })).toBeGreaterThan(TICKS * 10)
    expect(scene.fallbacks).toEqual([])
  },
)

it.each(ALL_SEEDS)('[IA9] the same by the stock encoder: seed %i', (seed) => {
  compare(new Scene(seed, { stock: true }), { ticks: TICKS, stock: true })
})

it.each(ALL_SEEDS)('[IA9] the same when an area falls back on the way: seed %i', (seed) => {
  const scene = new Scene(seed)
  scene.world.settled = true
  compare(scene, { ticks: TICKS, eachTick: (tick) => void (tick === 60 && scene.world.spawnWagon()) })
  expect(scene.fallbacks).toHaveLength(1)
})

it.each([
  ['bytes', { bytesPerSecond: 1_200 }],
  ['tiers', { tiers: [{ beyondMetres: 8, everyPatches: 5 }] }],
  ['bytes and tiers', { bytesPerSecond: 1_200, tiers: [{ beyondMetres: 8, everyPatches: 5 }] }],
] as const)(
  '[IA7] with %s, clients have nothing more than they should, and all of it in the end',
  (_, options) => {
    let putOff = 0
    for (const seed of SEEDS) {
      const scene = new Scene(seed, options)
      const { world, observers } = scene
      for (let tick = 0; tick < TICKS / 2; tick++) {
        scene.shuffle(false)
        world.step()
        scene.patch()
        for (const observer of observers.values()) {
          const should = expected(world, observer)
          expectNothingHidden(observer, should)
          if (observer.behind) forget(observer, false)
          else expectWithin(observer, should)
        }
        if (tick % 25 === 24) settle(scene)
      }
      putOff += scene.putOff
    }
    expect(putOff).toBeGreaterThan(0)
  },
)

/** Whom a client has, it may have; what it knows of them may be old. */
function expectWithin({ decoder, sessionId }: Observer, should: Record<string, unknown>): void {
  const has = decoder.state.toJSON() as unknown as Record<string, object>
  for (const collection of ['mobs', 'crates'])
    for (const key of Object.keys(has[collection]!))
      expect(should[collection], `${sessionId} has ${key}`).toHaveProperty([key])
}

/** Nothing happens any more: everybody gets what was left out. */
function settle(scene: Scene): void {
  const { world, observers } = scene
  for (const observer of observers.values()) observer.stalled = false
  for (let patch = 0; patch < 10 * PATCH_RATE_HZ; patch++) scene.patch()
  for (const observer of observers.values()) {
    expect(observer.decoder.state.toJSON()).toEqual(expected(world, observer))
    observer.frames.length = 0
  }
}
