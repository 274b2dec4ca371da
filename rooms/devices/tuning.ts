/** Every number of the room. */

/** Devices that are known at most, here or away. */
export const MAX_DEVICES = 5_000
/** Seats: devices and operators. */
export const MAX_CLIENTS = 5_200
/** Settings, and readings, of one device. */
export const MAX_VALUES = 16
export const MAX_TEXT_LENGTH = 64
/** Telemetry of one device: a second, and at once after a pause. */
export const TELEMETRY = { perSecond: 4, burst: 20 }
/** Seconds a device has to acknowledge a command, unless the operator says otherwise. */
export const DEADLINE_SECONDS = 10
export const MAX_DEADLINE_SECONDS = 300
/** Commands of one device that may be under way. */
export const MAX_UNDER_WAY = 8
/** Commands whose end is remembered, to know a replayed acknowledgement. */
export const MAX_REMEMBERED = 10_000
/** Steps a second: how fresh the values are that operators see. */
export const TICK_RATE_HZ = 4

/** How settings, readings and commands are called, and groups. Fields of a page take these as their `pattern`, too. */
export const NAME_PATTERN = '[A-Za-z][\\w.\\-]{0,23}'
export const GROUP_PATTERN = '[\\p{L}\\p{N}][\\p{L}\\p{N} ._\\-]{0,23}'
export const NAME_WORDS =
  'A name begins with a letter; letters, digits, . _ and - may follow, 24 characters in all.'
export const GROUP_WORDS = 'A group is called by letters, digits, spaces, . _ and -, 24 characters at most.'
