/** Every number of the chat. Times in the units of their names. */
export const MAX_NAME_CHARS = 24
export const MAX_TEXT_CHARS = 2_000
/** Nothing longer is looked at: cleaning can make a text shorter, but not by so much. */
export const MAX_RAW_CHARS = 4_000
export const MAX_ID_CHARS = 64
/** People a message can name so that they are told. */
export const MAX_MENTIONS = 20
/** Combining marks on one character; more of them climb over the lines above. */
export const MAX_MARKS = 4

/** Messages one person may send at once after a pause, and how many follow each second. */
export const FLOOD_BURST = 5
export const FLOOD_PER_SECOND = 1

export const PAGE_MESSAGES = 50
export const MAX_PAGE_MESSAGES = 100
export const MAX_LISTED_PEOPLE = 100

/** Who has not typed for so long has stopped. */
export const TYPING_MS = 4_000
/** Names of those who type that are told; more are counted. */
export const TYPING_NAMES = 3

export const MAX_MUTE_SECONDS = 30 * 24 * 3600
export const MAX_KICK_SECONDS = 24 * 3600
export const MAX_SLOW_SECONDS = 6 * 3600

/** People known by name who are not here; the others can be named while they are. */
export const MAX_KNOWN_PEOPLE = 10_000
