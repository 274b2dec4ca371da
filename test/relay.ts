import { once } from 'node:events'
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net'

/** How often a relay hands on what is due, in milliseconds. */
const STEP_MS = 10

export interface RelayOptions {
  /** The port on this machine that it leads to. */
  port: number
  /** What a connection carries towards the client, in bytes a second; boundless without it. */
  bytesPerSecond?: number
}

/**
 * A line between clients and a server, as a TCP proxy on a free loopback port: it carries so many bytes a second and no
 * more, or nothing for a while. Nothing gets lost on it.
 */
export class Relay implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #clients = new Set<Socket>()
  #stopped: 'down' | 'both' | undefined

  static async open(options: RelayOptions): Promise<Relay> {
    const relay = new Relay(options)
    relay.#server.listen(0, '127.0.0.1')
    await once(relay.#server, 'listening')
    return relay
  }

  private constructor({ port, bytesPerSecond = Number.POSITIVE_INFINITY }: RelayOptions) {
    this.#server = createServer((client) => {
      const server = dial({ port, host: '127.0.0.1' })
      for (const [socket, other] of [
        [client, server],
        [server, client],
      ] as const) {
        this.#sockets.add(socket)
        socket.setNoDelay(true)
        socket.on('error', () => {})
        socket.on('close', () => {
          this.#sockets.delete(socket)
          other.destroy()
        })
      }
      client.pipe(server)
      this.#clients.add(client)
      client.on('close', () => this.#clients.delete(client))
      if (this.#stopped === 'both') client.pause()
      this.#carry(server, client, (bytesPerSecond * STEP_MS) / 1000)
    })
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Nothing reaches clients any more; what they send goes on, unless the line is stopped both ways. */
  stop(ways: 'down' | 'both' = 'down'): void {
    this.#stopped = ways
    if (ways === 'both') for (const client of this.#clients) client.pause()
  }

  resume(): void {
    this.#stopped = undefined
    for (const client of this.#clients) client.resume()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #carry(from: Socket, to: Socket, bytesPerStep: number): void {
    // It may catch up on what a late timer left undone, but on nothing that nobody asked for.
    let dueMs = performance.now()
    from.on('readable', () => {})
    const timer = setInterval(() => {
      const nowMs = performance.now()
      const steps = Math.min(10, (nowMs - dueMs) / STEP_MS)
      dueMs = nowMs
      if (this.#stopped || to.writableLength > 0) return
      const bytes = Math.min(from.readableLength, Math.ceil(bytesPerStep * steps))
      const chunk: Buffer | null = bytes > 0 ? from.read(bytes) : null
      if (chunk) to.write(chunk)
    }, STEP_MS)
    this.#timers.add(timer)
    from.on('end', () => to.end())
    from.on('close', () => {
      clearInterval(timer)
      this.#timers.delete(timer)
    })
  }
}
