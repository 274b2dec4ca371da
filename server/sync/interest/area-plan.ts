import type { AreaViewer } from './area-viewer.ts'
import type { InterestArea } from './interest-area.ts'
import { type Offer, offer, type Part } from './put-off.ts'

/**
 * Plans what a client is told of an area after a look at it.
 *
 * @returns what is yet to be decided upon, where not all of it need go now
 */
export function planArea(part: Part): Offer | undefined {
  const { area, viewer, frames, plan, limited } = part
  retag(part)
  if (viewer.sent || area.rule.tiers.length > 0 || limited) return offer(part)
  const { list, stayed, count, left, tags, ahead } = viewer
  frames.entries(left, list, stayed, count, plan)
  for (let at = stayed; at < count; at++) frames.all(list[at]!, tags ? tags[list[at]!]! : 0, plan)
  if (ahead.size === 0 && !tags) {
    frames.changesOfAll(list, stayed, plan)
    return undefined
  }
  const { changedAt, patch } = frames
  for (let at = 0; at < stayed; at++) {
    const slot = list[at]!
    if (changedAt[slot] !== patch) continue
    if (ahead.has(slot)) frames.over(slot, tags ? tags[slot]! : 0, plan)
    else frames.changes(slot, tags ? tags[slot]! : 0, plan)
  }
  ahead.clear()
  return undefined
}

/** Notes what was told between two patches, while changes wait for the next one that may build on less than was told. */
export function noteAhead({ table }: InterestArea, viewer: AreaViewer): void {
  for (let at = 0; at < viewer.count; at++) {
    const slot = viewer.list[at]!
    if (!table.records[slot]!.flat) viewer.ahead.add(slot)
  }
}

/** Asks for the tags that a client holds now; where they are others, fields come and go. */
function retag({ area, viewer, frames, plan }: Part): void {
  if (!area.rule.tags) return
  const tags = viewer.heldTags()
  for (const slot of viewer.left) tags[slot] = 0
  for (let at = 0; at < viewer.count; at++) {
    const slot = viewer.list[at]!
    const before = tags[slot]!
    const now = area.tagsOf(viewer, slot)
    if (now === before) continue
    tags[slot] = now
    const holds = at < viewer.stayed && viewer.sent?.[slot] !== 0
    if (holds) frames.retag(slot, before, now, plan)
  }
}
