/**
 * The one table of errors: what a code means on the wire, whether trying again can help, and what to do.
 * `docs/errors.md` is compared with it by a test. Messages say what happened; `next` says what to do.
 */

import { CERTIFICATE_ERRORS } from './certificate-errors.ts'
import { GUARD_ERRORS } from './guard-errors.ts'
import { ROOM_ERRORS } from './room-errors.ts'

/** Whether repeating the same call can succeed: `never`, only after a `change`, or `later` by itself. */
export type Retry = 'never' | 'change' | 'later'

export interface ErrorEntry {
  /** Number in an ERROR frame, a close frame or an HTTP answer. Colyseus' own number where it has one. */
  readonly wire?: number
  readonly retry: Retry
  readonly message: string
  readonly next: string
}

export const ERRORS = {
  // Starting a server
  NODE_TOO_OLD: {
    retry: 'change',
    message: 'This version of Node is too old.',
    next: 'Install Node 22.19 or newer (24 is what Fairground is tested on) and run the command again.',
  },
  SERVER_ALREADY_CREATED: {
    retry: 'change',
    message: 'This process already has a server; Colyseus keeps one matchmaker per process.',
    next: 'Put all rooms into one createServer() call, or close() the first server before creating another.',
  },
  SERVER_FILE_INVALID: {
    retry: 'change',
    message: 'The server file does not export a server.',
    next: 'Export what createServer() returned: export const server = createServer({ rooms: { … } })',
  },
  ROOM_CLASS_INVALID: {
    retry: 'change',
    message: 'A room class cannot be used.',
    next: 'Give createServer() a class that extends GameRoom and can be constructed without arguments.',
  },
  OPTION_INVALID: {
    retry: 'change',
    message: 'An option has a value that cannot be used.',
    next: 'Run the command with --help to see the options and their ranges.',
  },
  PORT_IN_USE: {
    retry: 'change',
    message: 'The port is taken by another program.',
    next: 'Stop that program, or choose another port with --port or the PORT variable.',
  },
  PORT_FORBIDDEN: {
    retry: 'change',
    message: 'This user may not listen on that port.',
    next: 'Choose a port above 1023, or grant the capability to bind low ports.',
  },
  HOST_UNAVAILABLE: {
    retry: 'change',
    message: 'This machine has no such address to listen on.',
    next: 'Use --host 127.0.0.1 for this machine only, or --host 0.0.0.0 for the whole network.',
  },
  REDIS_UNREACHABLE: {
    retry: 'later',
    message: 'The Redis server that match servers share cannot be used.',
    next: 'Start Redis, and compare address, user and password with its configuration.',
  },
  STORAGE_UNUSABLE: {
    retry: 'change',
    message: 'The storage cannot be used.',
    next: 'See that this user may write the file and its folder, and that it is a database of this or an older version.',
  },
  ...CERTIFICATE_ERRORS,
  // Joining
  ROOM_UNKNOWN: {
    wire: 520,
    retry: 'never',
    message: 'The server has no room of that name.',
    next: 'Use one of the names given to createServer({ rooms }).',
  },
  NO_ROOM_OPEN: {
    wire: 521,
    retry: 'later',
    message: 'No open room matches.',
    next: 'Use joinOrCreate() to open one, or try again later.',
  },
  ROOM_NOT_FOUND: {
    wire: 522,
    retry: 'never',
    message: 'That room does not exist (any more).',
    next: 'Ask for a fresh link, or join another room.',
  },
  ROOM_FULL: {
    wire: 4301,
    retry: 'later',
    message: 'That room is full.',
    next: 'Try again when somebody has left, or use joinOrCreate() to get a place in another room.',
  },
  ROOM_FAILED: {
    wire: 523,
    retry: 'later',
    message: 'The room could not be opened because its code failed.',
    next: "Look at the server's log: it names the room, the hook and the line.",
  },
  JOIN_FAILED: {
    wire: 526,
    retry: 'later',
    message: 'The room refused the join because its code failed.',
    next: "Look at the server's log: it names the room, the hook and the line.",
  },
  JOIN_REFUSED: {
    wire: 4304,
    retry: 'change',
    message: 'The room refused the join.',
    next: 'The reason, if the room gave one, is in the message.',
  },
  JOIN_OPTIONS_INVALID: {
    wire: 4302,
    retry: 'change',
    message: 'The join options are not what the room asks for.',
    next: 'Correct the fields named in the message.',
  },
  SEAT_EXPIRED: {
    wire: 524,
    retry: 'later',
    message: 'The reserved seat or the session has expired.',
    next: 'Join again.',
  },
  AUTH_FAILED: {
    wire: 525,
    retry: 'change',
    message: 'The server does not accept this identity.',
    next: 'Sign in again, or join as a guest.',
  },
  CLIENT_CERTIFICATE_NEEDED: {
    wire: 527,
    retry: 'change',
    message: 'This room is for clients with a certificate only.',
    next: 'Connect to the port that asks for client certificates, with a certificate of yours.',
  },
  VERSION_MISMATCH: {
    wire: 4303,
    retry: 'change',
    message: 'Client and server speak different versions of the protocol.',
    next: 'Reload the page; if that does not help, update the fairground package on the older side.',
  },
  ORIGIN_REFUSED: {
    wire: 403,
    retry: 'change',
    message: 'This server does not accept games from that web site.',
    next: "Add the page's origin to createServer({ allowedOrigins }).",
  },
  REQUEST_MALFORMED: {
    wire: 400,
    retry: 'change',
    message: 'The server could not understand the request.',
    next: 'Send JSON as the client SDK does.',
  },
  REQUEST_TOO_LARGE: {
    wire: 413,
    retry: 'change',
    message: 'The join options are too large.',
    next: 'Keep join options small; send bulk data as messages or over https.',
  },
  SERVER_SHUTTING_DOWN: {
    wire: 503,
    retry: 'later',
    message: 'The server is shutting down.',
    next: 'Join again in a moment.',
  },
  ...GUARD_ERRORS,
  ...ROOM_ERRORS,
  // Connecting
  URL_INVALID: {
    retry: 'change',
    message: 'That is not the address of a match server.',
    next: 'Use an address such as wss://localhost:2567.',
  },
  INSECURE_URL: {
    retry: 'change',
    message: 'A page on https may only open wss, never ws.',
    next: 'Use wss:// in connect(), and a server with TLS.',
  },
  OFFLINE: {
    retry: 'later',
    message: 'This device is offline.',
    next: 'Wait for the network to return.',
  },
  SERVER_DOWN: {
    retry: 'later',
    message: 'Nothing answers at that address and port.',
    next: 'Start the server, and compare the port with the one it printed.',
  },
  CONNECT_TIMEOUT: {
    retry: 'later',
    message: 'The server did not answer the connection in time.',
    next: 'See that its port is open in every firewall on the way, and that it is not overloaded.',
  },
  HOST_UNKNOWN: {
    retry: 'change',
    message: 'That host name does not exist.',
    next: 'Check the spelling of the host, or its DNS entry.',
  },
  WRONG_SCHEME: {
    retry: 'change',
    message: 'One side speaks TLS and the other does not.',
    next: 'Use wss:// for a server with TLS; a Fairground server always has it.',
  },
  TLS_HANDSHAKE_FAILED: {
    retry: 'change',
    message: 'Client and server do not agree on how to encrypt.',
    next: 'Allow TLS 1.2 and 1.3 with current suites on the server; npx fairground doctor wss://… says what it offers.',
  },
  CERTIFICATE_UNTRUSTED: {
    retry: 'change',
    message: "The server's certificate is not trusted here.",
    next: 'In development, trust the local authority that the server prints at start (Node: NODE_EXTRA_CA_CERTS).',
  },
  CERTIFICATE_WRONG_NAME: {
    retry: 'change',
    message: "The server's certificate is for another name.",
    next: 'Connect by a name that the certificate lists, or re-issue it with this one.',
  },
  CERTIFICATE_EXPIRED: {
    retry: 'change',
    message: "The server's certificate has expired (or this device's clock is wrong).",
    next: 'Renew the certificate; check the clock.',
  },
  CERTIFICATE_NOT_YET_VALID: {
    retry: 'change',
    message: "The server's certificate is not valid yet (or this device's clock is wrong).",
    next: 'Check the clock; otherwise wait, or get another certificate.',
  },
  UPGRADE_REFUSED: {
    retry: 'change',
    message: 'The server answers over https, but its WebSocket does not open.',
    next: 'Configure the proxy in front of it to pass WebSocket upgrades.',
  },
  CONNECTION_FAILED: {
    retry: 'later',
    message: 'The connection failed, and the browser does not say why.',
    next: 'Check the likely causes, in this order; npx fairground doctor wss://… finds out which it is.',
  },
  CONNECTION_LOST: {
    retry: 'later',
    message: 'The connection was lost and could not be restored in time.',
    next: 'Join again.',
  },
  NOT_CONNECTED: {
    retry: 'later',
    message: 'There is no connection to the room at the moment.',
    next: "Wait for the room's status to be 'open'.",
  },
  KICKED: {
    wire: 4002,
    retry: 'change',
    message: 'The server ended this session.',
    next: 'The reason, if the room gave one, is in the message.',
  },
  INTERNAL: {
    wire: 500,
    retry: 'later',
    message: 'Something failed inside the server.',
    next: "Look at the server's log.",
  },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof ERRORS
