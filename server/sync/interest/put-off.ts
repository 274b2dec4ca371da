import type { AreaFrames } from './area-frames.ts'
import type { AreaViewer } from './area-viewer.ts'
import type { FramePlan } from './frame-plan.ts'
import type { InterestArea } from './interest-area.ts'

export interface PutOffOptions {
  area: InterestArea
  viewer: AreaViewer
  frames: AreaFrames
  plan: FramePlan
  /** Bytes that this patch adds to what the client may get; Infinity for no limit. */
  allowanceBytes: number
  /** Bytes that the client gets besides. */
  spentBytes: number
}

/** Patches whose bytes may be saved up for one that needs more. */
const SAVED_PATCHES = 2

/**
 * Plans a client's part of a patch where not all of it need go now: by what matters most, as long as there are bytes,
 * and of what is far away every n-th time only. What is left out matters more the next time, so nothing waits for ever.
 *
 * @returns how many updates were put off
 */
export function planPutOff(options: PutOffOptions): number {
  const { viewer, frames, plan } = options
  const sent = viewer.putOff(frames.patch - 1)
  frames.keepFields()
  const gone = viewer.left.filter((slot) => sent[slot]! > 0)
  for (const slot of viewer.left) sent[slot] = viewer.priorities[slot] = 0
  const limited = Number.isFinite(options.allowanceBytes)
  const from = plan.bytes
  const { waiting, putOff } = due(options, sent)
  if (limited) {
    save(options)
    waiting.sort((a, b) => viewer.priorities[b]! - viewer.priorities[a]!)
  }
  const arrived: number[] = []
  const bodies: number[] = []
  const take = limited ? fitting(options, waiting, sent) : waiting.length
  for (const slot of waiting.slice(0, take)) (sent[slot] === 0 ? arrived : bodies).push(slot)
  frames.entries(gone, arrived, 0, arrived.length, plan)
  for (const slot of arrived) frames.all(slot, viewer.tags?.[slot] ?? 0, plan)
  for (const slot of bodies) update(options, slot, sent[slot]!)
  for (const slot of waiting.slice(0, take)) {
    sent[slot] = frames.patch
    viewer.priorities[slot] = 0
  }
  viewer.ahead.clear()
  if (limited) viewer.allowanceBytes -= options.spentBytes + plan.bytes - from
  return putOff + waiting.length - take
}

/** The entities of which the client lacks something, and how many of them are not due yet. */
function due({ area, viewer, frames, allowanceBytes }: PutOffOptions, sent: Float64Array) {
  const { patch, changedAt } = frames
  const limited = Number.isFinite(allowanceBytes)
  const waiting: number[] = []
  let putOff = 0
  for (let at = 0; at < viewer.count; at++) {
    const slot = viewer.list[at]!
    const introduced = sent[slot]! > 0
    if (introduced && changedAt[slot]! <= sent[slot]!) continue
    if (introduced && !isDue(area, viewer, slot, patch)) putOff++
    else {
      if (limited) viewer.priorities[slot]! += weigh(area, viewer, slot)
      waiting.push(slot)
    }
  }
  return { waiting, putOff }
}

function weigh(area: InterestArea, viewer: AreaViewer, slot: number): number {
  return slot === viewer.own?.slot ? Number.POSITIVE_INFINITY : area.weightOf(viewer, slot)
}

/** Entities of one tier take turns, by slot, so that no patch carries all of them. */
function isDue(area: InterestArea, viewer: AreaViewer, slot: number, patch: number): boolean {
  const { tiers } = area.rule
  if (tiers.length === 0 || slot === viewer.own?.slot) return true
  const metres = area.metresTo(viewer, slot)
  const tier = tiers.find(({ beyondMetres }) => metres > beyondMetres)
  return tier === undefined || (patch + slot) % tier.everyPatches === 0
}

function save({ viewer, allowanceBytes }: PutOffOptions): void {
  viewer.allowanceBytes = Math.min(viewer.allowanceBytes + allowanceBytes, allowanceBytes * SAVED_PATCHES)
}

/** How many of the first fit. One does whenever there is anything left: what is too large for a patch is paid for later. */
function fitting({ viewer, frames, plan, spentBytes }: PutOffOptions, waiting: number[], sent: Float64Array) {
  let left = viewer.allowanceBytes - spentBytes - plan.bytes
  for (const [at, slot] of waiting.entries()) {
    if (left <= 0) return at
    left -= frames.sizeOf(slot, viewer.tags?.[slot] ?? 0, sent[slot]!)
  }
  return waiting.length
}

function update({ viewer, frames, plan }: PutOffOptions, slot: number, sent: number): void {
  const tags = viewer.tags?.[slot] ?? 0
  if (viewer.ahead.has(slot)) frames.over(slot, tags, plan)
  else frames.since(slot, tags, sent, plan)
}
