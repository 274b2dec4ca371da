// biome-ignore lint/suspicious/noExplicitAny: any schema class
export type SchemaClass = abstract new (...args: any[]) => object

/** One field of a schema class, as `@colyseus/schema` describes it. */
export interface SchemaField {
  readonly name: string
  /** A primitive's name, `{ quantized }`, a schema class, or `{ array }`, `{ map }`, `{ set }`, `{ collection }`. */
  readonly type: unknown
  readonly optional?: boolean
  readonly deprecated?: boolean
}

/** Where `@colyseus/schema` keeps a class's fields, as it looks the symbol up itself. */
const METADATA: symbol = (Symbol as { metadata?: symbol }).metadata ?? Symbol.for('Symbol.metadata')

/** The fields of a schema class, inherited ones included, in the order of their numbers on the wire. */
export function schemaFields(schemaClass: SchemaClass): SchemaField[] {
  const metadata = (schemaClass as unknown as Record<symbol, Record<number, SchemaField> | undefined>)[
    METADATA
  ]
  const fields: SchemaField[] = []
  for (let index = 0; ; index++) {
    const field = metadata?.[index]
    if (typeof field?.name !== 'string') return fields
    fields.push(field)
  }
}
