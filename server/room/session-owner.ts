import { createHash } from 'node:crypto'
import { PROTOCOL_HEADER } from '../../shared/protocol.ts'
import { askerOf } from '../guard/asker.ts'
import { newSessionId } from '../identity/reconnection-tokens.ts'
import type { JoinContext } from './join-context.ts'

/** Whose a session is: who joined with a token must show one of the same player to come back, or to sit down. */
export interface Owner {
  /** `id` of what the room's `onAuth` returned. */
  readonly id: string | undefined
  /** Hash of the token that came with the request for the seat. */
  readonly proof: string
  /** Its client can show a token on a WebSocket: clients of other makes may not, and then need none there. */
  readonly showsToken: boolean
}

/** What a reserved seat is sent through Colyseus with, in the place of what `onAuth` returned. */
export interface SeatTicket {
  readonly fairgroundSeat: true
  /** Colyseus takes it for the session's. */
  readonly sessionId: string
  readonly auth: unknown
  readonly owner: Owner | undefined
  /** As in an `Asker`. */
  readonly sender: string | undefined
}

/** @param auth what `onAuth` returned, for a yes */
export function ticketFor(auth: unknown, { token, req }: JoinContext): SeatTicket {
  const { id, sessionId } = (auth ?? {}) as { id?: unknown; sessionId?: unknown }
  const owner = token === undefined ? undefined : { id, proof: proofOf(token), showsToken: isOurSdk(req) }
  return {
    fairgroundSeat: true,
    sessionId: typeof sessionId === 'string' ? sessionId : newSessionId(),
    auth: auth === true ? undefined : auth,
    owner: owner && { ...owner, id: typeof id === 'string' ? id : undefined },
    sender: askerOf(req).sender,
  }
}

export function isTicket(value: unknown): value is SeatTicket {
  return (value as SeatTicket | undefined | null)?.fairgroundSeat === true
}

export function proofOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

function isOurSdk({ headers }: JoinContext['req']): boolean {
  return headers[PROTOCOL_HEADER] !== undefined
}
