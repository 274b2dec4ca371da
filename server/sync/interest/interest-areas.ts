import type { Client } from '@colyseus/core'
import type { ChangeTree, Encoder, Schema } from '@colyseus/schema'
import { isJoined } from '../paced-client.ts'
import { AreaFrames } from './area-frames.ts'
import { noteAhead, planArea } from './area-plan.ts'
import type { AreaViewer } from './area-viewer.ts'
import type { AreasHost } from './areas-host.ts'
import { type BytePurse, BytePurses } from './byte-purse.ts'
import { type Change, ChangeQueue, changeOf } from './change-queue.ts'
import { NOTHING } from './entity-table.ts'
import { Eyes } from './eyes.ts'
import { FramePlan } from './frame-plan.ts'
import type { InterestArea } from './interest-area.ts'
import { type Offer, settle } from './put-off.ts'
import { bringsOld, SliceEncoder } from './slice-encoder.ts'
import { StockViews } from './stock-views.ts'

type AnyArea = InterestArea
/** Seconds of its budget that a client's first state may take. */
const FIRST_SECONDS = 1

/**
 * The interest areas of one room. They take their collections' changes out of the stock encoder's queue, encode each
 * changed entity once, and put every client's part of a patch together from the pieces.
 */
export class InterestAreas {
  /** Where clients' pieces are gathered; valid until the next plan. */
  readonly plan = new FramePlan()
  readonly #host: AreasHost
  readonly #areas: AnyArea[] = []
  readonly #frames = new Map<AnyArea, AreaFrames>()
  readonly #eyes = new Eyes()
  readonly #purses = new BytePurses()
  /** Areas of which it was told that they go the slow way. */
  readonly #slow = new Set<AnyArea>()
  readonly #stock = new StockViews()
  /** Who may hold something of the areas. */
  readonly #served = new Set<Client>()
  /** Of the room's callbacks, since the last patch began. */
  #failures = 0
  #encoder: Encoder<Schema> | undefined
  #slices: SliceEncoder | undefined
  #queue: ChangeQueue | undefined

  constructor(host: AreasHost) {
    this.#host = host
  }

  get any(): boolean {
    return this.#areas.length > 0
  }

  /** Collections that the stock encoder must not walk through. */
  get maps(): AnyArea[] {
    return this.#areas.filter(({ fallback, map }) => fallback === undefined && map !== undefined)
  }

  /** The memory that {@link plan} speaks of. */
  get memory(): Buffer {
    return this.#slices!.bytes
  }

  add(area: AnyArea): void {
    area.onFailure = (error) => this.#fail(error)
    // A class that extends another declares the area its own way.
    const same = this.#areas.findIndex(({ path }) => path.join('.') === area.path.join('.'))
    if (same >= 0) this.#areas.splice(same, 1)
    this.#areas.push(area)
    if (this.#slices) this.#frames.set(area, new AreaFrames(area, this.#slices))
  }

  /** The room's state is a new one. */
  attach(encoder: Encoder<Schema>): void {
    this.#encoder = encoder
    this.#slices = new SliceEncoder(encoder)
    this.#queue = new ChangeQueue(encoder.root)
    this.#frames.clear()
    for (const area of this.#areas) this.#frames.set(area, new AreaFrames(area, this.#slices))
  }

  /** Nobody was there to be told of some changes. */
  missed(): void {
    for (const area of this.#areas) area.stale = true
  }

  /**
   * Begins a patch: what changed in the areas is taken out of the queue, and everybody's place is noted.
   *
   * @returns whether anything did
   */
  collect(clients: readonly Client[]): boolean {
    this.#served.clear()
    for (const client of clients) if (isJoined(client)) this.#served.add(client)
    this.#failures = 0
    this.#slices!.clear()
    for (const area of this.#areas) {
      area.bind(this.#encoder!.state)
      this.#sync(area)
      const frames = this.#frames.get(area)!
      frames.renew()
      frames.patch++
    }
    this.#giveUp()
    this.#assign(this.#queue!.take(this.maps))
    for (const area of this.#areas) area.sight.place()
    for (const area of this.#areas) if (area.fallback !== undefined) this.#lookThroughViews(area)
    return this.#queue!.took
  }

  /** Works out a client's part of the patch; its size is `plan.bytes`. @param sharedBytes what it gets besides */
  look(client: Client, sharedBytes: number): void {
    this.plan.clear()
    this.#eyes.aim(this.#areas, client)
    const purse = this.#purse(client, 1 / this.#host.patchRateHz())
    purse?.share(sharedBytes)
    const offers: Offer[] = []
    for (const area of this.#areas) {
      if (area.fallback !== undefined) continue
      const viewer = area.viewer(client)
      this.#frames.get(area)!.container(viewer, this.plan)
      if (!area.collection) continue
      area.sight.look(viewer)
      this.#plan(area, viewer, offers, purse)
    }
    this.#settle(offers, purse)
  }

  /** What of the areas belongs into a client's whole state, from the beginning. */
  lookAnew(client: Client): void {
    this.#served.add(client)
    this.plan.clear()
    this.#slices!.clear()
    this.#refresh()
    this.#eyes.aim(this.#areas, client)
    const purse = this.#purse(client, FIRST_SECONDS)
    const offers: Offer[] = []
    const shown: [AnyArea, AreaViewer][] = []
    for (const area of this.#areas) {
      if (area.fallback !== undefined) {
        const viewer = area.viewer(client)
        area.sight.lookAhead(viewer)
        this.#stock.apply(area, viewer, client)
        continue
      }
      if (!area.collection) continue
      const viewer = area.viewer(client)
      viewer.forget()
      this.#frames.get(area)!.container(viewer, this.plan)
      area.sight.lookAhead(viewer)
      this.#plan(area, viewer, offers, purse)
      shown.push([area, viewer])
    }
    this.#settle(offers, purse)
    for (const [area, viewer] of shown) noteAhead(area, viewer)
  }

  /** Structures that a client holds, of what the areas told it. */
  held(client: Client, tell: (tree: ChangeTree, tags: number) => void): void {
    for (const area of this.maps) {
      const viewer = area.viewer(client)
      for (let at = 0; at < viewer.count; at++) {
        const slot = viewer.list[at]!
        const record = area.table.records[slot]
        if (!record || record.gone || viewer.sent?.[slot] === 0) continue
        const walk = (tree: ChangeTree): void => {
          tell(tree, viewer.tags?.[slot] ?? 0)
          tree.forEachChild(walk)
        }
        walk(record.tree)
      }
    }
  }

  /** Whether a structure is part of what the areas tell by themselves. */
  holds(tree: ChangeTree): boolean {
    return changeOf(tree, this.maps) !== undefined
  }

  /** A session is over. */
  leave(sessionId: string): void {
    this.#eyes.leave(sessionId)
    for (const area of this.#areas) area.leave(sessionId)
  }

  /** The client holds nothing that can be built upon any more. */
  forget(client: Client): void {
    // Its entity is followed all the same: where it dies is where its client looks from afterwards.
    this.#eyes.aim(this.#areas, client)
    for (const area of this.#areas) if (area.fallback === undefined) area.viewer(client).forget()
  }

  /** What changed during the patch is for the next one; after the encoder has dropped what was told. */
  resume(): void {
    this.#queue!.resume()
  }

  /** Ends a patch. */
  release(): void {
    this.#queue!.release(this.maps)
    for (const area of this.#areas) {
      for (const record of area.changed) {
        record.changed = NOTHING
        record.rewrite = record.returned = false
      }
      area.changed = []
      for (const { slot, tree } of area.table.release()) {
        this.#frames.get(area)!.reuse(slot)
        this.#stock.unsee(tree)
      }
    }
  }

  #purse(client: Client, seconds: number): BytePurse | undefined {
    let perSecond = Number.POSITIVE_INFINITY
    try {
      perSecond = this.#host.bytesPerSecond(client)
    } catch (error) {
      this.#fail(error)
    }
    return this.#purses.fill(client, perSecond, seconds)
  }

  #fail(error: unknown): void {
    this.#host.onFailure(error, this.#failures++ === 0)
  }

  #plan(area: AnyArea, viewer: AreaViewer, offers: Offer[], purse: BytePurse | undefined): void {
    const frames = this.#frames.get(area)!
    const offer = planArea({ area, viewer, frames, plan: this.plan, limited: purse !== undefined })
    if (offer) offers.push(offer)
  }

  /** All areas together share a client's bytes. */
  #settle(offers: readonly Offer[], purse: BytePurse | undefined): void {
    const putOff = settle(offers, this.plan, purse)
    purse?.spend(this.plan.bytes)
    if (putOff > 0) this.#host.onPutOff(putOff)
  }

  /** Between two patches: who came and went since the last one. */
  #refresh(): void {
    for (const area of this.#areas) {
      area.bind(this.#encoder!.state)
      this.#sync(area)
      this.#frames.get(area)!.renew()
    }
    this.#giveUp()
  }

  #sync(area: AnyArea): void {
    const { tree, fallback, stale } = area
    if (fallback !== undefined || stale) area.sync()
    else if (tree && tree.size() > 0) area.sync(this.#dirtyEntries(tree))
  }

  /** Numbers of the entries that changed; all of them when the map was emptied meanwhile. */
  #dirtyEntries(tree: ChangeTree): Iterable<number> | undefined {
    return tree.collPureOps !== undefined && tree.collPureOps.length > 0 ? undefined : tree.collDirty!.keys()
  }

  #assign(changes: readonly Change[]): void {
    for (const [area, entity, tree] of changes) {
      const record = area.table.of(entity)
      if (!record) continue
      if (record.changed === NOTHING) {
        area.changed.push(record)
        record.changed = [tree]
      } else record.changed.push(tree)
      if (this.#queue!.isAgain(tree) || (!record.flat && bringsOld(tree))) record.rewrite = true
    }
    for (const area of this.#areas) this.#frames.get(area)!.note(area.changed)
  }

  #giveUp(): void {
    for (const [area, reason] of this.#queue!.unusual(this.maps)) this.#fallBack(area, reason)
    for (const area of this.#areas) {
      if (area.fallback === undefined || this.#slow.has(area)) continue
      this.#slow.add(area)
      this.#host.onFallback(area.path.join('.'), area.fallback)
    }
  }

  #fallBack(area: AnyArea, reason: string): void {
    area.fallback = reason
    area.stale = true
    for (const client of this.#served)
      this.#stock.takeOver(area, area.viewer(client), client, this.#encoder!.root)
  }

  #lookThroughViews(area: AnyArea): void {
    for (const client of this.#served) {
      const viewer = area.viewer(client)
      this.#eyes.aim(this.#areas, client)
      area.sight.look(viewer)
      this.#stock.apply(area, viewer, client)
    }
  }
}
