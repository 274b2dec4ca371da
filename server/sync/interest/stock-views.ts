import type { Client } from '@colyseus/core'
import {
  $changes,
  $getByIndex,
  $refId,
  type ChangeTree,
  type MapSchema,
  OPERATION,
  type Root,
  StateView,
} from '@colyseus/schema'
import type { AreaViewer } from './area-viewer.ts'
import type { InterestArea } from './interest-area.ts'
import type { Entity } from './interest-options.ts'

/** The slow and general way: what a client sees of an area is put into its view, and the stock encoder does the rest. */
export class StockViews {
  /** Brings a client's view up to what it sees now. */
  apply(area: InterestArea, viewer: AreaViewer, client: Client): void {
    const { tree, container } = area
    if (!tree) return
    const view = viewOf(client)
    if (viewer.container !== container) {
      viewer.container = container
      view['_bindRoot'](tree.root!)
      // Who came back looks through the view it had, and is told everything anew.
      view.changes.delete(container)
      for (const record of area.table.records) if (record) dropAll(view, record.tree)
      view['addParentOf'](tree, -1)
      view.markVisible(tree)
    }
    const { records } = area.table
    for (const slot of viewer.left) {
      const record = records[slot]!
      // Of who is gone the encoder tells those who saw it, unless somebody else had its key since.
      if (!record.gone) view.remove(record.entity)
      else if (area.map && entryOf(area.map, record.index) !== record.entity)
        tellEnd(view, container, record.index)
      // The library leaves the tags on what it takes out of a view.
      view.removeAllTagsOnTree(record.tree)
      if (viewer.tags) viewer.tags[slot] = 0
    }
    for (let at = viewer.stayed; at < viewer.count; at++) view.add(records[viewer.list[at]!]!.entity)
    if (area.rule.tags) this.#retag(area, viewer, view)
  }

  /** What a client holds already from the fast path is in its view from now on. */
  takeOver(area: InterestArea, viewer: AreaViewer, client: Client, root: Root): void {
    const view = viewOf(client)
    view['_bindRoot'](root)
    for (let above: ChangeTree | undefined = area.tree; above; ) {
      view.markVisible(above)
      above = above.parent?.[$changes]
    }
    for (let at = 0; at < viewer.count; at++) {
      const record = area.table.records[viewer.list[at]!]!
      if (record.gone || record.tree.root === undefined) {
        view.markVisible(record.tree)
        continue
      }
      markAll(view, record.tree)
      const tags = viewer.tags?.[record.slot] ?? 0
      if (tags > 0) view.addTag(record.tree, tags)
      // It may hold an older state of it, or one that lacks changes which wait.
      if (viewer.sent || viewer.ahead.size > 0) view.add(record.entity)
    }
    viewer.sent = undefined
    viewer.ahead.clear()
  }

  /** Nobody sees any longer what has left the state. */
  unsee(tree: ChangeTree): void {
    if (tree.root !== undefined) return
    delete tree.visibleViews
    delete tree.tagViews
    tree.forEachChild((child) => this.unsee(child))
  }

  #retag(area: InterestArea, viewer: AreaViewer, view: StateView): void {
    const tags = viewer.heldTags()
    for (let at = 0; at < viewer.count; at++) {
      const slot = viewer.list[at]!
      const before = tags[slot]!
      const now = area.tagsOf(viewer, slot)
      if (now === before) continue
      tags[slot] = now
      const { entity, tree } = area.table.records[slot]!
      if (now & ~before) view.add(entity, now & ~before)
      if (before & ~now) view.remove(entity, before & ~now)
      // The library takes the entity out of the view along with the tag.
      view.markVisible(tree)
    }
  }
}

function viewOf(client: Client): StateView {
  client.view ??= new StateView()
  return client.view
}

function markAll(view: StateView, tree: ChangeTree): void {
  view.markVisible(tree)
  tree.forEachChild((child) => markAll(view, child))
}

function dropAll(view: StateView, tree: ChangeTree): void {
  view.unmarkVisible(tree)
  view.removeAllTagsOnTree(tree)
  view.changes.delete(tree.ref[$refId]!)
  tree.forEachChild((child) => dropAll(view, child))
}

function tellEnd(view: StateView, container: number, index: number): void {
  const changes = view.changes.get(container) ?? new Map()
  view.changes.set(container, changes.set(index, OPERATION.DELETE))
}

/** Whom the encoder takes for the holder of an entry, also when it is gone. */
function entryOf(map: MapSchema<Entity>, index: number): unknown {
  return map[$getByIndex](index) ?? map['journal'].snapshotAt(index)
}
