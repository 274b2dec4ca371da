import { Protocol } from '@colyseus/core'
import {
  $refId,
  type ChangeTree,
  type Encoder,
  encode,
  type Iterator,
  OPERATION,
  type Schema,
  type StateView,
} from '@colyseus/schema'
import { fieldsFor, holdsField } from './interest/entity-shape.ts'

/** What a client sees of interest areas, each structure with the tags that the client holds of it. */
export type Holder = ReadonlyMap<ChangeTree, number>

const SWITCH_TO_STRUCTURE = 255

/**
 * A full state holds what there is, and a client that decodes it over an older one keeps every field that is no longer
 * there: a cleared `target`, or one that its view lost. This patch, sent right after the full state, clears them.
 *
 * @returns undefined when nothing is absent
 */
export function encodeAbsentFields(
  { root }: Pick<Encoder<Schema>, 'root'>,
  view?: StateView,
  held?: Holder,
): Uint8Array | undefined {
  const bytes: number[] = [Protocol.ROOM_STATE_PATCH]
  const it: Iterator = { offset: 1 }
  for (const tree of Object.values(root.changeTrees)) {
    const { isSchema, names, tags, metadata, filter } = tree.encDescriptor
    const heldTags = held?.get(tree)
    if (!isSchema) continue
    if (tree.isFiltered && heldTags === undefined && !view?.isChangeTreeVisible(tree)) continue
    const fields = heldTags === undefined ? undefined : fieldsFor(tree.encDescriptor, heldTags)
    const ref = tree.ref as unknown as Record<string, unknown> & { [$refId]: number }
    let named = false
    for (const [index, name] of names.entries()) {
      const field = metadata[index] as { patchOnly?: boolean; deprecated?: boolean } | undefined
      // Neither is part of a full state, so their absence says nothing.
      if (name === undefined || field?.patchOnly || field?.deprecated) continue
      const hidden = fields
        ? !holdsField(fields, index)
        : tags[index] !== undefined && !filter?.(ref, index, view)
      if (hidden ? !view && !fields : ref[name] !== undefined && ref[name] !== null) continue
      if (!named) {
        bytes[it.offset++] = SWITCH_TO_STRUCTURE
        encode.number(bytes, ref[$refId], it)
        named = true
      }
      bytes[it.offset++] = index | OPERATION.DELETE
    }
  }
  return it.offset > 1 ? Uint8Array.from(bytes) : undefined
}
