/** Every number of the game. */

/** Tents between the two players. */
export const TENTS = 5
/** Who holds so many has won. */
export const TENTS_TO_WIN = 3
/** Cards that fit on one player's side of a tent. */
export const CARDS_PER_SIDE = 3
/** Cards in a hand at the start; each card laid is replaced as long as there are any. */
export const HAND_SIZE = 5
/** Strengths of the cards: 1 to this. */
export const MAX_STRENGTH = 9
/** Cards of each strength. Six of all stay in the deck, so that nobody can count them out. */
export const COPIES = 4
/** Cards a player may lay face down in a match. */
export const MASKS = 4
/** How often a player may look behind a mask in a match. */
export const LANTERNS = 2
/** Added to three cards in a row, as 4 5 6. */
export const RUN_BONUS = 8
/** Added to three cards alike. */
export const ALIKE_BONUS = 12

/** Time for one turn, in seconds. */
export const TURN_SECONDS = 60
/** Turns in a row that run out before the match is lost. */
export const MISSES_TO_LOSE = 3
/** No single step of the clock takes more, in milliseconds: a machine that slept takes nobody's turn. */
export const MAX_CLOCK_STEP_MS = 1_000

/** Watchers at one table. */
export const MAX_WATCHERS = 30
/** How long a table waits for its players while a match is on and nobody is there, in minutes. */
export const KEEP_MINUTES = 15
/** How long it waits before anybody sat down, and after the match, in minutes. */
export const KEEP_IDLE_MINUTES = 2
