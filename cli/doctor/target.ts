import { isIP } from 'node:net'
import { isLocalName } from '../../server/tls/name-constraints.ts'
import { UsageError } from '../usage-error.ts'

/** The address under examination. */
export interface Target {
  /** Host name or IP address, without brackets. */
  readonly host: string
  readonly port: number
  /** Host with port as in a Host header: `game.example`, `[::1]:2567`. */
  readonly authority: string
  /** Path in front of everything the server answers: `` or `/pA`. */
  readonly prefix: string
  /** The whole as players use it: `wss://game.example/pA`. */
  readonly address: string
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i
const EXAMPLE = 'Give it as wss://host, wss://host:port or wss://host/prefix.'

/**
 * Reads the address of a deployment; without a scheme it is taken for wss.
 *
 * @throws UsageError for what is no such address, and for ws://, which carries no game
 */
export function parseTarget(text: string): Target {
  const given = SCHEME.test(text) ? text : `wss://${text}`
  if (!URL.canParse(given)) throw new UsageError(`"${text}" is not an address. ${EXAMPLE}`)
  const url = new URL(given)
  // Not repeated in the message: it is a secret.
  if (url.username || url.password) throw new UsageError(`Leave name and password out of it. ${EXAMPLE}`)
  if (url.protocol === 'ws:' || url.protocol === 'http:') {
    throw new UsageError(
      `${url.protocol}// never carries a game: browsers refuse it on https pages. ${EXAMPLE}`,
    )
  }
  if (url.protocol !== 'wss:' && url.protocol !== 'https:') {
    throw new UsageError(`${url.protocol}// is not how players connect. ${EXAMPLE}`)
  }
  const prefix = url.pathname.replace(/\/+$/, '')
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 443 : Number(url.port),
    authority: url.host,
    prefix,
    address: `wss://${url.host}${prefix}`,
  }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\./.test(host)
}

/** Whether players anywhere could use it: a name that a public authority signs. */
export function isPublicName(host: string): boolean {
  return isIP(host) === 0 && host.includes('.') && !isLocalName(host)
}
