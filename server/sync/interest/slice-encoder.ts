import {
  $childType,
  $refId,
  type ChangeTree,
  type Encoder,
  encode,
  OPERATION,
  type Schema,
} from '@colyseus/schema'
import { type FieldMask, fieldsFor, holdsField } from './entity-shape.ts'

const SWITCH_TO_STRUCTURE = 255
const FIRST_BYTES = 65_536
/** Fields a class of the schema library can have. */
export const MAX_FIELDS = 64

type FieldInfo = { patchOnly?: boolean; deprecated?: boolean } | undefined

/**
 * Encodes pieces of frames into one growing memory: what changed in an entity, all of it, its coming and going. Frames
 * are put together by copying them. The bytes of a piece are the stock encoder's.
 */
export class SliceEncoder {
  /** None until something is written: most rooms have no area. */
  bytes = Buffer.alloc(0)
  readonly it = { offset: 0 }
  readonly #encoder: Encoder
  /** What is being written: of which structure, for whom, and whether it has been named. */
  #tree!: ChangeTree
  #fields: FieldMask = { low: -1, high: -1 }
  #named = false
  #whole = false

  constructor(encoder: Encoder) {
    this.#encoder = encoder
  }

  /** Begins a new tick: pieces written before are no longer needed. */
  clear(): void {
    this.it.offset = 0
  }

  /** What changed in an entity since the last patch. `trees` in the order in which they must reach a decoder. */
  changes(trees: readonly ChangeTree[], tags: number): number {
    const from = this.it.offset
    for (const tree of trees) {
      this.#begin(tree, tags)
      tree.forEachWithCtx(this, writeChange)
    }
    return this.#wrote(from) ? from : this.changes(trees, tags)
  }

  /** Everything there is of an entity, for who holds nothing of it. */
  all(entity: ChangeTree, tags: number): number {
    const from = this.it.offset
    this.#whole = true
    this.#writeAll(entity, tags)
    this.#whole = false
    return this.#wrote(from) ? from : this.all(entity, tags)
  }

  /** Everything, for who holds an older state of the entity: with what is no longer there. */
  allOver(entity: ChangeTree, tags: number): number {
    const from = this.it.offset
    this.#whole = true
    this.#writeOver(entity, tags)
    this.#whole = false
    return this.#wrote(from) ? from : this.allOver(entity, tags)
  }

  /** The latest values of some fields, all of them values; `fixed` also those that never change. */
  fields(entity: ChangeTree, wanted: (index: number) => boolean, fixed = false): number {
    const from = this.it.offset
    this.#begin(entity, 0)
    const { names } = entity.encDescriptor
    for (let index = 0; index < names.length; index++) {
      if (names[index] === undefined || !wanted(index)) continue
      if (!fixed && entity.isFieldFullStateOnly(index)) continue
      this.#name()
      this.#put(index, has(entity, index) ? OPERATION.ADD : OPERATION.DELETE)
    }
    return this.#wrote(from) ? from : this.fields(entity, wanted, fixed)
  }

  /** Takes fields out of an entity that somebody holds. */
  withoutFields(entity: ChangeTree, lost: (index: number) => boolean): number {
    const from = this.it.offset
    this.#begin(entity, 0)
    const { names } = entity.encDescriptor
    for (let index = 0; index < names.length; index++) {
      if (names[index] === undefined || !lost(index)) continue
      this.#name()
      this.bytes[this.it.offset++] = index | OPERATION.DELETE
    }
    return this.#wrote(from) ? from : this.withoutFields(entity, lost)
  }

  /** Names a structure: what follows it is about that one. */
  name(tree: ChangeTree): number {
    const from = this.it.offset
    this.#begin(tree, 0)
    this.#name()
    return this.#wrote(from) ? from : this.name(tree)
  }

  /** One operation of a structure that has been named. */
  operation(tree: ChangeTree, index: number, operation: OPERATION): number {
    const from = this.it.offset
    this.#begin(tree, 0)
    this.#put(index, operation)
    return this.#wrote(from) ? from : this.operation(tree, index, operation)
  }

  /** The end of a map's entry whose index is known, whatever the map holds by now. */
  removal(index: number): number {
    const from = this.it.offset
    this.bytes[this.it.offset++] = OPERATION.DELETE
    encode.number(this.bytes, index, this.it)
    return this.#wrote(from) ? from : this.removal(index)
  }

  /** @internal */
  change(index: number, operation: OPERATION): void {
    if (index < 0) {
      this.#name()
      this.bytes[this.it.offset++] = -index & 255
      return
    }
    if (!holdsField(this.#fields, index) && this.#tree.encDescriptor.isSchema) return
    this.#name()
    this.#put(index, operation)
  }

  #writeAll(tree: ChangeTree, tags: number): void {
    this.#begin(tree, tags)
    tree.forEachLiveWithCtx(this, writeLive)
    tree.forEachChild((child) => this.#writeAll(child, tags))
  }

  #writeOver(tree: ChangeTree, tags: number): void {
    this.#begin(tree, tags)
    const { isSchema, names, metadata, types } = tree.encDescriptor
    if (!isSchema) {
      this.#name()
      this.bytes[this.it.offset++] = OPERATION.CLEAR
      tree.forEachLiveWithCtx(this, writeLive)
    } else {
      for (let index = 0; index < names.length; index++) {
        const { patchOnly, deprecated } = (metadata[index] as FieldInfo) ?? {}
        if (names[index] === undefined || patchOnly || deprecated || !holdsField(this.#fields, index))
          continue
        this.#name()
        // A reference may replace another one, which is to be let go.
        const there = typeof types[index] === 'string' ? OPERATION.ADD : OPERATION.DELETE_AND_ADD
        this.#put(index, has(tree, index) ? there : OPERATION.DELETE)
      }
    }
    tree.forEachChild((child) => this.#writeOver(child, tags))
  }

  #begin(tree: ChangeTree, tags: number): void {
    this.#tree = tree
    this.#named = false
    this.#fields = fieldsFor(tree.encDescriptor, tags)
  }

  #name(): void {
    if (this.#named) return
    this.#named = true
    this.bytes[this.it.offset++] = SWITCH_TO_STRUCTURE
    encode.number(this.bytes, this.#tree.ref[$refId]!, this.it)
  }

  #put(index: number, operation: OPERATION): void {
    const tree = this.#tree
    const { encoder, metadata } = tree.encDescriptor
    encoder(this.#encoder, this.bytes, tree, index, operation, this.it, this.#whole, false, metadata)
  }

  /** Whether it fitted. If not, there is more room now, and the piece is to be written again. */
  #wrote(from: number): boolean {
    if (this.it.offset <= this.bytes.length) return true
    const grown = Buffer.allocUnsafeSlow(Math.max(this.it.offset, this.bytes.length * 2, FIRST_BYTES))
    grown.set(this.bytes)
    this.bytes = grown
    this.it.offset = from
    return false
  }
}

function writeChange(self: SliceEncoder, index: number, operation: OPERATION): void {
  self.change(index, operation)
}

function writeLive(self: SliceEncoder, index: number): void {
  self.change(index, OPERATION.ADD)
}

function has({ ref, encDescriptor }: ChangeTree, index: number): boolean {
  const value = (ref as unknown as Schema & Record<string, unknown>)[encDescriptor.names[index]!]
  return value !== undefined && value !== null
}

/** Whether an operation of a structure brings in something that may have been elsewhere before. */
export function bringsOld(tree: ChangeTree): boolean {
  let found = false
  const type = tree.encDescriptor.isSchema
    ? undefined
    : (tree.refTarget as { [$childType]?: unknown })[$childType]
  if (typeof type === 'string') return false
  tree.forEach((index, operation) => {
    if (index < 0 || (operation & OPERATION.ADD) === 0) return
    const value = tree.getValue(index) as { [key: symbol]: ChangeTree } | undefined
    const child = value?.[Symbol.for('$changes')]
    if (child && !child.isNew) found = true
  })
  return found
}
