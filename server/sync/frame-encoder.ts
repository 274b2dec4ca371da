import { Encoder, type Iterator, type Schema, type StateView } from '@colyseus/schema'
import { encodeMemory } from './encode-memory.ts'

const KEPT = (): void => {}

/**
 * Colyseus' encoder on memory that grows as far as needed, quietly. The bytes are its own; what changes is that states
 * and views beyond the first 16 KB come out whole (D6).
 */
export class FrameEncoder<T extends Schema> extends Encoder<T> {
  /** Maps whose entries no full state holds: each client gets those of its interest area besides. */
  unwalked: readonly { readonly map: object | undefined }[] = []
  #overflownAt = 0

  constructor(...args: ConstructorParameters<typeof Encoder<T>>) {
    super(...args)
    // Colyseus' own adds 16 KB at a time, with a warning each, and forgets a full state's buffer once it grew.
    this['_resizeBuffer'] = (buffer: Uint8Array, usedBytes: number) => this.#grow(buffer, usedBytes)
    this.begin()
  }

  /** Before a patch: another room's may have needed more memory than there was. */
  begin(): void {
    this.sharedBuffer = encodeMemory.patch
  }

  override encodeAll(it?: Iterator, buffer?: Uint8Array): Uint8Array {
    return this.#without(() => super.encodeAll(it, buffer))
  }

  override encodeAllView(...args: Parameters<Encoder['encodeAllView']>): Uint8Array {
    return this.#without(() => super.encodeAllView(...args))
  }

  override encode(it: Iterator, view?: StateView, buffer = this.sharedBuffer, from = it.offset): Uint8Array {
    if (view !== undefined && it.offset > buffer.byteLength) {
      // What the view gained did not fit: Colyseus writes that part without looking.
      this.#overflownAt = it.offset
      return buffer
    }
    return super.encode(it, view, buffer, from)
  }

  /** A view's patch, in memory of its own. `it` stands behind the shared part. */
  override encodeView(view: StateView, sharedOffset: number, it: Iterator): Uint8Array {
    const { changes } = view
    if (changes.size === 0 && this.root.streamTrees.size === 0)
      return super.encodeView(view, sharedOffset, it)
    const from = it.offset
    // Emptied only when they are out: an overflow has to encode them again.
    changes.clear = KEPT
    try {
      let frame = super.encodeView(view, sharedOffset, it)
      while (this.#overflownAt > 0) {
        this.#grow(this.sharedBuffer, this.#overflownAt + Encoder.BUFFER_SIZE)
        this.#overflownAt = 0
        it.offset = from
        frame = super.encodeView(view, sharedOffset, it)
      }
      return frame
    } finally {
      Reflect.deleteProperty(changes, 'clear')
      changes.clear()
    }
  }

  /** The library walks through every entry, to skip it: a world's worth of them for each join. */
  #without(encode: () => Uint8Array): Uint8Array {
    const maps = this.unwalked.flatMap(({ map }) => (map ? [map as { $items: unknown }] : []))
    const entries = maps.map(({ $items }) => $items)
    for (const map of maps) map.$items = new Map()
    try {
      return encode()
    } finally {
      for (const [at, map] of maps.entries()) map.$items = entries[at]
    }
  }

  #grow(buffer: Uint8Array, usedBytes: number): Uint8Array {
    const grown = new Uint8Array(Math.max(usedBytes, buffer.byteLength * 2))
    grown.set(buffer)
    if (buffer === encodeMemory.full) encodeMemory.full = grown
    else this.sharedBuffer = encodeMemory.patch = grown
    return grown
  }
}
