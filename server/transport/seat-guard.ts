import type { IncomingMessage } from 'node:http'
import { type Client, matchMaker, type Room } from '@colyseus/core'
import { FairgroundError, wireOf } from '../../shared/errors.ts'
import type { GuestTokens } from '../identity/guest-tokens.ts'
import type { ReconnectionTokens } from '../identity/reconnection-tokens.ts'
import { callerOf } from '../proxy/caller.ts'
import type { GameRoom } from '../room/game-room.ts'
import { seatsOf } from '../room/guarded-seats.ts'
import type { JoinContext } from '../room/join-context.ts'
import { isTicket, type Owner, proofOf } from '../room/session-owner.ts'
import { clientCertificateOf } from '../tls/client-certificates.ts'
import { signTokens } from './client-fields.ts'
import type { GuardedSocket } from './guarded-socket.ts'
import type { SeatClaim } from './seat-claim.ts'

/** Time for which an older connection of the same session may say goodbye, in milliseconds; then it is cut. */
const TAKEN_OVER_MS = 100

export interface SeatGuardOptions {
  readonly guests: GuestTokens
  readonly tokens: ReconnectionTokens
}

/** Decides whether a WebSocket may sit down where it says: once, and only the session's owner comes back. */
export class SeatGuard {
  readonly #guests: GuestTokens
  readonly #tokens: ReconnectionTokens

  constructor({ guests, tokens }: SeatGuardOptions) {
    this.#guests = guests
    this.#tokens = tokens
  }

  /** Gives a client tokens of ours, in the place of the short ones that Colyseus makes. */
  sign(client: Client, roomId: string): void {
    const tokens = this.#tokens
    signTokens(client, (given, current) =>
      tokens.isGenuine(given, roomId) ? given : (current ?? tokens.make(roomId)),
    )
  }

  /**
   * Lets a claim through, and ends an older connection of the same session.
   *
   * @returns the reconnection token that the room knows the session by now, if the claim has one
   * @throws FairgroundError SEAT_EXPIRED for a token that is none, AUTH_FAILED for who is not the owner
   */
  async admit(room: Room, claim: SeatClaim, request: IncomingMessage): Promise<string | undefined> {
    const { sessionId = '', token } = claim
    if (
      claim.reconnectionToken !== undefined &&
      !this.#tokens.isGenuine(claim.reconnectionToken, room.roomId)
    )
      throw new FairgroundError('SEAT_EXPIRED')
    const seats = seatsOf(room)
    const reconnectionToken =
      claim.reconnectionToken && (seats?.inForce(claim.reconnectionToken) ?? claim.reconnectionToken)
    const owner = seats?.ownerOf(sessionId)
    if (
      owner &&
      (token !== undefined || owner.showsToken) &&
      !(await this.#owns(owner, room, token, request))
    )
      throw new FairgroundError('AUTH_FAILED', { message: 'This session is that of another player.' })
    if (!room.hasReservedSeat(sessionId, reconnectionToken)) throw new FairgroundError('SEAT_EXPIRED')
    seats?.taken(sessionId, token !== undefined)
    const older = reconnectionToken === undefined ? undefined : seats?.clientOf(reconnectionToken)
    if (!older) return reconnectionToken
    // Without a hold there would be nothing to come back to.
    if ((room as GameRoom).reconnectHoldSeconds <= 0) throw new FairgroundError('SEAT_EXPIRED')
    takeOver(older)
    return reconnectionToken
  }

  async #owns(
    { id, proof }: Owner,
    room: Room,
    token: string | undefined,
    request: IncomingMessage,
  ): Promise<boolean> {
    if (token === undefined) return false
    if (proofOf(token) === proof) return true
    if (id === undefined) return false
    const identity = await this.#guests.verify(token)
    if (identity) return identity.id === id
    const context: JoinContext = {
      token,
      identity: undefined,
      ip: callerOf(request).address,
      certificate: clientCertificateOf(request, Date.now()),
      headers: new Headers(),
      req: request,
    }
    try {
      const { onAuth } = matchMaker.getRoomClass(room.roomName) as unknown as {
        onAuth(token: string, options: object, context: JoinContext): Promise<unknown>
      }
      const answer = await onAuth(token, {}, context)
      return isTicket(answer) && (answer.auth as { id?: unknown } | undefined)?.id === id
    } catch {
      return false
    }
  }
}

/** Colyseus waits for the older connection to end. A dead one would take until its pings have been missed. */
function takeOver({ ref }: Client): void {
  const socket = ref as GuardedSocket
  socket.expel(wireOf('SESSION_TAKEN_OVER'), new FairgroundError('SESSION_TAKEN_OVER').message)
  const cut = setTimeout(() => socket.terminate(), TAKEN_OVER_MS)
  socket.once('close', () => clearTimeout(cut))
}
