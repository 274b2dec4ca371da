import { type NumberCheck, numberCheck } from './checked-numbers.ts'
import { type SchemaClass, schemaFields } from './schema-metadata.ts'

type Setter = (this: object, value: unknown) => void

/** The accessors as the schema library made them, to be put back where values come from a client. */
const originals = new WeakMap<object, Map<string, PropertyDescriptor>>()

/**
 * Makes the fields of a schema class refuse numbers that would reach clients as other ones: not finite, out of range,
 * or broken where the type is whole. The field keeps its value then, and whoever wrote it gets a RangeError.
 */
export function checkFields<C extends SchemaClass>(schemaClass: C): C {
  const { prototype } = schemaClass
  const kept = new Map<string, PropertyDescriptor>()
  for (const { name, type } of schemaFields(schemaClass)) {
    const original = Object.getOwnPropertyDescriptor(prototype, name)
    const check = numberCheck(type) ?? entriesCheck(type)
    if (!check || !original?.set) continue
    kept.set(name, original)
    const write = original.set as Setter
    const where = (): string => `${schemaClass.name || 'schema'}.${name}`
    Object.defineProperty(prototype, name, {
      ...original,
      set(this: object, value: unknown) {
        check(value, where)
        write.call(this, value)
      },
    })
  }
  originals.set(schemaClass, kept)
  return schemaClass
}

/** For a collection that was filled before it was anybody's, and so knew nothing of its entries' type. */
function entriesCheck(type: unknown): NumberCheck | undefined {
  if (typeof type !== 'object' || type === null) return undefined
  const check = numberCheck(Object.values(type)[0])
  return (
    check &&
    ((collection, where) => {
      const { values } = (collection ?? {}) as { values?: () => Iterable<unknown> }
      if (typeof values !== 'function') return
      for (const entry of values.call(collection)) check(entry, () => `An entry of ${where()}`)
    })
  )
}

/**
 * Takes the checks off again, of a class and those it extends: for inputs, which a client writes and which are mended
 * field by field instead of refused.
 */
export function uncheckFields(schemaClass: SchemaClass): void {
  for (let one: unknown = schemaClass; typeof one === 'function'; one = Object.getPrototypeOf(one)) {
    for (const [name, original] of originals.get(one) ?? [])
      Object.defineProperty((one as SchemaClass).prototype, name, original)
    originals.delete(one)
  }
}
