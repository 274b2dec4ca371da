import { type SchemaType, schema, t } from '../../shared/schema.ts'

/** What everybody sees; prices go to those who watch them, as events. */
export const TickerState = schema(
  {
    /** Symbols there are. */
    symbols: t.uint16().default(0),
    watchers: t.uint16().default(0),
    /** Whether every feed has said something lately. */
    live: t.boolean().default(false),
    /** Names of the feeds that have not, with commas in between. */
    silentFeeds: t.string().default(''),
    /** Quotes that were left out since the room opened: unknown, malformed or late. */
    refused: t.uint32().default(0),
  },
  'TickerState',
)
export type TickerState = SchemaType<typeof TickerState>
