import type { AreaViewer } from './area-viewer.ts'
import type { EntityTable } from './entity-table.ts'
import type { InterestRule } from './interest-options.ts'
import { SpatialGrid } from './spatial-grid.ts'

/** Asks the room's own code; `otherwise` is the answer where it fails. */
export type Ask = <R>(question: () => R, otherwise: R) => R

/** Finds out what is seen from where. */
export class AreaSight {
  readonly #rule: InterestRule
  readonly #table: EntityTable
  readonly #ask: Ask
  readonly #grid: SpatialGrid
  #always: number[] = []
  #teams = new Map<unknown, number[]>()
  /** Those that reach further than an area: everybody looks at them. */
  #large: number[] = []
  #mostSizeMetres = 0
  #near = { found: new Int32Array(0), squares: new Float64Array(0) }
  #arrived = new Int32Array(0)
  #arrivals = 0

  constructor(rule: InterestRule, table: EntityTable, ask: Ask) {
    this.#rule = rule
    this.#table = table
    this.#ask = ask
    const solid = rule.z !== undefined
    const { leaveRadiusMetres } = rule
    this.#grid = new SpatialGrid((solid ? leaveRadiusMetres : leaveRadiusMetres / 2) || 1, solid)
  }

  /** Sorts everything by where it is. */
  place(): void {
    const [table, rule] = [this.#table, this.#rule]
    table.placeAll()
    this.#large = []
    this.#mostSizeMetres = 0
    if (rule.sizeMetres !== undefined) this.#sortBySize()
    this.#grid.build(table, table.count)
    this.#fit()
    if (rule.always || rule.team) this.#sortByRule()
  }

  /** Finds what a client sees now. */
  look(viewer: AreaViewer, ahead = false): void {
    const table = this.#table
    viewer.begin(table.count)
    this.#arrivals = 0
    const { own } = viewer
    if (own && !own.gone) this.#see(viewer, own.slot)
    for (const slot of this.#always) if (!ahead || this.#isAlways(slot)) this.#consider(viewer, slot)
    const team = own && this.#rule.team && this.#teamOf(own.slot)
    const members = (team !== undefined && this.#teams.get(team)) || []
    for (const slot of members) if (!ahead || this.#teamOf(slot) === team) this.#consider(viewer, slot)
    if (viewer.eye.placed) this.#lookAround(viewer, ahead)
    viewer.end(this.#arrived, this.#arrivals)
  }

  /** The same between two patches, when some have not been sorted yet and others have moved. */
  lookAhead(viewer: AreaViewer): void {
    this.#fit()
    this.look(viewer, true)
  }

  #fit(): void {
    const slots = this.#table.xs.length
    if (this.#arrived.length >= slots) return
    this.#near = { found: new Int32Array(slots), squares: new Float64Array(slots) }
    this.#arrived = new Int32Array(slots)
  }

  #lookAround(viewer: AreaViewer, ahead: boolean): void {
    const reach = this.#rule.leaveRadiusMetres + this.#mostSizeMetres
    const { found, squares } = this.#near
    const count = this.#grid.near(viewer.eye, reach, this.#near)
    if (ahead) for (let at = 0; at < count; at++) this.#measure(viewer, found[at]!, ahead)
    else this.#judge(viewer, count, squares)
    for (const slot of this.#large) this.#measure(viewer, slot, ahead)
    for (const { slot } of this.#table.newcomers) this.#measure(viewer, slot, ahead)
  }

  /** Looks at what was found within the larger radius. */
  #judge(viewer: AreaViewer, count: number, squares: Float64Array): void {
    const { radiusMetres, visible, sizeMetres } = this.#rule
    const { found } = this.#near
    if (visible !== undefined || sizeMetres !== undefined) {
      for (let at = 0; at < count; at++) this.#measure(viewer, found[at]!)
      return
    }
    // The hottest loop of all: whatever it needs is at hand. What was seen before is near enough: it was found.
    const { seen, stamp, list } = viewer
    const arrived = this.#arrived
    const near = radiusMetres * radiusMetres
    let [arrivals, listed] = [this.#arrivals, viewer.count]
    for (let at = 0; at < count; at++) {
      const slot = found[at]!
      const seenAt = seen[slot]!
      if (seenAt === stamp) continue
      if (seenAt !== 0) list[listed++] = slot
      else if (squares[at]! <= near) arrived[arrivals++] = slot
      else continue
      seen[slot] = stamp
    }
    this.#arrivals = arrivals
    viewer.count = listed
  }

  /** @param ahead cells are as of the last patch: what they hold is measured where it is now, and nothing else */
  #measure(viewer: AreaViewer, slot: number, ahead = false): void {
    const seenAt = viewer.seen[slot]!
    if (seenAt === viewer.stamp) return
    const record = ahead ? this.#table.records[slot] : undefined
    if (record && !record.gone) this.#table.place(record)
    const { xs, ys, zs, sizes } = this.#table
    const { eye } = viewer
    const dx = xs[slot]! - eye.x
    const dy = ys[slot]! - eye.y
    const dz = this.#rule.z === undefined ? 0 : zs[slot]! - eye.z
    const limit = (seenAt === 0 ? this.#rule.radiusMetres : this.#rule.leaveRadiusMetres) + sizes[slot]!
    // Written so that NaN is out of reach.
    if (dx * dx + dy * dy + dz * dz <= limit * limit) this.#consider(viewer, slot)
  }

  /** It is in reach: shown unless the room hides it. */
  #consider(viewer: AreaViewer, slot: number): void {
    const record = this.#table.records[slot]
    if (!record || record.gone) return
    const { visible } = this.#rule
    if (visible && record !== viewer.own) {
      if (!this.#ask(() => visible(record.entity, viewer.self as never), false)) return
    }
    this.#see(viewer, slot)
  }

  #see(viewer: AreaViewer, slot: number): void {
    const { seen, stamp } = viewer
    if (seen[slot] === stamp) return
    if (seen[slot] === 0) this.#arrived[this.#arrivals++] = slot
    else viewer.list[viewer.count++] = slot
    seen[slot] = stamp
  }

  #sortBySize(): void {
    const { sizes, records } = this.#table
    for (const record of records) {
      if (!record || record.gone) continue
      const size = sizes[record.slot]!
      if (size > this.#rule.radiusMetres) this.#large.push(record.slot)
      else this.#mostSizeMetres = Math.max(this.#mostSizeMetres, size)
    }
  }

  #sortByRule(): void {
    const { always } = this.#rule
    this.#always = []
    this.#teams = new Map()
    for (const record of this.#table.records) {
      if (!record || record.gone) continue
      if (always && this.#isAlways(record.slot)) this.#always.push(record.slot)
      const team = this.#teamOf(record.slot)
      if (team === undefined) continue
      const members = this.#teams.get(team)
      if (members) members.push(record.slot)
      else this.#teams.set(team, [record.slot])
    }
  }

  #isAlways(slot: number): boolean {
    const { records } = this.#table
    const { entity, key } = records[slot] ?? {}
    return entity !== undefined && this.#ask(() => this.#rule.always?.(entity, key!) ?? false, false)
  }

  #teamOf(slot: number): unknown {
    const { entity, key } = this.#table.records[slot] ?? {}
    return entity && this.#ask(() => this.#rule.team?.(entity, key!), undefined)
  }
}
