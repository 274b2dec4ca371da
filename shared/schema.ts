/**
 * `fairground/schema`: how rooms declare their state. A thin wrapper around `@colyseus/schema`, so that nobody
 * ends up with two copies of it; runs on both sides of the wire.
 */
export {
  ArraySchema,
  CollectionSchema,
  MapSchema,
  Schema,
  type SchemaType,
  SetSchema,
  StateView,
  schema,
  t,
} from '@colyseus/schema'
