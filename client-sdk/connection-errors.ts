import { codeOfWire, type ErrorCode, FairgroundError } from '../shared/errors.ts'
import { CLOSE_CODES } from '../shared/protocol.ts'

/** What Node calls the reasons that browsers hide. */
const NODE_CODES: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: 'SERVER_DOWN',
  ENOTFOUND: 'HOST_UNKNOWN',
  EAI_AGAIN: 'HOST_UNKNOWN',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'CERTIFICATE_UNTRUSTED',
  SELF_SIGNED_CERT_IN_CHAIN: 'CERTIFICATE_UNTRUSTED',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'CERTIFICATE_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT: 'CERTIFICATE_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'CERTIFICATE_UNTRUSTED',
  CERT_SIGNATURE_FAILURE: 'CERTIFICATE_UNTRUSTED',
  ERR_TLS_CERT_ALTNAME_INVALID: 'CERTIFICATE_WRONG_NAME',
  CERT_HAS_EXPIRED: 'CERTIFICATE_EXPIRED',
  CERT_NOT_YET_VALID: 'CERTIFICATE_EXPIRED',
  ERR_SSL_WRONG_VERSION_NUMBER: 'WRONG_SCHEME',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'WRONG_SCHEME',
  EPROTO: 'WRONG_SCHEME',
  HPE_INVALID_CONSTANT: 'WRONG_SCHEME',
}

/**
 * Says why a request did not reach the server. In Node the reason is known; a browser hides it, so the likely ones
 * come ranked.
 *
 * @param thrown what `fetch` threw
 * @param url where it went
 */
export function explainFetchFailure(thrown: unknown, url: string): FairgroundError {
  if (thrown instanceof FairgroundError) return thrown
  const offline = typeof navigator !== 'undefined' && navigator.onLine === false
  if (offline) return new FairgroundError('OFFLINE', { cause: thrown })
  const code = nodeCodeOf(thrown)
  const known = NODE_CODES[code]
  if (known) {
    const { message } = new FairgroundError(known)
    return new FairgroundError(known, { message: `${message.replace(/\.$/, '')} (${url}).`, cause: thrown })
  }
  // A server with TLS hangs up on a plain request, so http that ends without an answer is most likely that.
  if (code === 'UND_ERR_SOCKET' && url.startsWith('http:')) {
    return new FairgroundError('WRONG_SCHEME', { cause: thrown })
  }
  return unknownFailure(
    `The connection to ${url} failed${code ? ` (${code})` : ', and the browser does not say why'}.`,
    url,
    thrown,
  )
}

/** Says why a WebSocket did not open although the seat was reserved over https a moment ago. */
export function explainSocketFailure(thrown: unknown, url: string): FairgroundError {
  if (thrown instanceof FairgroundError) return thrown
  const { code, message } = thrown as { code?: unknown; message?: unknown }
  const known = typeof code === 'number' && code !== CLOSE_CODES.withError ? codeOfWire(code) : undefined
  if (known) return new FairgroundError(known, { message: String(message), cause: thrown })
  return new FairgroundError('CONNECTION_FAILED', {
    message: `The server answered over https, but the WebSocket to ${url} did not open.`,
    causes: [
      'A proxy in front of the server does not pass WebSocket upgrades: configure it to.',
      'A firewall or extension in this browser blocks WebSockets: try another network or a private window.',
      'The server restarted in that moment: try again.',
    ],
    cause: thrown,
  })
}

/** What a server answers that does not take a player back. */
const NOT_TAKEN_BACK = new Set<ErrorCode>(['SEAT_EXPIRED', 'JOIN_FAILED', 'JOIN_REFUSED', 'AUTH_FAILED'])

/** Why a session ended, from the close code of its socket and the last error the server sent. */
export function explainClose(
  code: number,
  reason: string | undefined,
  last: FairgroundError | undefined,
): FairgroundError {
  if (code === CLOSE_CODES.serverShutdown) return new FairgroundError('SERVER_SHUTTING_DOWN')
  if (code === CLOSE_CODES.failedToReconnect) {
    return last && NOT_TAKEN_BACK.has(last.code) ? last : new FairgroundError('CONNECTION_LOST')
  }
  if (code === CLOSE_CODES.withError) return new FairgroundError('KICKED', reason ? { message: reason } : {})
  return new FairgroundError('CONNECTION_LOST')
}

function unknownFailure(message: string, url: string, cause: unknown): FairgroundError {
  const host = new URL(url).hostname
  const local =
    /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[)/.test(host) || host.endsWith('.local')
  const untrusted = `The certificate is not trusted on this device: open ${url} in a tab and see whether it warns.`
  const down = `No server is running at ${url}: start it, and compare the port with the one it printed.`
  return new FairgroundError('CONNECTION_FAILED', {
    message,
    causes: [
      ...(local ? [down, untrusted] : [down]),
      'The server speaks plain http or ws on that port: a Fairground server needs wss:// and https://.',
      "This page's origin is not allowed: add it to createServer({ allowedOrigins }).",
      ...(local ? [] : [untrusted]),
    ],
    cause,
  })
}

function nodeCodeOf(thrown: unknown): string {
  for (
    let error = thrown as { code?: unknown; cause?: unknown; errors?: unknown[] } | undefined, depth = 0;
    error && depth < 5;
    depth++
  ) {
    if (typeof error.code === 'string') return error.code
    error = (error.cause ?? error.errors?.[0]) as typeof error
  }
  return ''
}
