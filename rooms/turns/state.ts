/** What is shown of a table. Fields with a view reach only the players who may know them. */
import { type SchemaType, schema, t } from '../../shared/schema.ts'

/** A card on the table. */
export const LaidCard = schema(
  {
    masked: t.boolean().default(false),
    /** For everybody; 0 behind a mask. */
    strength: t.uint8().default(0),
    /** For who laid it, and for who has looked behind the mask. */
    secret: t.uint8().default(0).view(),
  },
  'LaidCard',
)
export type LaidCard = SchemaType<typeof LaidCard>

export const Tent = schema(
  {
    /** Cards of the first player, in the order in which they were laid. */
    left: t.array(LaidCard),
    /** Cards of the second one. */
    right: t.array(LaidCard),
    /** Seat of who won it; -1 while it is open. */
    holder: t.int8().default(-1),
    /** Seat of who filled a side first, and so wins a tie; -1 while nobody did. */
    firstFull: t.int8().default(-1),
  },
  'Tent',
)
export type Tent = SchemaType<typeof Tent>

export const Player = schema(
  {
    sessionId: t.string().default(''),
    name: t.string().default(''),
    /** False while the player has no connection; the place is kept. */
    here: t.boolean().default(true),
    masks: t.uint8().default(0),
    lanterns: t.uint8().default(0),
    /** Cards in the hand. */
    cards: t.uint8().default(0),
    /** Turns in a row that ran out. */
    misses: t.uint8().default(0),
    /** Matches won at this table. */
    wins: t.uint16().default(0),
    wantsRematch: t.boolean().default(false),
    /** For the player alone, in order of strength. */
    hand: t.array('uint8').view(),
  },
  'Player',
)
export type Player = SchemaType<typeof Player>

/** `waiting` for a second player; `over` shows the result until both want another match. */
export type Phase = 'waiting' | 'playing' | 'over'

/** How a match ended; empty while it has not. */
export type EndedBy = '' | 'tents' | 'resigned' | 'time'

/** What happened last; empty at the start. */
export type LastKind = '' | 'laid' | 'masked' | 'peeked' | 'missed'

export const TurnsState = schema(
  {
    phase: t.string<Phase>().default('waiting'),
    /** Strangers are sent here, not only who knows the code. */
    open: t.boolean().default(true),
    /** In the order in which they sat down: the first one is seat 0. */
    players: t.array(Player),
    tents: t.array(Tent),
    /** Counts from 1. */
    match: t.uint16().default(0),
    /** Seat of who is at it. */
    turn: t.uint8().default(0),
    /** Counts from 1 in each match; a move names it. */
    turnNumber: t.uint8().default(0),
    /** For this turn. */
    secondsLeft: t.uint16().default(0),
    /** Seconds a turn has. */
    turnSeconds: t.uint16().default(0),
    /** False while neither player is there: time stands still then. */
    clockRuns: t.boolean().default(false),
    /** Cards in the deck. */
    deck: t.uint8().default(0),
    lastKind: t.string<LastKind>().default(''),
    lastBy: t.uint8().default(0),
    lastTent: t.uint8().default(0),
    lastPlace: t.uint8().default(0),
    /** Seat of who won; -1 while nobody has. */
    winner: t.int8().default(-1),
    endedBy: t.string<EndedBy>().default(''),
    watchers: t.uint8().default(0),
  },
  'TurnsState',
)
export type TurnsState = SchemaType<typeof TurnsState>
