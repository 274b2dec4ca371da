import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { plainAddress, type TrustedProxies } from './trusted-proxies.ts'

/** Who a request comes from, as far as this server may believe it. */
export interface Caller {
  /** The client's IP address; undefined when its connection is gone, or nobody trusted named it. */
  readonly address: string | undefined
  /** The address is a trusted proxy's own, which did not name the client: it stands for everybody behind it. */
  readonly standsForMany: boolean
  /** It came through a proxy, named or not. */
  readonly proxied: boolean
  /** The client itself spoke TLS: to this server, or to a trusted proxy that says so. */
  readonly secure: boolean
}

/** What a PROXY protocol header said about a connection. */
export interface ProxiedConnection {
  /** Undefined when the proxy spoke for itself, as health checks do. */
  readonly address: string | undefined
  /** The client spoke TLS to the proxy. */
  readonly secure: boolean
}

/** Headers by which proxies tell of a client, and by which anybody may claim what he likes. */
const FORWARDING_HEADERS = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
] as const

const callers = new WeakMap<IncomingMessage, Caller>()
const connections = new WeakMap<Socket, ProxiedConnection>()

/** Notes what a trusted proxy's PROXY protocol header said about a connection. */
export function noteConnection(socket: Socket, said: ProxiedConnection): void {
  connections.set(socket, said)
}

/**
 * Decides who sent a request and takes every forwarding header away, believed or not: nothing behind this sees a claim.
 * Call it once, before anything else reads the request.
 */
export function settleCaller(request: IncomingMessage, trusted: TrustedProxies): Caller {
  const { headers } = request
  const socket = connectionOf(request)
  const said = connections.get(socket)
  const encrypted = 'encrypted' in request.socket
  const peer = said ? said.address : addressOf(socket)
  const proxied = said !== undefined || 'via' in headers || FORWARDING_HEADERS.some((name) => name in headers)
  let caller: Caller = {
    address: peer,
    standsForMany: false,
    proxied,
    secure: encrypted || (said?.secure ?? false),
  }
  if (trusted.trusts(peer)) {
    const forwarded = forwardedAddress(headers['x-forwarded-for'], trusted)
    const proto = lastOf(headers['x-forwarded-proto'])
    caller = {
      address: forwarded ?? peer,
      standsForMany: forwarded === undefined,
      proxied,
      secure: proto === undefined ? caller.secure : proto === 'https' || proto === 'wss',
    }
  }
  dropForwardingHeaders(request)
  callers.set(request, caller)
  return caller
}

/** Who is at the other end of a connection, as itself or a PROXY protocol header says. */
export function addressOfConnection(socket: Socket): string | undefined {
  const said = connections.get(socket)
  return said ? said.address : addressOf(socket)
}

/** Who sent a request, as {@link settleCaller} decided. */
export function callerOf(request: IncomingMessage): Caller {
  return (
    callers.get(request) ?? {
      address: addressOf(connectionOf(request)),
      standsForMany: false,
      proxied: true,
      secure: false,
    }
  )
}

/**
 * The client among the addresses that proxies appended one after the other: the last one that no trusted proxy has.
 * Whatever stands before it, the client may have written itself.
 */
function forwardedAddress(
  header: string | string[] | undefined,
  trusted: TrustedProxies,
): string | undefined {
  const entries = [header ?? []].flat().join(',').split(',').reverse()
  let found: string | undefined
  for (const entry of entries) {
    const address = plainAddress(entry.trim())
    if (address === undefined) return found
    found = address
    if (!trusted.trusts(address)) return found
  }
  return found
}

function lastOf(header: string | string[] | undefined): string | undefined {
  return [header ?? []].flat().join(',').split(',').at(-1)?.trim().toLowerCase() || undefined
}

/** Under TLS, the socket that the TLS one was made of: what a PROXY header said was noted for that. */
function connectionOf({ socket }: IncomingMessage): Socket {
  return (socket as Socket & { _parent?: Socket | null })._parent ?? socket
}

function addressOf({ remoteAddress }: Socket): string | undefined {
  return remoteAddress === undefined ? undefined : plainAddress(remoteAddress)
}

function dropForwardingHeaders({ headers, rawHeaders }: IncomingMessage): void {
  for (const name of FORWARDING_HEADERS) delete headers[name]
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    if (isForwarding(rawHeaders[at]!.toLowerCase())) rawHeaders.splice(at, 2)
  }
}

function isForwarding(name: string): boolean {
  return (FORWARDING_HEADERS as readonly string[]).includes(name)
}
