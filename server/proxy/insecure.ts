import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

const EXPLANATION =
  'This match server is behind a proxy and takes only what came to the proxy over https or wss.\n' +
  'Proxy: send X-Forwarded-Proto, as the configurations in deploy/ do. Player: use https:// or wss://.\n'

const HEADERS = {
  'Content-Type': 'text/plain',
  'Content-Length': EXPLANATION.length,
  'X-Content-Type-Options': 'nosniff',
  Upgrade: 'TLS/1.2, HTTP/1.1',
}

/** Answers a request that came without TLS. Not by a redirect: behind a proxy that says nothing, it would not end. */
export function refuseInsecure(response: ServerResponse): void {
  response.writeHead(426, { ...HEADERS, Connection: 'Upgrade' }).end(EXPLANATION)
}

export function refuseInsecureUpgrade(socket: Duplex): void {
  const lines = Object.entries({ ...HEADERS, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  socket.end(`HTTP/1.1 426 Upgrade Required\r\n${lines.join('\r\n')}\r\n\r\n${EXPLANATION}`)
}
