import { codeOfWire, type ErrorCode, FairgroundError, wireOf } from '../shared/errors.ts'
import { CLOSE_CODES } from '../shared/protocol.ts'
import { causesOfRefusal, causesOfSilence, currentPage } from './likely-causes.ts'
import { explainInNode, explainSocketInNode } from './node-failures.ts'

/** Longest wait for a second answer, in milliseconds: the caller has been waiting already. */
const PROBE_TIMEOUT_MS = 5_000

/**
 * Says why a request did not reach the server. In Node the reason is known; a browser hides it, so the likely ones
 * come ranked.
 *
 * @param thrown what `fetch` threw
 * @param url where it went
 */
export async function explainFetchFailure(thrown: unknown, url: string): Promise<FairgroundError> {
  if (thrown instanceof FairgroundError) return thrown
  if (isOffline()) return new FairgroundError('OFFLINE', { cause: thrown })
  if ((thrown as Error).name === 'TimeoutError')
    return new FairgroundError('CONNECT_TIMEOUT', { cause: thrown })
  return (
    (await explainInNode(thrown, url)) ??
    (await explainByPage(thrown, url)) ??
    new FairgroundError('CONNECTION_FAILED', {
      message: `The connection to ${url} failed, and the browser does not say why.`,
      next: decide(url),
      causes: causesOfSilence(url, currentPage()),
      cause: thrown,
    })
  )
}

/**
 * A browser hides an answer that a page may not read, and does not hide that there was one. A server that answers, with
 * a certificate that is trusted, then refused the page.
 */
async function explainByPage(cause: unknown, url: string): Promise<FairgroundError | undefined> {
  const page = currentPage()
  if (!page || page.origin === new URL(url).origin) return undefined
  const probe: RequestInit = {
    method: 'HEAD',
    mode: 'no-cors',
    signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
  }
  // Of all that a match server answers, only its SDK may be asked for by every page.
  const answers = await fetch(`${url}/sdk/fairground-client.js`, probe).then(
    () => true,
    () => false,
  )
  if (!answers) return undefined
  const message = `${url} answers, but does not accept games from ${page.origin}, or is no match server.`
  return new FairgroundError('ORIGIN_REFUSED', { message, cause })
}

/** Says why a WebSocket did not open although the seat was reserved over https a moment ago. */
export async function explainSocketFailure(thrown: unknown, url: string): Promise<FairgroundError> {
  if (thrown instanceof FairgroundError) return thrown
  const { code, message } = thrown as { code?: unknown; message?: unknown }
  const known = typeof code === 'number' && code !== CLOSE_CODES.withError ? codeOfWire(code) : undefined
  if (known) return new FairgroundError(known, { message: String(message), cause: thrown })
  if (isOffline()) return new FairgroundError('OFFLINE', { cause: thrown })
  return (
    (await explainSocketInNode(thrown, url)) ??
    new FairgroundError('CONNECTION_FAILED', {
      message: `The server answered over https, but the WebSocket to ${url} did not open.`,
      next: decide(url),
      causes: causesOfRefusal(url, currentPage()),
      cause: thrown,
    })
  )
}

function isOffline(): boolean {
  return typeof navigator !== 'undefined' && navigator.onLine === false
}

function decide(url: string): string {
  const address = url.replace(/^http/, 'ws')
  return `Check the likely causes, in this order; npx fairground doctor ${address} finds out which it is.`
}

/** Close code of RFC 6455, given by the WebSocket itself before Colyseus sees the message. */
const MESSAGE_TOO_BIG = 1009

/** What a server answers that does not take a player back. */
const NOT_TAKEN_BACK = new Set<ErrorCode>(['SEAT_EXPIRED', 'JOIN_FAILED', 'JOIN_REFUSED', 'AUTH_FAILED'])

/** Where the error table's own numbers begin that are close codes too; below are Colyseus'. */
const FIRST_OWN_CLOSE_CODE = 4200

/** Why a session ended, from the close code of its socket and the last error the server sent. */
export function explainClose(
  code: number,
  reason: string | undefined,
  last: FairgroundError | undefined,
): FairgroundError {
  if (code === CLOSE_CODES.serverShutdown) return new FairgroundError('SERVER_SHUTTING_DOWN')
  if (code === MESSAGE_TOO_BIG) return new FairgroundError('MESSAGE_TOO_LARGE')
  if (code === CLOSE_CODES.failedToReconnect) {
    return last && NOT_TAKEN_BACK.has(last.code) ? last : new FairgroundError('CONNECTION_LOST')
  }
  if (code === wireOf('SLOW_CLIENT')) return new FairgroundError('SLOW_CLIENT')
  if (code === CLOSE_CODES.withError) return new FairgroundError('KICKED', reason ? { message: reason } : {})
  // Codes of our own say why by themselves.
  const own = code >= FIRST_OWN_CLOSE_CODE ? codeOfWire(code) : undefined
  return new FairgroundError(own ?? 'CONNECTION_LOST')
}
