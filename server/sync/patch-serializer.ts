import { type Client, Protocol, SchemaSerializer } from '@colyseus/core'
import type { ChangeTree, Schema, StateView } from '@colyseus/schema'
import { encodeAbsentFields, type Holder } from './absent-fields.ts'
import { changedArrays, withPresentPlaces } from './changed-arrays.ts'
import { encodeMemory, withoutMemory } from './encode-memory.ts'
import { FrameEncoder } from './frame-encoder.ts'
import type { InterestAreas } from './interest/interest-areas.ts'
import { isJoined, type PacedClient } from './paced-client.ts'
import { frameOf, type Timing, timedFrame } from './timed-frame.ts'

const EMPTY_PATCH = Uint8Array.of(Protocol.ROOM_STATE_PATCH)
/** In the place of a view, for clients without one. */
const EVERYBODY = Symbol('everybody')
type Audience = StateView | typeof EVERYBODY

/**
 * The serializer of every {@link GameRoom}: stock frames, byte for byte, encoded once a tick for all who see the same,
 * in memory that nothing overwrites afterwards (D4). Who cannot keep up gets no backlog: patches stop, and when it has
 * drained it receives the state as it is then. What lies in interest areas is added to each client's frame.
 */
export class PatchSerializer<T extends Schema> extends SchemaSerializer<T> {
  readonly #areas: InterestAreas | undefined
  readonly #onFullState: ((bytes: number) => void) | undefined
  #frames!: FrameEncoder<T>
  /** Of the last patch: what a client without a tick of its own in between would have been told. */
  #timing: Timing | undefined
  /** Who holds a whole state with changes of arrays in it that the next patch will tell. */
  readonly #ahead = new WeakSet<Client>()
  /** What this tick sends, by who sees it. */
  readonly #bodies = new Map<Audience, Uint8Array>()

  /** @param onFullState told how many bytes each whole state for a client has */
  constructor(areas?: InterestAreas, onFullState?: (bytes: number) => void) {
    super()
    this.#areas = areas
    this.#onFullState = onFullState
    this.fullEncodeBuffer = encodeMemory.full
  }

  override reset(newState: T & Schema): void {
    withoutMemory(() => {
      super.reset(newState)
      this.#frames = new FrameEncoder<T>(newState, this.encoder.root)
    })
    this.encoder = this.#frames
    this.needFullEncode = true
    this.#areas?.attach(this.#frames)
  }

  override getFullState(client?: Client, timing?: Timing): Uint8Array {
    const areas = client && this.#areas?.any ? this.#areas : undefined
    // Areas see to their own.
    const changed = client ? changedArrays(this.#frames.root).filter((tree) => !areas?.holds(tree)) : []
    if (client && changed.length > 0) this.#ahead.add(client)
    // First, since it may put what the client sees into its view.
    if (client) areas?.lookAnew(client)
    const state = withPresentPlaces(changed, () => this.#fullState(this.#viewOf(client)))
    const frame = areas && areas.plan.bytes > 0 ? frameOf(state, areas) : state
    if (client) this.#onFullState?.(frame.length)
    return timing && client ? timedFrame(frame, timing, client) : frame
  }

  override applyPatches(clients: Client[], state: T, timing?: Timing): boolean {
    this.#timing = timing
    if (clients.length === 0) {
      this.#areas?.missed()
      return super.applyPatches(clients, state, timing)
    }
    const areas = this.#areas?.any ? this.#areas : undefined
    const inAreas = areas?.collect(clients) ?? false
    const changed = this.encoder.hasChanges
    try {
      this.#encodeShared(changed, areas !== undefined)
      for (const client of clients as PacedClient[])
        if (isJoined(client)) this.#sendPatch(client, changed, areas)
    } finally {
      this.#bodies.clear()
      areas?.release()
      if (changed) {
        this.needFullEncode = true
        this.encoder.discardChanges()
      }
      areas?.resume()
    }
    for (const client of clients as PacedClient[])
      if (client.behind && isJoined(client)) this.#catchUp(client)
    return changed || inAreas
  }

  /** The whole state for a client that holds an older one: with what it must forget. */
  snapshotOver(client: Client, timing?: Timing): Uint8Array[] {
    const frame = this.getFullState(client, timing)
    const absent = encodeAbsentFields(this.encoder, this.#viewOf(client), this.#heldBy(client))
    return absent === undefined ? [frame] : [frame, absent]
  }

  /** A session is over, and what was kept for it. */
  leave({ sessionId }: Client): void {
    this.#areas?.leave(sessionId)
  }

  #viewOf(client: Client | undefined): StateView | undefined {
    return this.hasFilters ? client?.view : undefined
  }

  #heldBy(client: Client): Holder | undefined {
    const held = new Map<ChangeTree, number>()
    this.#areas?.held(client, (tree, tags) => held.set(tree, tags))
    return held.size > 0 ? held : undefined
  }

  #fullState(view: StateView | undefined): Uint8Array {
    const frames = this.#frames
    frames.unwalked = this.#areas?.maps ?? []
    if (this.needFullEncode || frames.root.changes.next !== undefined) {
      this.sharedOffsetCache = { offset: 1 }
      encodeMemory.full[0] = Protocol.ROOM_STATE
      this.fullEncodeCache = frames.encodeAll(this.sharedOffsetCache, encodeMemory.full).slice()
      this.needFullEncode = false
    }
    if (view === undefined) return this.fullEncodeCache
    const { offset } = this.sharedOffsetCache
    // Another room's may lie there.
    encodeMemory.full.set(this.fullEncodeCache)
    return frames.encodeAllView(view, offset, { offset }, encodeMemory.full)
  }

  #encodeShared(changed: boolean, copied: boolean): void {
    const it = { offset: 1 }
    this.#frames.begin()
    this.#frames.sharedBuffer[0] = Protocol.ROOM_STATE_PATCH
    // Without a copy the next tick would write over what a full socket still holds. Timed frames are copies anyway.
    const bytes = changed ? this.#frames.encode(it) : EMPTY_PATCH
    this.#bodies.set(EVERYBODY, this.#timing || copied || !changed ? bytes : Buffer.from(bytes))
  }

  #sendPatch(client: PacedClient, changed: boolean, areas: InterestAreas | undefined): void {
    if (this.#ahead.delete(client)) {
      // Told twice, a change of an array would be made twice: it gets the whole state once more.
      client.missPatch()
      this.#missed(client)
      return
    }
    const shared = this.#bodies.get(EVERYBODY)!
    const view = this.#viewOf(client)
    const viewed = view !== undefined && (changed || view.changes.size > 0 || this.#bodies.has(view))
    const always = changed || viewed || this.#timing !== undefined
    if (!areas && !always) return
    if ((always || client.behind) && !this.#takes(client, shared.length)) return
    const body = viewed ? this.#viewBody(view, shared.length) : shared
    areas?.look(client, body.length)
    const areaBytes = areas?.plan.bytes ?? 0
    if (!always && areaBytes === 0) return
    if ((body !== shared || areaBytes > 0 || !always) && !this.#takes(client, body.length + areaBytes)) return
    client.raw(areas || this.#timing ? frameOf(body, areas, this.#timing, client) : body)
  }

  /** A view's patch, the same one for everybody who shares the view (D7). */
  #viewBody(view: StateView, sharedBytes: number): Uint8Array {
    let body = this.#bodies.get(view)
    if (body === undefined) {
      body = this.#frames.encodeView(view, sharedBytes, { offset: sharedBytes })
      this.#bodies.set(view, body)
    }
    return body
  }

  #takes(client: PacedClient, bytes: number): boolean {
    if (client.takesPatch(bytes)) return true
    this.#missed(client)
    return false
  }

  #missed(client: PacedClient): void {
    this.#areas?.forget(client)
    // No full state holds the elements of a stream, so who misses one cannot be brought up to date.
    if (this.#frames.root.streamTrees.size > 0) client.giveUp()
    client.whenDrained = () => {
      // Between two ticks there is a state to send only if nothing of it waits for the next patch.
      if (!this.encoder.hasChanges && !client.view?.changes.size) this.#catchUp(client)
    }
  }

  #catchUp(client: PacedClient): void {
    // What the view gained and lost is in the full state; kept, it would be sent again, or pile up.
    client.view?.changes.clear()
    if (client.drained && isJoined(client)) client.resync(this.snapshotOver(client, this.#timing))
  }
}
