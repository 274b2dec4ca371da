import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type WebSocket, WebSocketServer } from 'ws'
import { issueLeaf } from '../../server/tls/issue.ts'
import { newKeyPem } from '../../server/tls/p256-key.ts'

const SDK = join(import.meta.dirname, '../../dist/sdk')
const DAY_MS = 86_400_000

export interface LeafOptions {
  authority: { certPem: string; keyPem: string }
  names?: readonly string[]
  /** From now; negative: it has expired. */
  validForDays?: number
}

/** An https server with a certificate of a test's making: an empty page, the SDK, and an echoing WebSocket. */
export class SecureServer implements AsyncDisposable {
  /** Requests and sockets that came through the handshake. */
  arrivals = 0
  /** Handshakes that the other side broke off. */
  refusals = 0
  readonly #server: Server
  readonly #sockets: WebSocketServer

  private constructor(certPem: string, keyPem: string) {
    this.#server = createServer({ cert: certPem, key: keyPem }, ({ url = '/' }, response) => {
      this.arrivals++
      const script = /^\/sdk\/([\w-]+\.js)$/.exec(url)?.[1]
      response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html')
      response.setHeader('Access-Control-Allow-Origin', '*')
      response.end(script ? readFileSync(join(SDK, script)) : '<!doctype html><title>page</title>')
    })
    this.#server.on('tlsClientError', () => {
      this.refusals++
    })
    this.#sockets = new WebSocketServer({ server: this.#server })
    this.#sockets.on('connection', (socket: WebSocket) => {
      this.arrivals++
      socket.on('message', (data) => socket.send(String(data)))
    })
  }

  static async start({
    authority,
    names = ['localhost'],
    validForDays = 30,
  }: LeafOptions): Promise<SecureServer> {
    const keyPem = newKeyPem()
    const notAfterMs = Date.now() + validForDays * DAY_MS
    const certPem = await issueLeaf({
      ...{ keyPem, names, authority, notAfterMs },
      notBeforeMs: Math.min(Date.now(), notAfterMs) - 30 * DAY_MS,
    })
    const server = new SecureServer(certPem, keyPem)
    await new Promise<void>((listening) => server.#server.listen(0, '127.0.0.1', listening))
    return server
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `https://localhost:${this.port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#server.closeAllConnections()
    await new Promise((closed) => this.#server.close(closed))
  }
}
