import type { ErrorEntry } from './error-table.ts'

/** What the server's limits refuse: a part of the table in error-table.ts. */
export const GUARD_ERRORS = {
  SESSION_TAKEN_OVER: {
    wire: 4350,
    retry: 'change',
    message: 'This session goes on elsewhere: in another tab, window or device of the same player.',
    next: 'Play on there, or join again here.',
  },
  LIMIT_REACHED: {
    wire: 4351,
    retry: 'later',
    message: 'There are as many of these at a time as the server allows.',
    next: 'Leave a room, or close another tab or window first. Whoever runs the server finds the limits in docs/limits.md.',
  },
  CREATE_REFUSED: {
    wire: 4352,
    retry: 'never',
    message: 'Clients may not open rooms of this kind at will.',
    next: 'Use joinOrCreate(), which opens one when none has a place; or set clientsMayCreate = true in the room class.',
  },
  SERVER_FULL: {
    wire: 4353,
    retry: 'later',
    message: 'The server is full.',
    next: 'Try again in a few minutes, or join an open room.',
  },
  SERVER_BUSY: {
    wire: 4354,
    retry: 'later',
    message: 'The server has as much to do as it can, and lets nobody new in for the moment.',
    next: 'Try again when retryAfterMs is over. Whoever runs the server finds the cause with docs/guides/production.md.',
  },
  JSON_REFUSED: {
    wire: 4355,
    retry: 'never',
    message: 'This room takes no clients of the JSON gateway.',
    next: 'Join with an SDK, or set jsonClients = true in the room class.',
  },
} as const satisfies Record<string, ErrorEntry>
