/** What the watchdog's two threads agree on. */

/** Cells of the memory they share. */
export const BEAT = 0
export const PLACE = 1
export const CELLS = 2

/** Checks without a heartbeat that make a hang. */
export const CHECKS_A_HANG = 8

/** Where the main thread is: in which hook of which room. */
export interface Place {
  readonly room: string
  readonly roomId: string
  readonly hook: string
}

export interface WatchdogData {
  readonly shared: SharedArrayBuffer
  readonly checkEveryMs: number
  /** Whether to write JSON lines, as in production. */
  readonly json: boolean
}

export type ToWatchdog =
  | { readonly type: 'place'; readonly id: number; readonly place: Place }
  | { readonly type: 'forget'; readonly ids: readonly number[] }
  | { readonly type: 'endBy'; readonly ms: number }

/** A stand-still, with what ran; nothing of a room if none did. */
export interface Hang extends Partial<Place> {
  readonly ms: number
}

export interface FromWatchdog {
  readonly type: 'recovered'
  readonly hang: Hang
}
