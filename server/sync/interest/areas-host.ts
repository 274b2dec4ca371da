import type { Client } from '@colyseus/core'

/** What the areas of a room ask of it, and tell it. */
export interface AreasHost {
  /** Bytes a second that a client gets at most; Infinity for no limit. */
  bytesPerSecond(client: Client): number
  /** Patches a second. */
  patchRateHz(): number
  /** An area goes the slow way from now on. */
  onFallback(area: string, reason: string): void
  /** A callback of the room failed; `first`: of this patch. */
  onFailure(error: unknown, first: boolean): void
  /** Updates that a budget or a tier put off. */
  onPutOff(count: number): void
}
