import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { FairgroundError } from '../../shared/errors.ts'
import type { JsonGateway } from '../gateway/json-gateway.ts'
import { speaksJson } from '../gateway/json-protocol.ts'
import type { Admission } from '../guard/admission.ts'
import { askerOf } from '../guard/asker.ts'
import type { WssTransport } from '../transport/wss-transport.ts'
import { type OriginPolicy, originAllowed } from './origin.ts'

/** `/<processId>/<roomId>` of a seat, or `/` for a latency probe. */
const TARGET = /^\/(?:[\w-]+\/[\w-]+)?$/

/** `/json/<room>`, for machines that read no patches. No process is called so: their ids are longer. */
const JSON_TARGET = /^\/json\/([\w-]+)$/

export interface UpgradeOptions {
  readonly transport: WssTransport
  readonly origins: OriginPolicy
  readonly admission: Admission
  /** Takes clients that read no patches; without it they are refused. */
  readonly gateway?: JsonGateway
}

/** Decides which upgrade requests become WebSockets, before Colyseus sees any of them. */
export function routeUpgrades({ transport, origins, admission, gateway }: UpgradeOptions) {
  return (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = parseTarget(request.url)
    if (!url || !TARGET.test(url.pathname)) return refuseUpgrade(socket, 400)
    const room = JSON_TARGET.exec(url.pathname)?.[1]
    // A token in an address would end up in every log on the way.
    if (room !== undefined && (!gateway || url.search !== '' || !speaksJson(request)))
      return refuseUpgrade(socket, 400)
    if (!originAllowed(request.headers.origin, request.headers.host, origins))
      return refuseUpgrade(socket, 403)
    const asker = askerOf(request)
    try {
      admission.refuseGuesser(asker)
      admission.refuseSocket(asker)
    } catch (error) {
      return refuseUpgrade(socket, 429, error)
    }
    socket.once('close', admission.openSocket(asker))
    if (room === undefined) transport.accept(request, socket, head, url)
    else gateway?.accept(request, socket, head, room)
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

/** Answers an upgrade that is not to become a WebSocket, and closes its connection. */
export function refuseUpgrade(socket: Duplex, status: number, error?: unknown): void {
  const retryMs = error instanceof FairgroundError ? error.retryAfterMs : undefined
  const retry = retryMs === undefined ? '' : `Retry-After: ${Math.ceil(retryMs / 1000)}\r\n`
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${retry}Connection: close\r\nContent-Length: 0\r\n\r\n`,
  )
}
