import { ServerError } from '@colyseus/core'
import { SeatReservationError } from '@colyseus/core/errors/SeatReservationError'
import { codeOfWire, FairgroundError } from '../../shared/errors.ts'

/**
 * Turns what Colyseus throws at a join into an error of ours. Text of unknown errors stays here: it may hold anything.
 *
 * @returns INTERNAL for whatever is not an answer; log that one
 */
export function fromColyseus(thrown: unknown): FairgroundError {
  if (thrown instanceof FairgroundError) return thrown
  if (thrown instanceof SeatReservationError) return new FairgroundError('ROOM_FULL')
  const { code, message } = thrown as { code?: unknown; message?: unknown }
  const known = typeof code === 'number' ? codeOfWire(code) : undefined
  if (known === undefined) return new FairgroundError('INTERNAL', { cause: thrown })
  if (known === 'ROOM_NOT_FOUND' && String(message).endsWith('is locked'))
    return new FairgroundError('ROOM_FULL')
  // Errors of our own crossed Colyseus as number and text; Colyseus' own texts are replaced by the table's.
  return OURS.has(known)
    ? new FairgroundError(known, { message: String(message) })
    : new FairgroundError(known)
}

/** The form in which an error of ours travels through Colyseus; {@link fromColyseus} turns it back. */
export function toServerError(error: FairgroundError): ServerError {
  return new ServerError(error.wire, error.message)
}

const OURS = new Set([
  'JOIN_REFUSED',
  'AUTH_FAILED',
  'JOIN_OPTIONS_INVALID',
  'ROOM_UNKNOWN',
  'JOIN_FAILED',
  'REQUEST_REFUSED',
  'LIMIT_REACHED',
  'SERVER_FULL',
])
