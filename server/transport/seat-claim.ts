import type { IncomingMessage } from 'node:http'
import { SEAT_PROTOCOL, SEAT_SECRETS } from '../../shared/protocol.ts'

/** What a WebSocket says it is for. */
export interface SeatClaim {
  readonly sessionId: string | undefined
  /** Of a seat that is held, or of a connection that is still open. */
  readonly reconnectionToken: string | undefined
  /** A guest's token, or one for the room's own `onAuth`. */
  readonly token: string | undefined
}

/**
 * Reads it where our SDK puts it, among the WebSocket's protocols: addresses end up in logs. Stock clients have it in
 * the query. Then takes it off the request, so that rooms do not log it by accident.
 */
export function takeSeatClaim(request: IncomingMessage, url: URL): SeatClaim {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim())
  delete request.headers['sec-websocket-protocol']
  if (request.url !== undefined) request.url = url.pathname
  const secret = (prefix: string) => offered.find((one) => one.startsWith(prefix))?.slice(prefix.length)
  if (offered[0] === SEAT_PROTOCOL) {
    const token = secret(SEAT_SECRETS.token)
    return {
      sessionId: secret(SEAT_SECRETS.sessionId),
      reconnectionToken: secret(SEAT_SECRETS.reconnectionToken),
      token: token === undefined ? undefined : Buffer.from(token, 'base64url').toString(),
    }
  }
  const asked = (name: string) => url.searchParams.get(name) ?? undefined
  return {
    sessionId: asked('sessionId'),
    reconnectionToken: asked('reconnectionToken'),
    token: asked('_authToken'),
  }
}
