import type { ChangeTree, EncodeDescriptor } from '@colyseus/schema'
import { isShared } from './live-parent.ts'

/** The tag of a field marked `view()` without a number: whoever sees the entity sees the field. */
const DEFAULT_TAG = -1

/** What of a class decides how its instances are encoded. */
export interface Shape {
  /** Only numbers, texts and flags: the latest value of each field is all there is to tell. */
  readonly flat: boolean
  /** Some of its fields are seen by the holders of a tag only. */
  readonly tagged: boolean
  /** Why its instances are left to the stock encoder. */
  readonly unusual: string | undefined
}

const shapes = new WeakMap<EncodeDescriptor, Shape>()

export function shapeOf(descriptor: EncodeDescriptor): Shape {
  let shape = shapes.get(descriptor)
  if (!shape) {
    shape = examine(descriptor)
    shapes.set(descriptor, shape)
  }
  return shape
}

/** Why an entity, or what is new in it, is left to the stock encoder; undefined where it need not be. */
export function unusualIn(tree: ChangeTree, nested = false): string | undefined {
  const { tagged, unusual, flat } = shapeOf(tree.encDescriptor)
  if (unusual !== undefined) return unusual
  if (nested && tagged) return 'fields with a tag in what an entity holds'
  if (isShared(tree)) return 'an instance in two places'
  if (tree.isStreamCollection) return 'a stream'
  if (flat) return undefined
  let found: string | undefined
  tree.forEachChild((child) => {
    found ??= unusualIn(child, true)
  })
  return found
}

function examine({ isSchema, types, tags, hasAnyStream }: EncodeDescriptor): Shape {
  if (!isSchema) return { flat: false, tagged: false, unusual: undefined }
  let flat = true
  let tagged = false
  let unusual = hasAnyStream ? 'a stream' : undefined
  for (const [index, type] of types.entries()) {
    const tag = tags[index]
    const primitive = type === undefined || typeof type === 'string' || 'quantized' in type
    if (!primitive) flat = false
    if (!primitive && tag !== undefined) unusual ??= 'a collection or reference marked view() in an entity'
    if (tag !== undefined && tag !== DEFAULT_TAG) tagged = true
  }
  return { flat, tagged, unusual }
}

/** The fields of a class that the holder of some tags sees, as bits. */
export interface FieldMask {
  readonly low: number
  readonly high: number
}

const EVERY_FIELD: FieldMask = { low: -1, high: -1 }
const masks = new WeakMap<EncodeDescriptor, Map<number, FieldMask>>()

export function fieldsFor(descriptor: EncodeDescriptor, tags: number): FieldMask {
  if (!shapeOf(descriptor).tagged) return EVERY_FIELD
  const known = masks.get(descriptor) ?? new Map<number, FieldMask>()
  masks.set(descriptor, known)
  let mask = known.get(tags)
  if (!mask) {
    mask = { low: 0, high: 0 }
    for (const [index, tag] of descriptor.tags.entries()) {
      if (tag !== undefined && tag !== DEFAULT_TAG && (tag & tags) === 0) continue
      mask =
        index < 32
          ? { ...mask, low: mask.low | (1 << index) }
          : { ...mask, high: mask.high | (1 << (index - 32)) }
    }
    known.set(tags, mask)
  }
  return mask
}

export function holdsField({ low, high }: FieldMask, index: number): boolean {
  return index < 32 ? (low & (1 << index)) !== 0 : (high & (1 << (index - 32))) !== 0
}
