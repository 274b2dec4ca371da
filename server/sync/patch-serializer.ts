import { type Client, SchemaSerializer } from '@colyseus/core'
import { Encoder, type Iterator, type Schema, type StateView } from '@colyseus/schema'

type Timing = Parameters<SchemaSerializer<Schema>['getFullState']>[1]

/**
 * Colyseus' encoder answers with a view of a buffer that the next tick overwrites. A socket that is still full keeps
 * that view, so a slow client would receive a later tick's bytes under an earlier frame's header and be wrong for
 * good (D4). This one hands out a copy of its own: one a tick, shared by everybody who receives it.
 */
class FrameEncoder<T extends Schema> extends Encoder<T> {
  /** False while every frame is copied anyway (timed frames carry each client's own prefix). */
  copyFrames = true

  override encode(it: Iterator, view?: StateView, buffer?: Uint8Array): Uint8Array {
    const bytes = super.encode(it, view, buffer)
    return view === undefined && this.copyFrames ? bytes.slice() : bytes
  }
}

/** The serializer of every {@link GameRoom}: stock frames, byte for byte, that nothing overwrites afterwards. */
export class PatchSerializer<T extends Schema> extends SchemaSerializer<T> {
  #frames!: FrameEncoder<T>

  override reset(newState: T & Schema): void {
    super.reset(newState)
    this.#frames = new FrameEncoder<T>(newState, this.encoder.root)
    this.encoder = this.#frames
  }

  override applyPatches(clients: Client[], state: T, timing?: Timing): boolean {
    this.#frames.copyFrames = timing === undefined
    try {
      return super.applyPatches(clients, state, timing)
    } finally {
      this.#frames.copyFrames = true
    }
  }

  override getFullState(client?: Client, timing?: Timing): Uint8Array {
    const bytes = super.getFullState(client, timing)
    return timing === undefined ? bytes.slice() : bytes
  }
}
