/**
 * `fairground/schema`: how rooms declare their state. A thin wrapper around `@colyseus/schema`, so that nobody
 * ends up with two copies of it; runs on both sides of the wire. Its fields and collections refuse numbers that would
 * reach clients as other ones, with a RangeError where they are written.
 */
import { schema as declare } from '@colyseus/schema'
import { checkCollections } from './checked-collections.ts'
import { checkFields } from './checked-fields.ts'

export {
  ArraySchema,
  CollectionSchema,
  MapSchema,
  Schema,
  type SchemaType,
  SetSchema,
  StateView,
  t,
} from '@colyseus/schema'

checkCollections()

/** Declares a state class by its fields: `schema({ name: t.string(), health: t.uint8().default(100) }, 'Fighter')`. */
export const schema = ((...args: Parameters<typeof declare>) => checked(declare(...args))) as typeof declare

/** A class made by `schema()`, and every class made of it by `extend()`. */
function checked<C extends ReturnType<typeof declare>>(schemaClass: C): C {
  const { extend } = schemaClass
  schemaClass.extend = ((...args: Parameters<typeof extend>) => checked(extend(...args))) as typeof extend
  return checkFields(schemaClass)
}
