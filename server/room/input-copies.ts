import { $changes, $values, Schema } from '@colyseus/schema'
import { type SchemaClass, schemaFields } from '../../shared/schema-metadata.ts'

const NUMBERS = ['int', 'uint'].flatMap((kind) => [8, 16, 32, 64].map((bits) => `${kind}${bits}`))
/** Types whose values can be in two objects at once. */
const PLAIN: ReadonlySet<unknown> = new Set([
  ...['number', 'boolean', 'string', 'float32', 'float64', 'bigint64', 'biguint64'],
  ...NUMBERS,
])

type Values = Record<symbol, unknown[]>

/**
 * Makes copies of an input cost what its values do. Colyseus copies each input that arrives, and gives each copy what
 * it takes to synchronize it, which hardly any is; here a copy gets that when it is written to or put into a state.
 */
export function copyCheaply(type: SchemaClass): void {
  const { prototype } = type
  const fields = schemaFields(type)
  // A class with its own idea of a copy keeps it, and one with structures in it the library's.
  if (prototype.clone !== Schema.prototype.clone || !fields.every(isPlain)) return

  function Copy(this: Values, values: unknown[]) {
    this[$values] = values
  }
  Copy.prototype = prototype
  const make = Copy as unknown as new (values: unknown[]) => object

  Object.defineProperties(prototype, {
    clone: {
      value(this: Values) {
        return new make(this[$values]!.slice())
      },
      writable: true,
      configurable: true,
    },
    [$changes]: {
      get(this: Values & Record<string, unknown>) {
        const values = this[$values]
        // Of the class itself, where the library looks for it.
        if (values === undefined) return undefined
        Schema.initialize(this)
        fields.forEach(({ name }, index) => {
          if (values[index] !== undefined) this[name] = values[index]
        })
        // The same array as before: a field that is being written to holds it already.
        this[$values] = values
        return this[$changes]
      },
      configurable: true,
    },
  })
}

function isPlain({ type }: { type: unknown }): boolean {
  return PLAIN.has(type) || (typeof type === 'object' && type !== null && 'quantized' in type)
}
