/** What everybody in the chat sees all the time. Messages are not among it: they travel once, as events. */
import { type SchemaType, schema, t } from '../../shared/schema.ts'

export const Channel = schema(
  {
    topic: t.string().default(''),
    /** Place in the list, from 0. */
    position: t.uint8().default(0),
    /** How many have it open now. */
    here: t.uint16().default(0),
    /** Least time between two messages of one person, in seconds; 0 for none. */
    slowModeSeconds: t.uint16().default(0),
  },
  'Channel',
)
export type Channel = SchemaType<typeof Channel>

export const ChatState = schema(
  {
    /** How many people are connected: counted, not listed, for a channel of a thousand is still a small state. */
    online: t.uint16().default(0),
    /** By id, which is also the name behind the `#`. */
    channels: t.map(Channel),
  },
  'ChatState',
)
export type ChatState = SchemaType<typeof ChatState>
