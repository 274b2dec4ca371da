import { type Client, ClientState } from '@colyseus/core'

/** A client that may read slower than its room writes. */
export interface PacedClient extends Client {
  /** It missed a patch: until the next resync it gets no state and no message. */
  readonly behind: boolean
  /** What was sent to it has arrived, but for a little: a client that is behind can be resynced. */
  readonly drained: boolean
  /** Whether a patch of that many bytes may go out now. If not, the client is behind. */
  takesPatch(bytes: number): boolean
  /** It is not to get this patch, though it could: from now on it is behind. */
  missPatch(): void
  /** Writes the whole state as it is now, and after it the messages that had to wait. */
  resync(frames: readonly Uint8Array[]): void
  /** Called when a client that is behind has drained. */
  whenDrained: (() => void) | undefined
  /** Ends the connection of a client that cannot keep up. */
  giveUp(): void
}

/** Whether a client has acknowledged its join: before that it is sent no patch. */
export function isJoined({ state }: Client): boolean {
  return state === ClientState.JOINED
}
