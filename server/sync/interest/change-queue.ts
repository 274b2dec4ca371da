import type { ChangeTree, Root } from '@colyseus/schema'
import { unusualIn } from './entity-shape.ts'
import type { InterestArea } from './interest-area.ts'
import { holderOf, holdersOf, isShared } from './live-parent.ts'

/** A structure that changed, the entity that it is part of, and that one's area. */
export type Change = [area: InterestArea, entity: ChangeTree, tree: ChangeTree]

/** The structures of interest areas in the stock encoder's queue of changes. */
export class ChangeQueue {
  readonly #root: Root
  /** Those that {@link take} took, until {@link release}. */
  #taken: ChangeTree[] = []
  /** Those that changed while clients were being told: who was told what of them is not known. */
  #again = new Set<ChangeTree>()

  constructor(root: Root) {
    this.#root = root
  }

  get took(): boolean {
    return this.#taken.length > 0
  }

  /** Takes the areas' structures out of the queue; each with the entity it belongs to. */
  take(maps: readonly InterestArea[]): Change[] {
    const changes: Change[] = []
    if (maps.length === 0) return changes
    for (let node = this.#root.changes.next; node; ) {
      const { changeTree: tree, next } = node
      node = next
      const change = areaOf(tree, maps) ? undefined : changeOf(tree, maps)
      if (change) changes.push(change)
      else if (!areaOf(tree, maps)) continue
      this.#root.removeFromQueue(tree)
      this.#taken.push(tree)
    }
    return changes
  }

  /** What they held counts as told, but for what changed in the middle of the patch: that is kept for the next one. */
  release(maps: readonly InterestArea[]): void {
    const told = this.#taken
    this.#taken = []
    this.take(maps)
    this.#again = new Set(this.#taken)
    this.#taken = []
    for (const tree of told) if (!this.#again.has(tree)) tree.endEncode()
  }

  /** Puts that back into the queue, which the stock encoder has emptied meanwhile. */
  resume(): void {
    for (const tree of this.#again) if (tree.root === this.#root) this.#root.enqueueChangeTree(tree)
  }

  /** Whether a structure had changed in the middle of the patch before. */
  isAgain(tree: ChangeTree): boolean {
    return this.#again.has(tree)
  }

  /**
   * The areas that hold what the fast path has no pieces for, each with the reason: an unusual shape, or an instance in
   * two places, of which it is not ours to say who may see it.
   */
  unusual(maps: readonly InterestArea[]): Map<InterestArea, string> {
    const reasons = new Map<InterestArea, string>()
    for (const area of maps) if (area.table.unusual !== undefined) reasons.set(area, area.table.unusual)
    for (const shared of this.#root.pendingFilterRefresh) {
      const places = isShared(shared) ? holdersOf(shared) : []
      for (const area of places.flatMap((holder) => areaAbove(holder, maps) ?? []))
        reasons.set(area, 'an instance in two places')
    }
    if (maps.length === 0) return reasons
    for (let node = this.#root.changes.next; node; node = node.next) {
      const { changeTree: tree } = node
      if (!tree.isNew || areaOf(tree, maps)) continue
      const [area, entity] = changeOf(tree, maps) ?? []
      const reason = entity && unusualIn(tree, tree !== entity)
      if (area && reason !== undefined) reasons.set(area, reason)
    }
    return reasons
  }
}

/** The area of which that is the collection. They are few: a table would cost more. */
function areaOf(tree: ChangeTree, maps: readonly InterestArea[]): InterestArea | undefined {
  for (const area of maps) if (area.tree === tree) return area
  return undefined
}

/** A structure with the entity that it is part of: its ancestor, or itself, that stands in one of the collections. */
export function changeOf(tree: ChangeTree, maps: readonly InterestArea[]): Change | undefined {
  let entity = tree
  for (let holder = holderOf(tree); holder; holder = holderOf(entity)) {
    const area = areaOf(holder, maps)
    if (area) return [area, entity, tree]
    entity = holder
  }
  return undefined
}

function areaAbove(tree: ChangeTree, maps: readonly InterestArea[]): InterestArea | undefined {
  for (let at: ChangeTree | undefined = tree; at; at = holderOf(at)) {
    const area = areaOf(at, maps)
    if (area) return area
  }
  return undefined
}
