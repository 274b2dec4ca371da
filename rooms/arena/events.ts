import type { PickupKind } from './state.ts'

/** One line of the table at the end of a round, best first. */
export type Standing = { sessionId: string; name: string; score: number; deaths: number }

/** What the room tells everybody besides its state: moments, not facts that last. Positions in metres. */
export type ArenaEvents = {
  /** A shot flew from (x, y) to (toX, toY); `hit` is the session id of whom it met, absent for a wall or thin air. */
  shot: { by: string; x: number; y: number; toX: number; toY: number; hit?: string }
  /** `victim` lost `damage` health; 0 where the spawn shield took it. */
  hit: { victim: string; by: string; damage: number }
  /** `streak` counts the killer's kills since its own last death, this one included. */
  kill: { victim: string; by: string; victimName: string; byName: string; streak: number }
  pickup: { by: string; pickup: string; kind: PickupKind }
  /** A fighter came (back) into the arena. */
  spawn: { sessionId: string; x: number; y: number }
  roundStart: { round: number; endsTick: number }
  roundEnd: { round: number; standings: Standing[]; nextTick: number }
  emote: { by: string; kind: Emote }
  survey: Survey
}

/** Once a second, where players do not see everybody: how the whole world stands. */
export type Survey = {
  players: number
  /** The living, two bytes each: x and y in 255ths of the world's width and height. */
  dots: Uint8Array
  /** The best of the round. */
  leaders: Standing[]
}

export const EMOTES = ['hello', 'nice', 'thanks', 'sorry', 'laugh'] as const
export type Emote = (typeof EMOTES)[number]
