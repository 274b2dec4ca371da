import type { Client } from '@colyseus/core'
import { $changes, $refId, type ChangeTree, MapSchema, type Schema } from '@colyseus/schema'
import { AreaSight } from './area-sight.ts'
import { AreaViewer, type Eye, type Outlook } from './area-viewer.ts'
import { pathOf } from './collection-path.ts'
import { type EntityRecord, EntityTable } from './entity-table.ts'
import {
  type AnyInterestOptions,
  type Entity,
  type InterestRule,
  interestRule,
  type Place,
  type SpatialCollection,
} from './interest-options.ts'

/** A part of the state of which every client gets what is near it. Made by `room.interest()`. */
export class InterestArea<E = Entity> {
  /** @internal */
  readonly rule: InterestRule
  /** @internal */
  readonly table: EntityTable
  /** @internal */
  readonly sight: AreaSight
  /** @internal The collection as it is now; undefined while the state holds none. */
  collection: SpatialCollection<Entity> | undefined
  /** @internal */
  tree: ChangeTree | undefined
  /** @internal The structure that holds the collection, and the number of its field there. */
  above: ChangeTree | undefined
  /** @internal */
  field = 0
  /** @internal The collection where it is a map, as the fast path needs it. */
  map: MapSchema<Entity> | undefined
  /** @internal Why the stock encoder does the work; undefined on the fast path. */
  fallback: string | undefined
  /** @internal Names of the fields that lead from the state to the collection. */
  readonly path: readonly string[]
  /** @internal Its entities that changed since the last patch. */
  changed: EntityRecord[] = []
  /** @internal All entries are to be compared at the next patch. */
  stale = true
  /** @internal Fails in the room's own callbacks are told here. */
  onFailure: (error: unknown) => void = () => {}
  readonly #viewers = new WeakMap<object, AreaViewer>()
  /** Where the clients of sessions look from, whatever connection they have. */
  readonly #outlooks = new Map<string, Outlook>()
  /** What the latest connection of each session sees. */
  readonly #sessions = new Map<string, AreaViewer>()

  constructor(collection: SpatialCollection<E>, options: AnyInterestOptions) {
    this.rule = interestRule(options)
    this.path = pathOf(collection as SpatialCollection<Entity>)
    this.table = new EntityTable(this.rule)
    this.sight = new AreaSight(this.rule, this.table, (question, otherwise) => this.#ask(question, otherwise))
  }

  /**
   * Lets a client look from somewhere else than its own entity, in this area and those that follow it: a spectator, a
   * camera over a grave. It stays there until it is called again; undefined gives the client back to its entity.
   */
  lookFrom(client: Pick<Client, 'sessionId'>, place: Place | undefined): void {
    this.#outlookOf(client.sessionId).lookAt = place && { ...place }
  }

  /** Whether a client sees an entity, as of the last patch. */
  sees(client: Pick<Client, 'sessionId'>, entity: E): boolean {
    const record = this.table.of((entity as Entity)[$changes]!)
    const viewer = this.#sessions.get(client.sessionId)
    return record !== undefined && (viewer?.seen[record.slot] ?? 0) > 0
  }

  /** @internal */
  viewer(client: object): AreaViewer {
    let viewer = this.#viewers.get(client)
    if (!viewer) {
      const { sessionId } = client as Client
      viewer = new AreaViewer(client, this.#outlookOf(sessionId))
      this.#viewers.set(client, viewer)
      this.#sessions.set(sessionId, viewer)
    }
    return viewer
  }

  #outlookOf(sessionId: string): Outlook {
    let outlook = this.#outlooks.get(sessionId)
    if (!outlook) {
      outlook = { eye: { placed: false, x: 0, y: 0, z: 0 }, lookAt: undefined }
      this.#outlooks.set(sessionId, outlook)
    }
    return outlook
  }

  /** @internal */
  leave(sessionId: string): void {
    this.#outlooks.delete(sessionId)
    this.#sessions.delete(sessionId)
  }

  /** @internal Finds the collection in the state; whether it is another one than before. */
  bind(state: Schema): boolean {
    let at: Schema | undefined = state
    for (const name of this.path.slice(0, -1))
      at = (at as Record<string, Schema | undefined> | undefined)?.[name]
    this.above = at?.[$changes]
    const name = this.path.at(-1)!
    const found = (at as Record<string, unknown> | undefined)?.[name]
    const collection = (found ?? undefined) as SpatialCollection<Entity> | undefined
    if (collection === this.collection) return false
    this.collection = collection
    this.tree = collection?.[$changes]
    this.field = this.above?.encDescriptor.names.indexOf(name) ?? 0
    this.map = collection instanceof MapSchema ? collection : undefined
    if (collection && !this.map) this.fallback ??= 'a collection that is no map'
    this.table.clear()
    this.stale = true
    return true
  }

  /** @internal */
  get container(): number {
    return this.collection?.[$refId] ?? -1
  }

  /** @internal Takes note of who came and went, by the numbers of changed entries where they are known. */
  sync(indexes?: Iterable<number>): void {
    if (!this.collection) return
    if (indexes && this.map && !this.stale) this.table.syncEntries(this.map, indexes)
    else this.table.syncAll(this.collection, this.map)
    this.stale = false
  }

  /** @internal Finds where a client looks from, if this area knows. */
  aim(client: object): Eye | undefined {
    const { rule, table } = this
    const viewer = this.viewer(client)
    const owned = rule.owner
      ? this.#ask(() => rule.owner?.(client as never), undefined)
      : (client as Client).sessionId
    // Its entity is looked up only when it is another one: what has left the collection is gone.
    if (!viewer.own || viewer.own.gone || viewer.own.key !== owned) {
      viewer.own = this.collection && table.find(this.collection, owned)
      viewer.self.own = viewer.own?.entity
    }
    if (viewer.own) table.place(viewer.own)
    const asked = rule.viewpoint && this.#ask(() => rule.viewpoint?.(client as never), undefined)
    const place = viewer.outlook.lookAt ?? asked ?? (viewer.own && this.#placeOf(viewer.own.slot))
    if (place === undefined) return undefined
    move(viewer.eye, place)
    return viewer.eye
  }

  /** @internal The tags that a client holds of an entity. */
  tagsOf(viewer: AreaViewer, slot: number): number {
    const { tags } = this.rule
    if (!tags) return 0
    return this.#ask(() => tags(this.table.records[slot]!.entity, viewer.self as never), 0) & 0x7fffffff
  }

  /** @internal How much an entity matters to a client: what is near comes first. */
  weightOf(viewer: AreaViewer, slot: number): number {
    const metres = this.metresTo(viewer, slot)
    const { priority, radiusMetres } = this.rule
    const { entity } = this.table.records[slot]!
    const near = 1 - 0.9 * Math.min(1, metres / (radiusMetres || 1))
    const weight = priority ? this.#ask(() => priority(entity, viewer.self as never, metres), near) : near
    // What matters nothing would wait for ever.
    return Math.max(0.001, Number.isFinite(weight) ? weight : near)
  }

  /** @internal */
  metresTo({ eye }: AreaViewer, slot: number): number {
    const { xs, ys, zs } = this.table
    const metres = Math.hypot(xs[slot]! - eye.x, ys[slot]! - eye.y, this.rule.z ? zs[slot]! - eye.z : 0)
    return Number.isFinite(metres) ? metres : Number.POSITIVE_INFINITY
  }

  #placeOf(slot: number): Place | undefined {
    const { xs, ys, zs } = this.table
    const place = { x: xs[slot]!, y: ys[slot]!, z: zs[slot]! }
    return Number.isNaN(place.x + place.y + place.z) ? undefined : place
  }

  /** What a room's own code answers; a failure there hides rather than shows, and stops nobody's patch. */
  #ask<R>(question: () => R, otherwise: R): R {
    try {
      return question()
    } catch (error) {
      this.onFailure(error)
      return otherwise
    }
  }
}

function move(eye: Eye, { x, y, z = 0 }: Place): void {
  if (!Number.isFinite(x) || !Number.isFinite(y) || !Number.isFinite(z)) return
  eye.placed = true
  eye.x = x
  eye.y = y
  eye.z = z
}
