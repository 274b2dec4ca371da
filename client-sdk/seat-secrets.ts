import type { Room } from '@colyseus/sdk'
import { SEAT_PROTOCOL, SEAT_SECRETS } from '../shared/protocol.ts'

interface Transport {
  protocols?: string | string[]
  connect(url: string, headers?: unknown): void
}

/**
 * Carries what proves a seat or a session among the WebSocket's protocols instead of in its address, where proxies and
 * servers would write it into their logs. Call it before the room connects.
 *
 * @param token who this client is, as it told the server over https
 */
export function hideSecrets(room: Room, token: string | undefined): void {
  let connection = room.connection
  Object.defineProperty(room, 'connection', {
    configurable: true,
    enumerable: true,
    get: () => connection,
    set: (made: typeof connection) => {
      connection = made
      hideIn(made.transport as unknown as Transport, token)
    },
  })
}

function hideIn(transport: Transport, token: string | undefined): void {
  const connect = transport.connect.bind(transport)
  transport.connect = (address, headers) => {
    const url = new URL(address)
    const protocols = [SEAT_PROTOCOL]
    for (const name of ['sessionId', 'reconnectionToken'] as const) {
      const secret = url.searchParams.get(name)
      if (secret !== null) protocols.push(SEAT_SECRETS[name] + secret)
      url.searchParams.delete(name)
    }
    if (token !== undefined) protocols.push(SEAT_SECRETS.token + base64url(token))
    transport.protocols = protocols
    connect(url.href, headers)
  }
}

/** Protocols are words of few characters; tokens of other makes have others. */
function base64url(text: string): string {
  const bytes = new TextEncoder().encode(text)
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
