/** Numbers of the ticker, with their units. */

/** Times a second at which the feed is asked and watchers are told. */
export const UPDATES_HZ = 10
/** Symbols there may be: their numbers are two bytes on the wire. */
export const MAX_SYMBOLS = 65_535
export const MAX_SYMBOL_CHARS = 24
/** Symbols one watcher may watch at a time. */
export const MAX_WATCHED = 50
/** Points of a symbol's history, and the time between two, in milliseconds. */
export const HISTORY_POINTS = 60
export const HISTORY_EVERY_MS = 1_000
/** A feed that says nothing for so long counts as silent, in milliseconds. */
export const SILENT_AFTER_MS = 3_000
/** Symbols that one answer to a search holds at most. */
export const MAX_FOUND = 50
/** Values of one symbol at most: a price has one, a match has home, away and minute. */
export const MAX_VALUES = 4
