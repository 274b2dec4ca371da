import { expect } from 'vitest'
import { InterestArea } from '../../../../server/sync/interest/interest-area.ts'
import { InterestAreas } from '../../../../server/sync/interest/interest-areas.ts'
import type { DistanceTier } from '../../../../server/sync/interest/interest-options.ts'
import { PatchSerializer } from '../../../../server/sync/patch-serializer.ts'
import { CRATE_AREA, expectedAhead, expectNothingHidden, MOB_AREA, Observer, paced } from './observers.ts'
import { World, type WorldState } from './world.ts'

export interface SceneOptions {
  /** Begin on the stock encoder. */
  stock?: boolean
  bytesPerSecond?: number
  tiers?: readonly DistanceTier[]
}

export const PATCH_RATE_HZ = 20

/** A world of chance, its serializer, and players who look at it. */
export class Scene {
  readonly world: World
  readonly serializer: PatchSerializer<WorldState>
  readonly observers = new Map<string, Observer>()
  readonly fallbacks: string[] = []
  putOff = 0

  constructor(seed: number, { stock = false, bytesPerSecond = Infinity, tiers = [] }: SceneOptions = {}) {
    const world = new World(seed)
    this.world = world
    world.settled = stock
    const areas = new InterestAreas({
      bytesPerSecond: () => bytesPerSecond,
      patchRateHz: () => PATCH_RATE_HZ,
      onFallback: (area, reason) => this.fallbacks.push(`${area}: ${reason}`),
      onFailure: (thrown) => {
        throw thrown
      },
      onPutOff: (count) => {
        this.putOff += count
      },
    })
    const mobs = new InterestArea(world.state.mobs as never, { ...MOB_AREA, tiers } as never)
    const crates = new InterestArea(world.state.crates as never, { ...CRATE_AREA, tiers } as never)
    if (stock) mobs.fallback = crates.fallback = 'as the test wants it'
    areas.add(mobs)
    areas.add(crates)
    this.serializer = new PatchSerializer<WorldState>(areas)
    this.serializer.reset(world.state as never)
  }

  patch(): void {
    this.serializer.applyPatches(paced(this.observers.values()), this.world.state)
  }

  /** Players come, go, stall, lose their connection and return. `exact`: what they get at once is compared. */
  shuffle(exact = true): void {
    const { world, serializer, observers } = this
    if (observers.size < 3 || (observers.size < 12 && world.chance(0.1))) {
      const observer = new Observer(`p${world.below(1e6)}`)
      if (world.chance(0.9)) world.spawnMob(observer.sessionId)
      observer.join(serializer)
      observers.set(observer.sessionId, observer)
      this.#check(observer, exact)
    }
    for (const [id, observer] of observers) this.#disturb(id, observer, exact)
  }

  #disturb(id: string, observer: Observer, exact: boolean): void {
    const { world, serializer, observers } = this
    const luck = world.random()
    if (luck < 0.01) {
      observers.delete(id)
      world.state.mobs.delete(id)
      serializer.leave(observer.asClient)
    } else if (luck < 0.03) {
      const again = observer.returned(serializer)
      observers.set(id, again)
      this.#check(again, exact)
    } else if (luck < 0.05) observer.stalled = !observer.stalled
    else if (luck < 0.06) world.state.mobs.delete(id)
    else if (!world.state.mobs.has(id) && luck < 0.15) world.spawnMob(id)
  }

  #check(observer: Observer, exact: boolean): void {
    const should = expectedAhead(this.world, observer, observer.decoder.state)
    expectNothingHidden(observer, should)
    if (exact) expect(observer.decoder.state.toJSON()).toEqual(should)
  }
}
