import { OPERATION } from '@colyseus/schema'
import type { AreaViewer } from './area-viewer.ts'
import { fieldsFor, holdsField } from './entity-shape.ts'
import type { EntityRecord } from './entity-table.ts'
import { FramePlan } from './frame-plan.ts'
import type { InterestArea } from './interest-area.ts'
import { SliceCache } from './slice-cache.ts'
import { MAX_FIELDS, type SliceEncoder } from './slice-encoder.ts'

/** Patches that may lie between two pieces about an entity before all of it is told. */
const MAX_SPAN = 1_000
/** In the place of where changes lie: nobody has needed them yet. */
const UNWRITTEN = -1
/** The same: there are none. */
const UNCHANGED = -2
/** Tags up to here share encoded pieces among clients. */
const MAX_SHARED_TAGS = 2 ** 20

/** What one area tells its clients on the fast path: each piece is encoded once a tick, whoever gets it. */
export class AreaFrames {
  /** Number of the patch that runs or ran last; from 1. */
  patch = 1
  /** By slot: the patches of the last change and of the one before it. */
  changedAt = new Float64Array(64)
  changedBefore = new Float64Array(64)
  /** By slot: where the changes lie for who holds no tags; {@link UNWRITTEN} until somebody needs them. */
  froms = new Int32Array(64)
  tos = new Int32Array(64)
  readonly #area: InterestArea
  readonly #slices: SliceEncoder
  readonly #changes = new SliceCache()
  readonly #alls = new SliceCache()
  readonly #entries = new SliceCache()
  readonly #since = new SliceCache()
  /** By slot and field: the patch of the last change; kept once something is put off. */
  #fieldChangedAt: Float64Array | undefined
  readonly #scratch = new FramePlan()
  #epoch = 0

  constructor(area: InterestArea, slices: SliceEncoder) {
    this.#area = area
    this.#slices = slices
  }

  /** Pieces encoded before are gone: the memory is used anew. */
  renew(): void {
    this.#epoch++
  }

  /** Takes note of what changed, before anybody is told. */
  note(changed: readonly EntityRecord[]): void {
    this.#fit()
    this.froms.fill(UNCHANGED)
    for (const record of changed) {
      const { slot } = record
      this.changedBefore[slot] = this.changedAt[slot]!
      this.changedAt[slot] = this.patch
      this.froms[slot] = UNWRITTEN
      if (this.#fieldChangedAt && record.flat) this.#noteFields(record)
    }
  }

  /** A slot is somebody else's now. */
  reuse(slot: number): void {
    this.#fit()
    this.changedAt[slot] = this.changedBefore[slot] = 0
    this.#fieldChangedAt?.fill(0, slot * MAX_FIELDS, (slot + 1) * MAX_FIELDS)
  }

  /** From now on the changes of fields are kept, for clients who are told later. */
  keepFields(): void {
    if (this.#fieldChangedAt) return
    this.#fieldChangedAt = new Float64Array(this.changedAt.length * MAX_FIELDS).fill(this.patch)
  }

  /** The collection itself, for who does not hold it; before the client's look. */
  container(viewer: AreaViewer, plan: FramePlan): void {
    const { container, above, field } = this.#area
    if (viewer.container === container || !above) return
    const held = viewer.container
    if (held >= 0) viewer.forget()
    viewer.container = container
    this.#add(plan, this.#slices.name(above))
    this.#add(plan, this.#slices.operation(above, field, container < 0 ? OPERATION.DELETE : OPERATION.ADD))
  }

  /** Who is no longer seen, and the entries of those who are from now on. */
  entries(
    left: readonly number[],
    arrived: Int32Array | readonly number[],
    from: number,
    to: number,
    plan: FramePlan,
  ): void {
    if (left.length === 0 && to <= from) return
    this.#once(this.#entries, plan, -1, 0, () => this.#slices.name(this.#area.tree!))
    for (const slot of left) {
      const { index } = this.#area.table.records[slot]!
      this.#add(plan, this.#slices.removal(index))
    }
    for (let at = from; at < to; at++) {
      const { slot, index } = this.#area.table.records[arrived[at]!]!
      this.#once(this.#entries, plan, slot, 0, () =>
        this.#slices.operation(this.#area.tree!, index, OPERATION.ADD),
      )
    }
  }

  /** All of an entity, after its entry. */
  all(slot: number, tags: number, plan: FramePlan): void {
    const { tree, returned } = this.#area.table.records[slot]!
    this.#once(this.#alls, plan, slot, shared(tags, 0), () =>
      returned ? this.#slices.allOver(tree, tags) : this.#slices.all(tree, tags),
    )
  }

  /** What changed in an entity since the last patch. */
  changes(slot: number, tags: number, plan: FramePlan): void {
    if (tags !== 0) {
      this.#encodeChanges(slot, tags, plan)
      return
    }
    if (this.froms[slot]! < 0) this.#encodeShared(slot)
    plan.add(this.froms[slot]!, this.tos[slot]!)
  }

  /** The same for many who hold no tags: most pieces of a frame come from here. */
  changesOfAll(list: Int32Array, count: number, plan: FramePlan): void {
    const { froms, tos } = this
    for (let at = 0; at < count; at++) if (froms[list[at]!] === UNWRITTEN) this.#encodeShared(list[at]!)
    plan.addAll(list, count, froms, tos)
  }

  /** All of an entity, for who holds it as of some time or other. */
  over(slot: number, tags: number, plan: FramePlan): void {
    const { tree } = this.#area.table.records[slot]!
    this.#once(this.#since, plan, slot, shared(tags, MAX_SPAN + 1), () => this.#slices.allOver(tree, tags))
  }

  /** What changed in an entity since an earlier patch. */
  since(slot: number, tags: number, patch: number, plan: FramePlan): void {
    if (this.changedAt[slot] === this.patch && this.changedBefore[slot]! <= patch) {
      this.changes(slot, tags, plan)
      return
    }
    const record = this.#area.table.records[slot]!
    const span = this.patch - patch
    const changed = this.#fieldChangedAt
    if (!record.flat || !changed || span > MAX_SPAN) {
      this.over(slot, tags, plan)
      return
    }
    const fields = fieldsFor(record.tree.encDescriptor, tags)
    this.#once(this.#since, plan, slot, shared(tags, span), () =>
      this.#slices.fields(
        record.tree,
        (index) => changed[slot * MAX_FIELDS + index]! > patch && holdsField(fields, index),
      ),
    )
  }

  /** Bytes of what an entity would take. @param sent the patch as of which it is held; 0 for not */
  sizeOf(slot: number, tags: number, sent: number): number {
    const scratch = this.#scratch
    scratch.clear()
    if (sent > 0) this.since(slot, tags, sent, scratch)
    else {
      this.entries([], [slot], 0, 1, scratch)
      this.all(slot, tags, scratch)
    }
    return scratch.bytes
  }

  /** A client's tags of an entity are others than before. */
  retag(slot: number, before: number, now: number, plan: FramePlan): void {
    const { tree } = this.#area.table.records[slot]!
    const held = fieldsFor(tree.encDescriptor, before)
    const holds = fieldsFor(tree.encDescriptor, now)
    const lost = (index: number) => holdsField(held, index) && !holdsField(holds, index)
    const gained = (index: number) => holdsField(holds, index) && !holdsField(held, index)
    this.#add(plan, this.#slices.withoutFields(tree, lost))
    this.#add(plan, this.#slices.fields(tree, gained, true))
  }

  #encodeShared(slot: number): void {
    const { tree, changed, rewrite } = this.#area.table.records[slot]!
    this.froms[slot] = rewrite ? this.#slices.allOver(tree, 0) : this.#slices.changes(changed, 0)
    this.tos[slot] = this.#slices.it.offset
  }

  #encodeChanges(slot: number, tags: number, plan: FramePlan): void {
    const { tree, changed, rewrite } = this.#area.table.records[slot]!
    this.#once(this.#changes, plan, slot, shared(tags, 0), () =>
      rewrite ? this.#slices.allOver(tree, tags) : this.#slices.changes(changed, tags),
    )
  }

  /** Adds a piece that many may need; `variant` below 0 means that it is nobody else's. */
  #once(cache: SliceCache, plan: FramePlan, slot: number, variant: number, encode: () => number): void {
    const place = slot + 1
    if (variant < 0) {
      this.#add(plan, encode())
      return
    }
    if (!cache.has(place, variant, this.#epoch)) {
      cache.from = encode()
      cache.to = this.#slices.it.offset
      cache.keep(place, variant, this.#epoch)
    }
    plan.add(cache.from, cache.to)
  }

  #add(plan: FramePlan, from: number): void {
    plan.add(from, this.#slices.it.offset)
  }

  #noteFields({ slot, tree }: EntityRecord): void {
    const changed = this.#fieldChangedAt!
    tree.forEach((index) => {
      changed[slot * MAX_FIELDS + index] = this.patch
    })
  }

  #fit(): void {
    const capacity = this.#area.table.xs.length
    if (this.changedAt.length >= capacity) return
    const grown = (old: Float64Array, length: number, filled = 0) => {
      const made = new Float64Array(length).fill(filled)
      made.set(old)
      return made
    }
    this.changedAt = grown(this.changedAt, capacity)
    this.changedBefore = grown(this.changedBefore, capacity)
    this.froms = grownTo(this.froms, capacity)
    this.tos = grownTo(this.tos, capacity)
    if (this.#fieldChangedAt) this.#fieldChangedAt = grown(this.#fieldChangedAt, capacity * MAX_FIELDS)
  }
}

function grownTo(old: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const made = new Int32Array(length)
  made.set(old)
  return made
}

/** A piece's variant among those of one entity: by tags, and by how far back it reaches. */
function shared(tags: number, span: number): number {
  return tags > MAX_SHARED_TAGS ? -1 : tags * (MAX_SPAN + 2) + span
}
