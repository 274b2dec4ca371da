import { isIP } from 'node:net'
import { isLoopback } from '../listening/place.ts'
import type { Caller } from '../proxy/caller.ts'

export interface OriginPolicy {
  /** Origins allowed besides the server's own, such as `https://my-game.example`. */
  readonly allowedOrigins: readonly string[]
  /** Whether pages from this machine and the local network may connect too (development servers, files). */
  readonly allowLocal: boolean
}

/**
 * Whether a page of `origin` may talk to a server addressed as `host`.
 *
 * No origin means no browser (native clients, servers): nothing to protect a user's browser from, so it is allowed.
 *
 * @param origin the Origin header, if there is one
 * @param host the Host header
 */
export function originAllowed(
  origin: string | undefined,
  host: string | undefined,
  policy: OriginPolicy,
): boolean {
  if (origin === undefined) return true
  if (policy.allowedOrigins.includes(origin)) return true
  if (origin === 'null') return policy.allowLocal
  let url: URL
  try {
    url = new URL(origin)
  } catch {
    return false
  }
  if (url.protocol === 'https:' && host !== undefined && url.host === host.toLowerCase()) return true
  return policy.allowLocal && isLocalHost(url.hostname)
}

function isLocalHost(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '')
  if (isIP(address) === 4) return /^(127|10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\./.test(address)
  if (isIP(address) === 6) return /^(::1$|f[cd]|fe[89ab])/i.test(address)
  return address === 'localhost' || /\.(localhost|local|lan|test|internal)$/.test(address)
}

/** Whether a request came from this machine itself, and not through a proxy on it. */
export function isLoopbackCaller({ address, proxied }: Pick<Caller, 'address' | 'proxied'>): boolean {
  return !proxied && address !== undefined && isLoopback(address)
}
