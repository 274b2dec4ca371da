import { expect } from 'vitest'
import { expected, expectNothingHidden, type Onlooker } from './observers.ts'
import type { Scene } from './scene.ts'

/**
 * Runs a world tick by tick, and compares what each client has with the plainest of filters.
 *
 * @returns how many entities were compared, added up over the ticks
 */
export function compare(
  scene: Scene,
  { ticks = 0, stock = false, eachTick = (_tick: number) => {} },
): number {
  const { world, observers } = scene
  let entityTicks = 0
  for (let tick = 0; tick < ticks; tick++) {
    if (world.chance(0.5)) scene.shuffle()
    world.step()
    eachTick(tick)
    if (world.chance(0.5)) scene.shuffle()
    scene.patch()
    entityTicks += world.state.mobs.size + world.state.crates.size
    for (const observer of observers.values()) {
      const should = expected(world, observer)
      expectNothingHidden(observer, should)
      if (observer.behind) forget(observer, stock || scene.fallbacks.length > 0)
      else expect(observer.decoder.state.toJSON(), `tick ${tick}, ${observer.sessionId}`).toEqual(should)
    }
  }
  return entityTicks
}

/** Who is behind is told everything anew; only a view remembers what was at the margin. */
export function forget({ saw }: Onlooker, viewed: boolean): void {
  if (!viewed) saw.mobs.clear()
  saw.crates.clear()
}
