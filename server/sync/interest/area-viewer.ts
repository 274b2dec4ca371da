import type { EntityRecord } from './entity-table.ts'
import type { Entity, Place } from './interest-options.ts'

/** Where a client looks from, in all areas that know nothing nearer; stays where it was when its entity dies. */
export interface Eye {
  placed: boolean
  x: number
  y: number
  z: number
}

/** What of a client's look outlives a connection. */
export interface Outlook {
  readonly eye: Eye
  /** Where the room lets it look from. */
  lookAt: Place | undefined
}

/** What one client sees of one area. */
export class AreaViewer {
  /** Slots that are seen, the newly seen ones last. */
  list = new Int32Array(0)
  count = 0
  /** How many of them were seen before. */
  stayed = 0
  /** Slots no longer seen since the last look. */
  readonly left: number[] = []
  /** By slot: the stamp of the look that saw it last, which is this one's or the last one's; 0 for what is not seen. */
  seen = new Uint8Array(0)
  /** By slot: the tags that the client holds. */
  tags: Int32Array | undefined
  /** By slot: the patch as of which the client holds the entity, 0 for not yet; where something may be put off. */
  sent: Float64Array | undefined
  /** By slot: how much the entity matters by now. */
  priorities = new Float32Array(0)
  /** By slot: in how many patches it has waited for bytes. */
  waits = new Uint32Array(0)
  /** Were told between two patches while changes of them waited for the next one. */
  readonly ahead = new Set<number>()
  /** The number of the collection that the client holds; -1 for none. */
  container = -1
  own: EntityRecord | undefined
  readonly outlook: Outlook
  readonly eye: Eye
  /** What callbacks are given. */
  readonly self: { client: unknown; own: Entity | undefined }
  stamp = 0
  #before = new Int32Array(0)
  #beforeCount = 0

  constructor(client: unknown, outlook: Outlook) {
    this.outlook = outlook
    this.eye = this.outlook.eye
    this.self = { client, own: undefined }
  }

  /** Begins a look: everything seen before counts as lost until it is seen again. */
  begin(slots: number): void {
    if (this.seen.length < slots) this.#grow(slots)
    const { list, count } = this
    this.list = this.#before
    this.#before = list
    this.#beforeCount = count
    this.count = 0
    if (this.left.length > 0) this.left.length = 0
    this.stamp = this.stamp === 1 ? 2 : 1
  }

  /** Ends it: `arrived` come last, in the order of their slots, and what was not seen again is lost. */
  end(arrived: Int32Array, arrivals: number): void {
    const { seen, stamp } = this
    this.stayed = this.count
    // Who joins gets what there is in the order in which it came, as without an area.
    if (arrivals > 1) arrived.subarray(0, arrivals).sort()
    for (let at = 0; at < arrivals; at++) this.list[this.count++] = arrived[at]!
    if (this.stayed === this.#beforeCount) return
    for (let at = 0; at < this.#beforeCount; at++) {
      const slot = this.#before[at]!
      if (seen[slot] === stamp) continue
      seen[slot] = 0
      this.left.push(slot)
    }
  }

  heldTags(): Int32Array {
    this.tags ??= new Int32Array(this.seen.length)
    return this.tags
  }

  /** The client holds nothing any more. */
  forget(): void {
    for (let at = 0; at < this.count; at++) {
      const slot = this.list[at]!
      this.seen[slot] = 0
      if (this.tags) this.tags[slot] = 0
      if (this.sent) this.settled(slot, 0)
    }
    this.count = this.stayed = 0
    this.left.length = 0
    this.ahead.clear()
    this.container = -1
  }

  /** From now on something may be put off; what is seen counts as sent with the patch `last`. */
  putOff(last: number): Float64Array {
    if (!this.sent) {
      this.sent = new Float64Array(this.seen.length)
      this.priorities = new Float32Array(this.seen.length)
      this.waits = new Uint32Array(this.seen.length)
      for (let at = 0; at < this.stayed; at++) this.sent[this.list[at]!] = last
    }
    return this.sent
  }

  /** What waited of an entity was told, with that patch; 0 where there is nothing to tell any more. */
  settled(slot: number, patch: number): void {
    this.sent![slot] = patch
    this.priorities[slot] = this.waits[slot] = 0
  }

  #grow(slots: number): void {
    const capacity = Math.max(64, 2 ** Math.ceil(Math.log2(slots)))
    const grown = <A extends Uint8Array | Int32Array | Uint32Array | Float64Array | Float32Array>(
      old: A,
      made: A,
    ): A => {
      made.set(old)
      return made
    }
    this.list = grown(this.list, new Int32Array(capacity))
    this.#before = grown(this.#before, new Int32Array(capacity))
    this.seen = grown(this.seen, new Uint8Array(capacity))
    if (this.tags) this.tags = grown(this.tags, new Int32Array(capacity))
    if (this.sent) {
      this.sent = grown(this.sent, new Float64Array(capacity))
      this.priorities = grown(this.priorities, new Float32Array(capacity))
      this.waits = grown(this.waits, new Uint32Array(capacity))
    }
  }
}

export function moveEye(eye: Eye, { placed, x, y, z }: Eye): void {
  eye.placed = placed
  eye.x = x
  eye.y = y
  eye.z = z
}
