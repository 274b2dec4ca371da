import type { AreaFrames } from './area-frames.ts'
import type { AreaViewer } from './area-viewer.ts'
import type { BytePurse } from './byte-purse.ts'
import type { FramePlan } from './frame-plan.ts'
import type { InterestArea } from './interest-area.ts'

/** A client's part of a patch, of one area. */
export interface Part {
  area: InterestArea
  viewer: AreaViewer
  frames: AreaFrames
  plan: FramePlan
  /** Whether the client has a limit of bytes. */
  limited: boolean
}

/** What one area has to tell a client, before it is decided what of all areas goes now. */
export interface Offer extends Part {
  /** Slots of entities of which the client lacks something. */
  readonly waiting: readonly number[]
  /** Those of them that go now. */
  taken: number[]
  /** Updates that a tier puts off. */
  readonly notDue: number
  /** Slots of those that are no longer seen, and were told. */
  readonly gone: readonly number[]
}

/** Patches after which what is left out goes ahead of everything that is not, however little it matters. */
const OVERDUE_PATCHES = 100
/** Beyond everything that adds up before. */
const OVERDUE_RANK = 1e6
/** A client's own entity comes before all. */
const OWN_RANK = 1e9

/** Finds what an area has for a client of which not all need go now, by distance or for want of bytes. */
export function offer(part: Part): Offer {
  const { viewer, frames } = part
  const sent = viewer.putOff(frames.patch - 1)
  frames.keepFields()
  const gone = viewer.left.filter((slot) => sent[slot]! > 0)
  for (const slot of viewer.left) viewer.settled(slot, 0)
  return { ...part, ...due(part, sent), taken: [], gone }
}

/**
 * Decides which of the updates go now: those that matter most, as long as there are bytes. What is left out matters
 * more the next time. Then plans them.
 *
 * @param purse the client's bytes, unless it has no limit
 * @returns how many updates were put off
 */
export function settle(offers: readonly Offer[], plan: FramePlan, purse: BytePurse | undefined): number {
  let putOff = 0
  if (purse) choose(offers, purse.leftBytes - plan.bytes)
  for (const each of offers) {
    if (!purse) each.taken = [...each.waiting]
    send(each)
    putOff += each.notDue + each.waiting.length - each.taken.length
  }
  return putOff
}

/** One goes whenever there is anything left: what is too large for a patch is paid for later. */
function choose(offers: readonly Offer[], leftBytes: number): void {
  const candidates = offers.flatMap((of) =>
    of.waiting.map((slot) => ({ of, slot, rank: of.viewer.priorities[slot]! })),
  )
  candidates.sort((a, b) => b.rank - a.rank)
  let left = leftBytes
  for (const { of, slot } of candidates) {
    if (left <= 0) return
    left -= of.frames.sizeOf(slot, of.viewer.tags?.[slot] ?? 0, of.viewer.sent![slot]!)
    of.taken.push(slot)
  }
}

function send({ viewer, frames, plan, gone, taken }: Offer): void {
  const sent = viewer.sent!
  const arrived = taken.filter((slot) => sent[slot] === 0)
  frames.entries(gone, arrived, 0, arrived.length, plan)
  for (const slot of arrived) frames.all(slot, viewer.tags?.[slot] ?? 0, plan)
  for (const slot of taken) {
    if (sent[slot] !== 0) update({ viewer, frames, plan }, slot, sent[slot]!)
    viewer.settled(slot, frames.patch)
  }
  viewer.ahead.clear()
}

/** The entities of which the client lacks something, and how many of them are not due yet. */
function due({ area, viewer, frames, limited }: Part, sent: Float64Array) {
  const { patch, changedAt } = frames
  const waiting: number[] = []
  let notDue = 0
  for (let at = 0; at < viewer.count; at++) {
    const slot = viewer.list[at]!
    const introduced = sent[slot]! > 0
    if (introduced && changedAt[slot]! <= sent[slot]!) continue
    if (introduced && !isDue(area, viewer, slot, patch)) notDue++
    else {
      if (limited) viewer.priorities[slot] = rank(area, viewer, slot)
      waiting.push(slot)
    }
  }
  return { waiting, notDue }
}

/** How far ahead an entity goes: by what it mattered in all the patches that left it out. */
function rank(area: InterestArea, viewer: AreaViewer, slot: number): number {
  if (slot === viewer.own?.slot) return OWN_RANK
  const waited = viewer.waits[slot]!++
  if (waited >= OVERDUE_PATCHES) return OVERDUE_RANK + waited
  return Math.min(OVERDUE_RANK, viewer.priorities[slot]! + area.weightOf(viewer, slot))
}

/** Entities of one tier take turns, by slot, so that no patch carries all of them. */
function isDue(area: InterestArea, viewer: AreaViewer, slot: number, patch: number): boolean {
  const { tiers } = area.rule
  if (tiers.length === 0 || slot === viewer.own?.slot) return true
  const metres = area.metresTo(viewer, slot)
  const tier = tiers.find(({ beyondMetres }) => metres > beyondMetres)
  return tier === undefined || (patch + slot) % tier.everyPatches === 0
}

function update(
  { viewer, frames, plan }: Pick<Part, 'viewer' | 'frames' | 'plan'>,
  slot: number,
  sent: number,
): void {
  const tags = viewer.tags?.[slot] ?? 0
  if (viewer.ahead.has(slot)) frames.over(slot, tags, plan)
  else frames.since(slot, tags, sent, plan)
}
