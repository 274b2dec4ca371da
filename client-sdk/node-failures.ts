/** Why a connection failed, where the platform tells: in Node. The browser module is built without this file. */
import { type ErrorCode, FairgroundError } from '../shared/errors.ts'
import { explainRefusedUpgrade } from '../shared/refused-upgrade.ts'
import { explainUntrusted } from '../shared/untrusted-chain.ts'
import { nodeModules, type Refusal, sentChain, tryUpgrade } from './node-probe.ts'

/** What a code of Node's means, and what to say of it where the table's sentence is too general. */
type Meaning = readonly [code: ErrorCode, message?: string]

const MEANINGS: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: ['SERVER_DOWN'],
  EHOSTUNREACH: ['SERVER_DOWN', 'There is no way from this machine to that address.'],
  ENETUNREACH: ['SERVER_DOWN', 'There is no way from this machine to that address.'],
  ENOTFOUND: ['HOST_UNKNOWN'],
  EAI_AGAIN: ['HOST_UNKNOWN', 'The host name cannot be looked up at the moment.'],
  ETIMEDOUT: ['CONNECT_TIMEOUT'],
  UND_ERR_CONNECT_TIMEOUT: ['CONNECT_TIMEOUT'],
  UND_ERR_HEADERS_TIMEOUT: ['CONNECT_TIMEOUT'],
  CERT_HAS_EXPIRED: ['CERTIFICATE_EXPIRED'],
  CERT_NOT_YET_VALID: ['CERTIFICATE_NOT_YET_VALID'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['CERTIFICATE_WRONG_NAME'],
  CERT_SIGNATURE_FAILURE: ['CERTIFICATE_UNTRUSTED', "The signature of the server's certificate is broken."],
  CERT_REVOKED: ['CERTIFICATE_UNTRUSTED', "The server's certificate has been revoked."],
  ERR_SSL_WRONG_VERSION_NUMBER: ['WRONG_SCHEME'],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['WRONG_SCHEME'],
  HPE_INVALID_CONSTANT: ['WRONG_SCHEME'],
  EPROTO: ['WRONG_SCHEME'],
}

/** Codes after which only the certificates themselves tell what is wrong. */
const UNTRUSTED = /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY|GET)_\w+)$/
const CUT = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])
/** Statuses that a proxy answers on behalf of a server that is not there. */
const UNAVAILABLE = new Set([429, 502, 503, 504])

const TRUST = 'NODE_EXTRA_CA_CERTS=ca.pem, or fairground certs trust and node --use-system-ca'

/**
 * Says why `fetch` failed; undefined in a browser, and for what has no explanation.
 *
 * @param url where it went, `https://…`
 */
export async function explainInNode(thrown: unknown, url: string): Promise<FairgroundError | undefined> {
  const code = nodeCodeOf(thrown)
  if (code === '' || !nodeModules()) return undefined
  if (UNTRUSTED.test(code)) return untrusted(url, thrown)
  const [known, message] = MEANINGS[code] ?? tlsMeaning(code) ?? []
  if (known) return about(url, known, { message, cause: thrown })
  if (!CUT.has(code)) return undefined
  // A server with TLS hangs up on a plain request, so http that ends without an answer is most likely that.
  if (url.startsWith('http:')) return new FairgroundError('WRONG_SCHEME', { cause: thrown })
  // `fetch` drops the alert with which a TLS server says goodbye.
  const alert = await tryUpgrade(url).then(
    () => undefined,
    (error) => tlsMeaning(nodeCodeOf(error)),
  )
  if (alert) return about(url, alert[0], { message: alert[1], cause: thrown })
  return about(url, 'CONNECTION_FAILED', {
    message: 'The connection was cut before the server answered.',
    next: `See whether it is restarting, or a proxy or firewall on the way hangs up: npx fairground doctor ${wssOf(url)} tells.`,
    cause: thrown,
  })
}

/** Says why a WebSocket did not open, by trying once more in a way that shows the answer; undefined in a browser. */
export async function explainSocketInNode(
  thrown: unknown,
  url: string,
): Promise<FairgroundError | undefined> {
  if (!nodeModules()) return undefined
  const http = url.replace(/^ws/, 'http')
  try {
    const refusal = await tryUpgrade(http)
    return refusal && refused(refusal, url, thrown)
  } catch (error) {
    if (CUT.has(nodeCodeOf(error))) {
      return about(url, 'CONNECTION_FAILED', {
        message: 'The connection is cut while the WebSocket opens, though the server answers over https.',
        next: `Something on the way does not know WebSockets: npx fairground doctor ${url} finds out what.`,
        cause: error,
      })
    }
    return explainInNode(error, http)
  }
}

function refused({ status, proxy, location }: Refusal, url: string, cause: unknown): FairgroundError {
  const { message, next } = explainRefusedUpgrade({ status, proxy, location })
  const code = UNAVAILABLE.has(status) ? 'SERVER_DOWN' : 'UPGRADE_REFUSED'
  return about(url, code, { message: `The server answers over https, but ${message}.`, next, cause })
}

async function untrusted(url: string, cause: unknown): Promise<FairgroundError> {
  const sent = await sentChain(url).catch(() => undefined)
  if (!sent) return about(url, 'CERTIFICATE_UNTRUSTED', { cause })
  const { kind, message, next } = explainUntrusted(sent, TRUST)
  const code = kind === 'intermediate-missing' ? 'CERTIFICATE_CHAIN_INCOMPLETE' : 'CERTIFICATE_UNTRUSTED'
  return about(url, code, { message, next, cause })
}

function tlsMeaning(code: string): Meaning | undefined {
  if (!code.startsWith('ERR_SSL_')) return undefined
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code))
    return ['TLS_HANDSHAKE_FAILED', 'The server speaks neither TLS 1.2 nor TLS 1.3.']
  if (/UNRECOGNIZED_NAME/.test(code)) return ['TLS_HANDSHAKE_FAILED', 'The server has no site of that name.']
  if (/CERTIFICATE_REQUIRED/.test(code))
    return ['TLS_HANDSHAKE_FAILED', 'The server asks clients for a certificate of their own (mutual TLS).']
  return [
    'TLS_HANDSHAKE_FAILED',
    `The TLS handshake failed (${code.slice(8).toLowerCase().replaceAll('_', ' ')}).`,
  ]
}

/** An error whose message ends with the address. */
function about(
  url: string,
  code: ErrorCode,
  { message, next, cause }: { message?: string | undefined; next?: string; cause: unknown },
): FairgroundError {
  const text = (message ?? new FairgroundError(code).message).replace(/\.$/, '')
  return new FairgroundError(code, {
    message: `${text} (${url}).`,
    ...(next !== undefined && { next }),
    cause,
  })
}

function wssOf(url: string): string {
  return url.replace(/^http/, 'ws')
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
