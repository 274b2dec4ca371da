import type { ServerOptions } from 'node:https'
import type { Limits } from '../limits.ts'

/** Node looks for slow clients every 30 s only, whatever their limit is. */
const MAX_LOOK_EVERY_MS = 1_000
const MIN_LOOK_EVERY_MS = 50

/** The limits on slow clients, as `createServer()` of http and https takes them. */
export function timeouts(limits: Limits): ServerOptions {
  return {
    // Counted from the end of the handshake, so it also ends a connection that never asks for anything.
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(
      MAX_LOOK_EVERY_MS,
      Math.max(MIN_LOOK_EVERY_MS, Math.ceil(limits.headersTimeoutMs / 4)),
    ),
  }
}
