import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WssTransport } from '../transport/wss-transport.ts'
import { type OriginPolicy, originAllowed } from './origin.ts'

/** `/<processId>/<roomId>` of a seat, or `/` for a latency probe. */
const TARGET = /^\/(?:[\w-]+\/[\w-]+)?$/

export interface UpgradeOptions {
  readonly transport: WssTransport
  readonly origins: OriginPolicy
}

/** Decides which upgrade requests become WebSockets, before Colyseus sees any of them. */
export function routeUpgrades({ transport, origins }: UpgradeOptions) {
  return (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = parseTarget(request.url)
    if (!url || !TARGET.test(url.pathname)) return refuse(socket, 400)
    if (!originAllowed(request.headers.origin, request.headers.host, origins)) return refuse(socket, 403)
    transport.accept(request, socket, head, url)
  }
}

function parseTarget(target: string | undefined): URL | undefined {
  if (!target?.startsWith('/')) return undefined
  try {
    return new URL(`wss://server${target}`)
  } catch {
    return undefined
  }
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
