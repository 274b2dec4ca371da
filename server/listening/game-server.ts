import { createServer as createPlainServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { TlsOptions } from 'node:tls'
import type { Express } from 'express'
import type { Admission } from '../guard/admission.ts'
import { askerOf } from '../guard/asker.ts'
import { limitConnections } from '../guard/connections.ts'
import { oddityOf, refuseOddity } from '../guard/request-guard.ts'
import { TurnQueue } from '../guard/turn-queue.ts'
import { timeouts } from '../http/timeouts.ts'
import { refuseUpgrade, routeUpgrades, type UpgradeOptions } from '../http/upgrade-router.ts'
import type { Limits } from '../limits.ts'
import { settleCaller } from '../proxy/caller.ts'
import { refuseInsecure, refuseInsecureUpgrade } from '../proxy/insecure.ts'
import type { TrustedProxies } from '../proxy/trusted-proxies.ts'
import { runDueSteps } from '../room/step-clock.ts'
import type { AnyServer } from './open-ports.ts'
import { withoutPrefix } from './public-url.ts'

/** Requests and upgrades that are begun with in one turn of the event loop: a join takes a millisecond. */
const REQUESTS_PER_TURN = 4

export interface GameServerOptions {
  /** What to serve TLS with; none where it ended in a proxy. */
  readonly tls?: TlsOptions | undefined
  readonly front: Express
  readonly upgrades: UpgradeOptions
  readonly trusted: TrustedProxies
  readonly limits: Limits
  readonly admission: Admission
  /** Path prefix that a proxy sends to this process; empty for none. */
  readonly prefix: string
}

/**
 * An http server that carries the game: every request is settled (who sent it, and was it safe on its way) before
 * anything else sees it.
 */
export function gameServer(options: GameServerOptions): AnyServer {
  const { tls, front, limits, admission, trusted, prefix } = options
  const server = tls
    ? createSecureServer({ ...tls, ...timeouts(limits), handshakeTimeout: limits.handshakeTimeoutMs })
    : createPlainServer(timeouts(limits))
  server.timeout = limits.stalledTimeoutMs
  limitConnections(server, { admission, trusted })
  const settle = (request: IncomingMessage) => {
    runDueSteps()
    request.url = withoutPrefix(request.url ?? '', prefix)
    return settleCaller(request, trusted)
  }
  const oddity = (request: IncomingMessage) => {
    const odd = oddityOf(request)
    if (odd) admission.refusals.note(odd.kind, askerOf(request).sender)
    return odd
  }
  const requests = new TurnQueue(REQUESTS_PER_TURN)
  const answer: RequestListener = (request, response) => {
    const { secure } = settle(request)
    const odd = oddity(request)
    if (odd) refuseOddity(response, odd)
    else if (secure || isHealthCheck(request)) requests.push(() => front(request, response))
    else refuseInsecure(response)
  }
  server.on('request', answer)
  const upgrade = routeUpgrades(options.upgrades)
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', destroy)
    const { secure } = settle(request)
    const odd = oddity(request)
    if (odd) refuseUpgrade(socket, odd.status)
    else if (secure) requests.push(() => upgrade(request, socket, head))
    else refuseInsecureUpgrade(socket)
  })
  return server
}

/** Apart from the requests, which a function of theirs would keep in memory for as long as the connection lives. */
function destroy(this: Duplex): void {
  this.destroy()
}

/** Proxies and supervisors on this machine ask without TLS, and learn nothing that players could lose. */
function isHealthCheck({ method, url }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && ['/healthz', '/livez', '/metrics'].includes(url ?? '')
}
