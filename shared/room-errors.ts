import type { ErrorEntry } from './error-table.ts'

/** What can go wrong inside a room, once joined: a part of the table in error-table.ts. */
export const ROOM_ERRORS = {
  MESSAGE_UNKNOWN: {
    wire: 4310,
    retry: 'never',
    message: 'The room has no handler for that message type.',
    next: "Declare it in the room's messages, or check the spelling.",
  },
  MESSAGE_INVALID: {
    wire: 4217,
    retry: 'change',
    message: 'The payload is not what the room asks for.',
    next: 'Correct the fields named in the message.',
  },
  MESSAGE_TOO_LARGE: {
    retry: 'change',
    message: 'A message was larger than the server takes, which ended the session.',
    next: 'Send less at once, or raise limits.maxMessageBytes on the server.',
  },
  INPUT_INVALID: {
    wire: 4313,
    retry: 'change',
    message: 'An input held a number that is not finite; 0 was used in its place.',
    next: 'Check the arithmetic that fills the input: NaN and infinities are never sent on.',
  },
  FRAME_MALFORMED: {
    wire: 4320,
    retry: 'never',
    message: 'The server could not read what this client sent.',
    next: 'Use an SDK that fits the server; a client of your own must keep to its protocol.',
  },
  RATE_LIMITED: {
    wire: 4321,
    retry: 'later',
    message: 'This client sends more than the server takes.',
    next: 'Send less often; the message says when the next is welcome.',
  },
  LAST_WARNING: {
    wire: 4322,
    retry: 'change',
    message: 'The server has refused much of what this client sent, and will end the session if it goes on.',
    next: 'Look at the errors before this one: they name what is wrong.',
  },
  BANNED: {
    wire: 4323,
    retry: 'later',
    message: 'This address or player was sent away several times and is not let in for a while.',
    next: 'Wait as long as the message says, and mend the client meanwhile.',
  },
  HANDLER_FAILED: {
    wire: 4311,
    retry: 'later',
    message: 'The room failed while handling this message.',
    next: "Look at the server's log: it names the room, the hook and the line.",
  },
  ROOM_FAULTY: {
    wire: 4314,
    retry: 'later',
    message: 'The room failed again and again, and was closed.',
    next: "Join another room; the server's log names the hook and the line.",
  },
  SESSION_FAULTY: {
    wire: 4315,
    retry: 'change',
    message: 'The room kept failing at what this client sent, and ended the session.',
    next: "Look at the server's log: it names the room, the hook and the line.",
  },
  REQUEST_REFUSED: {
    wire: 4312,
    retry: 'change',
    message: 'The room refused the request.',
    next: 'The reason is in the message.',
  },
  REQUEST_TIMEOUT: {
    retry: 'later',
    message: 'The server did not answer in time.',
    next: 'Try again, or raise timeoutMs.',
  },
  STORAGE_BUSY: {
    wire: 4341,
    retry: 'later',
    message: 'The storage is locked by another program at the moment; nothing was written.',
    next: 'Try again; see that no backup or second server holds the file for long.',
  },
  STORAGE_FULL: {
    wire: 4342,
    retry: 'later',
    message: 'The disk of the server is full; nothing was written.',
    next: 'Make room on the disk that the storage is on. The room goes on meanwhile.',
  },
  STORAGE_INVALID: {
    wire: 4343,
    retry: 'change',
    message: 'A name or value cannot be kept.',
    next: 'Keep JSON of 1 MiB at most, under names of 1 to 200 characters.',
  },
  STORAGE_FAILED: {
    wire: 4344,
    retry: 'later',
    message: 'The storage failed; nothing was written.',
    next: "Look at the server's log: it names the cause.",
  },
  SLOW_CLIENT: {
    wire: 4330,
    retry: 'later',
    message: 'This client did not read in time what the server sent.',
    next: 'Come back on a better connection: the seat is held for a while. Should it happen often, send less.',
  },
} as const satisfies Record<string, ErrorEntry>
