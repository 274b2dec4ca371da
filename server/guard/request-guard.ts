import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RefusalKind } from './refusals.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS']
const TARGET = /^\/[\x21-\x7e]*$/
/** A host name or address, with or without a port. */
const HOST = /^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i

export interface OddRequest {
  readonly kind: RefusalKind
  readonly status: 400 | 405
}

/** What is odd about a request, so that nothing else need look at it; undefined for an honest one. */
export function oddityOf({ method, url, headers }: IncomingMessage): OddRequest | undefined {
  if (!METHODS.includes(method ?? '')) return { kind: 'method', status: 405 }
  if (!TARGET.test(url ?? '')) return { kind: 'target', status: 400 }
  // Only HTTP/1.0 may leave it out: Node refuses the others itself.
  if (headers.host !== undefined && !HOST.test(headers.host)) return { kind: 'host', status: 400 }
  return undefined
}

/** Answers an odd request, and hears no more on its connection. */
export function refuseOddity(response: ServerResponse, { status }: OddRequest): void {
  response.writeHead(status, {
    Connection: 'close',
    'Content-Type': 'text/plain',
    'X-Content-Type-Options': 'nosniff',
    ...(status === 405 && { Allow: METHODS.join(', ') }),
  })
  response.end(status === 405 ? 'No such method here.\n' : 'This request cannot be understood.\n')
}
