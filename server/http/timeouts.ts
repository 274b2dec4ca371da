import type { ServerOptions } from 'node:https'
import type { Limits } from '../limits.ts'

/** Node looks for slow clients every 30 s only, whatever their limit is. */
const MAX_LOOK_EVERY_MS = 1_000

/** The limits on slow clients, as `createServer()` of http and https takes them. */
export function timeouts(limits: Limits): ServerOptions {
  const { headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs } = limits
  return {
    // Counted from the end of the handshake, so they also end a connection that never asks for anything.
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.ceil(Math.min(MAX_LOOK_EVERY_MS, headersTimeoutMs / 4)),
  }
}
