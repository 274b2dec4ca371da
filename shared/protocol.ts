/** What both sides must agree on besides Colyseus' own wire. */

/** Raised when client and server SDK can no longer understand each other; sent with every join. */
export const PROTOCOL_VERSION = 1

/** HTTP header in which our SDK tells its {@link PROTOCOL_VERSION}; stock Colyseus clients send none. */
export const PROTOCOL_HEADER = 'x-fairground-protocol'

/** WebSocket protocol that our SDK offers first. Those after it are no protocols: they carry what proves a seat. */
export const SEAT_PROTOCOL = 'fairground'

/** How they begin. The token is in base64url; the others are of its characters by themselves. */
export const SEAT_SECRETS = { sessionId: 'session.', reconnectionToken: 'return.', token: 'token.' } as const

/** Query parameter by which a socket without a seat asks to be held for so many seconds: a test of idle limits. */
export const HOLD_PARAMETER = 'hold'

/**
 * First byte of a frame by which our SDK tells how many payload bytes of this connection it has read and handled, as 32
 * bits, low byte first. Colyseus has no such frame; stock clients never send it, and are asked by ping instead.
 */
export const ACKNOWLEDGE = 30

/**
 * Type of the message by which a server that shuts down tells our SDK when it closes the room. Official clients that hear
 * of it pass over it in silence, as they do over every type that begins so.
 */
export const CLOSING_MESSAGE = '__closing'

/** What that message carries, and what the room's `onClosing` gets. */
export interface ClosingNotice {
  /** Milliseconds until the room is closed. */
  readonly inMs: number
}

/** Port a match server listens on unless told otherwise (Colyseus' own default). */
export const DEFAULT_PORT = 2567

/** Close codes of the WebSocket, as Colyseus 0.18 uses them. */
export const CLOSE_CODES = {
  normal: 1000,
  goingAway: 1001,
  abnormal: 1006,
  consented: 4000,
  serverShutdown: 4001,
  withError: 4002,
  failedToReconnect: 4003,
  mayReconnect: 4010,
} as const

/** Name under which the server keeps one open room's public facts; `GET /rooms` answers a list of these. */
export interface RoomListing {
  readonly roomId: string
  readonly name: string
  /** Seats taken, reserved ones included. */
  readonly clients: number
  /** Seats there are; null for a room without a limit (JSON has no infinity). */
  readonly maxClients: number | null
  readonly locked: boolean
}

/** Who plays: made by the server, kept by the client as a signed token. */
export interface Identity {
  /** Stable over reconnects and visits from the same browser. */
  readonly id: string
  /** True for a guest, whom nobody vouches for but the token itself. */
  readonly guest: boolean
}
