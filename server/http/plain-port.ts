import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Limits } from '../limits.ts'
import type { HttpProofs } from '../tls/acme/acme-proofs.ts'
import { timeouts } from './timeouts.ts'

const CHALLENGE = /^\/\.well-known\/acme-challenge\/([^/?]+)$/
/** No Strict-Transport-Security: browsers take it over https only. */
const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
}
/** A host name or address, with or without a port. */
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i

/**
 * A server of plain HTTP that carries nothing: it answers http-01 challenges and sends every reader to https. A
 * WebSocket that tries it is told the same, and no game ever runs here.
 *
 * @param httpsPort port that readers are sent to
 */
export function plainServer({
  proofs,
  httpsPort,
  limits,
}: {
  proofs: HttpProofs
  httpsPort: number
  limits: Limits
}): Server {
  const server = createServer(timeouts(limits), (request, response) => answer(request, response))
  server.timeout = limits.stalledTimeoutMs
  server.on('upgrade', (_request, socket) => {
    socket.on('error', () => socket.destroy())
    socket.end(
      'HTTP/1.1 426 Upgrade Required\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\nUse wss://\n',
    )
  })
  return server

  function answer(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    const token = CHALLENGE.exec(request.url ?? '')?.[1]
    if (token !== undefined) {
      const proof = proofs.find(token)
      response.writeHead(proof === undefined ? 404 : 200, { 'Content-Type': 'text/plain' })
      response.end(proof ?? 'Nothing here.\n')
      return
    }
    const target = secureAddress(request, httpsPort)
    if (target === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(400, { 'Content-Type': 'text/plain' }).end('Use https://\n')
      return
    }
    response.writeHead(308, { Location: target, 'Content-Type': 'text/plain' }).end(`${target}\n`)
  }
}

function secureAddress({ headers, url }: IncomingMessage, port: number): string | undefined {
  const host = HOST.exec(headers.host ?? '')?.[1]
  if (host === undefined || !url?.startsWith('/')) return undefined
  const address = `https://${host}${port === 443 ? '' : `:${port}`}${url}`
  return URL.canParse(address) ? address : undefined
}
