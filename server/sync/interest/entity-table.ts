import { $changes, $getByIndex, type ChangeTree, type MapSchema } from '@colyseus/schema'
import { shapeOf, unusualIn } from './entity-shape.ts'
import type { Entity, InterestRule, SpatialCollection } from './interest-options.ts'
import type { Places } from './spatial-grid.ts'

const FIRST_SLOTS = 64

/** In the place of what changed, where nothing did: one list for all, and nobody's to write to. */
export const NOTHING: ChangeTree[] = []

/** What an area knows of one entity. */
export interface EntityRecord {
  readonly slot: number
  readonly entity: Entity
  readonly tree: ChangeTree
  readonly key: string
  /** Its number in the map, by which clients are told of its end; -1 in other collections. */
  readonly index: number
  /** It holds values only. */
  readonly flat: boolean
  /** Structures of it that changed since the last patch, in the order in which they must be told. */
  changed: ChangeTree[]
  /** A decoder may still hold it from elsewhere: it is brought in with what is no longer there. */
  returned: boolean
  /** What changed cannot be told by the changes alone. */
  rewrite: boolean
  gone: boolean
}

/** The entities of a collection in numbered slots, and where they are. */
export class EntityTable implements Places {
  readonly records: (EntityRecord | undefined)[] = []
  xs = new Float64Array(FIRST_SLOTS)
  ys = new Float64Array(FIRST_SLOTS)
  zs = new Float64Array(FIRST_SLOTS)
  sizes = new Float64Array(FIRST_SLOTS)
  /** Came after the places were last sorted. */
  newcomers: EntityRecord[] = []
  /** Why one of them is the stock encoder's. */
  unusual: string | undefined
  readonly #rule: InterestRule
  readonly #byTree = new Map<ChangeTree, EntityRecord>()
  readonly #byIndex = new Map<number, EntityRecord>()
  readonly #free: number[] = []
  #gone: EntityRecord[] = []
  #returned: EntityRecord[] = []

  constructor(rule: InterestRule) {
    this.#rule = rule
  }

  /** One more than the highest slot in use. */
  get count(): number {
    return this.records.length
  }

  of(tree: ChangeTree): EntityRecord | undefined {
    return this.#byTree.get(tree)
  }

  /** The entity with that key, or that one itself. */
  find(collection: SpatialCollection<Entity>, owned: string | Entity | undefined): EntityRecord | undefined {
    const entity = typeof owned === 'string' ? entityAt(collection, owned) : owned
    const tree = entity?.[$changes]
    return tree && this.#byTree.get(tree)
  }

  /** Compares some entries of a map, by their numbers, with what is known. */
  syncEntries(map: MapSchema<Entity>, indexes: Iterable<number>): void {
    const arrived: number[] = []
    for (const index of indexes) {
      const known = this.#byIndex.get(index)
      const entity = map[$getByIndex](index)
      if (known && known.entity === entity) continue
      if (known) this.#remove(known)
      if (entity) arrived.push(index)
    }
    for (const index of arrived) {
      const key: string = map['getIndex'](index)!
      this.#add(map[$getByIndex](index)!, key, index)
    }
  }

  /** Compares everything. */
  syncAll(collection: SpatialCollection<Entity>, map: MapSchema<Entity> | undefined): void {
    if (map) {
      const known = this.#byIndex.keys()
      this.syncEntries(map, new Set([...known, ...(map['journal'].keyByIndex as Map<number, string>).keys()]))
      return
    }
    const there = new Set<ChangeTree>()
    const arrived: [Entity, string][] = []
    collection.forEach((entity: Entity, key: unknown) => {
      const tree = entity[$changes]!
      if (!there.has(tree) && !this.#byTree.has(tree)) arrived.push([entity, String(key)])
      there.add(tree)
    })
    for (const record of [...this.#byTree.values()]) if (!there.has(record.tree)) this.#remove(record)
    for (const [entity, key] of arrived) this.#add(entity, key, -1)
  }

  /** Reads where everything is. */
  placeAll(): void {
    for (const record of this.records) if (record && !record.gone) this.place(record)
    this.newcomers = []
  }

  place({ slot, entity }: EntityRecord): void {
    const { x, y, z, sizeMetres } = this.#rule
    this.xs[slot] = placed(entity[x])
    this.ys[slot] = placed(entity[y])
    if (z !== undefined) this.zs[slot] = placed(entity[z])
    if (sizeMetres !== undefined) this.sizes[slot] = Math.max(0, entity[sizeMetres] ?? 0) || 0
  }

  /** All clients know of who went: their slots may be taken by others. */
  release(): EntityRecord[] {
    const released = this.#gone
    if (released.length > 0) this.#gone = []
    for (const record of this.#returned) record.returned = false
    this.#returned.length = 0
    for (const { slot } of released) {
      this.records[slot] = undefined
      this.#free.push(slot)
    }
    return released
  }

  /** Forgets everything: the collection is another one. */
  clear(): void {
    for (const record of [...this.#byTree.values(), ...this.#byIndex.values()])
      if (!record.gone) this.#remove(record)
  }

  #add(entity: Entity, key: string, index: number): void {
    const tree = entity[$changes]!
    const slot = this.#free.pop() ?? this.records.length
    if (slot >= this.xs.length) this.#grow()
    const { flat } = shapeOf(tree.encDescriptor)
    const record: EntityRecord = {
      slot,
      entity,
      tree,
      key,
      index,
      flat,
      changed: NOTHING,
      returned: !tree.isNew,
      rewrite: false,
      gone: false,
    }
    this.records[slot] = record
    this.#byTree.set(tree, record)
    if (index >= 0) this.#byIndex.set(index, record)
    this.zs[slot] = this.sizes[slot] = 0
    this.place(record)
    this.newcomers.push(record)
    if (record.returned) this.#returned.push(record)
    this.unusual ??= unusualIn(tree)
  }

  #remove(record: EntityRecord): void {
    record.gone = true
    if (this.#byTree.get(record.tree) === record) this.#byTree.delete(record.tree)
    if (this.#byIndex.get(record.index) === record) this.#byIndex.delete(record.index)
    this.xs[record.slot] = this.ys[record.slot] = Number.NaN
    this.#gone.push(record)
  }

  #grow(): void {
    for (const axis of ['xs', 'ys', 'zs', 'sizes'] as const) {
      const grown = new Float64Array(this[axis].length * 2)
      grown.set(this[axis])
      this[axis] = grown
    }
  }
}

function entityAt(collection: SpatialCollection<Entity>, key: string): Entity | undefined {
  return (collection as Partial<MapSchema<Entity>>).get?.(key as never)
}

/** NaN for everything that is no place: it compares as within reach of nothing, not even of Infinity. */
function placed(metres: number | undefined): number {
  return Number.isFinite(metres) ? metres! : Number.NaN
}
