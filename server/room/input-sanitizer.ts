import { compileSanitizer, type SanitizeInput } from '@colyseus/core'

interface FieldMetadata {
  readonly name?: string
  readonly type?: unknown
}

/** Where `@colyseus/schema` keeps a class's fields, as it looks the symbol up itself. */
const METADATA: symbol = (Symbol as { metadata?: symbol }).metadata ?? Symbol.for('Symbol.metadata')

/**
 * Makes the sanitizer of an input schema: numbers that are not finite become 0 (and are reported), then the room's
 * own sanitizer runs. Colyseus alone clamps NaN to a range's lower end, which would hold the stick to the left.
 *
 * @param onInvalid told once per frame that held such a number
 */
export function rejectNonFinite<I extends object>(
  type: new () => I,
  sanitize: SanitizeInput<I> | undefined,
  onInvalid: () => void,
): (input: I) => void {
  const numbers = numericFields(type)
  const own = sanitize ? compileSanitizer(sanitize) : undefined
  return (input) => {
    const fields = input as Record<string, unknown>
    let invalid = false
    for (const name of numbers) {
      const value = fields[name]
      if (typeof value !== 'number' || Number.isFinite(value)) continue
      fields[name] = 0
      invalid = true
    }
    if (invalid) onInvalid()
    own?.(input)
  }
}

function numericFields(type: new () => object): string[] {
  const metadata = (type as unknown as Record<symbol, Record<number, FieldMetadata> | undefined>)[METADATA]
  const names: string[] = []
  for (let index = 0; ; index++) {
    const field = metadata?.[index]
    if (typeof field?.name !== 'string') return names
    if (field.type !== 'string' && field.type !== 'boolean') names.push(field.name)
  }
}
