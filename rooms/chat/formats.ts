/** What a client may send, as schemas. Raw lengths are bounded first: nothing walks through a megabyte of text. */
import { z } from 'zod'
import { cleanName, cleanText } from './text.ts'
import {
  MAX_ID_CHARS,
  MAX_KICK_SECONDS,
  MAX_MUTE_SECONDS,
  MAX_NAME_CHARS,
  MAX_PAGE_MESSAGES,
  MAX_RAW_CHARS,
  MAX_SLOW_SECONDS,
  MAX_TEXT_CHARS,
} from './tuning.ts'

const TOO_LONG = `A message has at most ${MAX_TEXT_CHARS} characters.`
const Text = z
  .string()
  .max(MAX_RAW_CHARS, TOO_LONG)
  .transform(cleanText)
  .pipe(z.string().min(1, 'A message needs something that can be seen.').max(MAX_TEXT_CHARS, TOO_LONG))
const ChannelId = z.string().max(64)
const PersonId = z.string().min(1).max(200)
const Seq = z.int().min(1)
const seconds = (most: number) => z.int().min(0).max(most)

export const Name = z.string().max(200).transform(cleanName).pipe(z.string().min(1).max(MAX_NAME_CHARS))
export const InChannel = z.object({ channel: ChannelId })
export const Place = z.object({ channel: ChannelId, seq: Seq })
export const Said = z.object({
  channel: ChannelId,
  /** Chosen by the client, unique among its person's messages of a channel: sent again, it is the same message. */
  id: z.string().regex(new RegExp(`^[\\w-]{1,${MAX_ID_CHARS}}$`)),
  text: Text,
})
export const Edited = z.object({ channel: ChannelId, seq: Seq, text: Text })
export const HistoryPlace = z.object({
  channel: ChannelId,
  before: Seq.optional(),
  after: z.int().min(0).optional(),
  limit: z.int().min(1).max(MAX_PAGE_MESSAGES).optional(),
})

/** What a moderator may ask for. Times in seconds; 0 takes a mute, a kick or slow mode back. */
export const Moderation = z.discriminatedUnion('act', [
  z.object({ act: z.literal('mute'), person: PersonId, seconds: seconds(MAX_MUTE_SECONDS) }),
  z.object({ act: z.literal('kick'), person: PersonId, seconds: seconds(MAX_KICK_SECONDS) }),
  z.object({ act: z.literal('slow'), channel: ChannelId, seconds: seconds(MAX_SLOW_SECONDS) }),
])
export type Moderation = z.infer<typeof Moderation>
