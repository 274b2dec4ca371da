import { compileSanitizer, type SanitizeInput } from '@colyseus/core'
import { $values } from '@colyseus/schema'
import { uncheckFields } from '../../shared/checked-fields.ts'
import { schemaFields } from '../../shared/schema-metadata.ts'

/** A field that holds one value, and what stands in its place when a client has deleted it. */
interface PlainField {
  readonly name: string
  /** Its number in the class. */
  readonly index: number
  /** Undefined where the room's own type allows it. */
  readonly absent: unknown
}

/**
 * Makes the sanitizer of an input schema: numbers that are not finite become 0 (and are reported), fields that a client
 * deleted get their default again, then the room's own sanitizer runs. Colyseus alone clamps NaN to a range's lower
 * end, which would hold the stick to the left, and lets a deleted field through as undefined.
 *
 * @param onInvalid told once per frame that held a number that is not finite
 */
export function rejectNonFinite<I extends object>(
  type: new () => I,
  sanitize: SanitizeInput<I> | undefined,
  onInvalid: () => void,
): (input: I) => void {
  // A client writes them: they are mended here, not refused in the middle of a frame.
  uncheckFields(type)
  const plain = plainFields(type)
  const own = sanitize ? compileSanitizer(sanitize) : undefined
  return (input) => {
    const fields = input as Record<string | symbol, unknown>
    // Where the library keeps them: each class's own accessors would be looked up by name, for each input.
    const values = fields[$values] as unknown[]
    let invalid = false
    for (const { name, index, absent } of plain) {
      const value = values[index]
      if (value === undefined || value === null) {
        if (absent !== undefined) fields[name] = absent
      } else if (typeof value === 'number' && !Number.isFinite(value)) {
        fields[name] = 0
        invalid = true
      }
    }
    if (invalid) onInvalid()
    own?.(input)
  }
}

function plainFields(type: new () => object): PlainField[] {
  const defaults = new type() as Record<string, unknown>
  return schemaFields(type).flatMap(({ name, type: kind, optional }, index) =>
    isPlain(kind)
      ? [{ name, index, absent: optional ? undefined : (defaults[name] ?? nothingOf(kind)) }]
      : [],
  )
}

/** Whether a field is a number, a text or a boolean, as opposed to an entity or a collection. */
function isPlain(type: unknown): type is string | { quantized: { min: number; max: number } } {
  return typeof type === 'string' || (typeof type === 'object' && type !== null && 'quantized' in type)
}

/** What Colyseus, too, begins with; it takes no bigint without a default. */
function nothingOf(type: string | { quantized: { min: number; max: number } }): string | boolean | number {
  if (typeof type === 'object') return Math.min(Math.max(0, type.quantized.min), type.quantized.max)
  if (type === 'string') return ''
  return type === 'boolean' ? false : 0
}
