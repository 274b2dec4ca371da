import { once } from 'node:events'
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net'

type Direction = 'toClient' | 'toServer'

/**
 * A line between clients and a server, as a TCP proxy on a free loopback port, that goes dark as a dead network does:
 * nobody is told, what is sent waits, and a new connection opens and says nothing.
 */
export class DarkLine implements AsyncDisposable {
  readonly #dark: Record<Direction, boolean> = { toClient: false, toServer: false }
  readonly #sockets = new Map<Socket, Direction>()
  readonly #server: Server

  static async open(serverPort: number): Promise<DarkLine> {
    const line = new DarkLine(serverPort)
    line.#server.listen(0, '127.0.0.1')
    await once(line.#server, 'listening')
    return line
  }

  private constructor(serverPort: number) {
    this.#server = createServer((client) => {
      const server = dial({ port: serverPort, host: '127.0.0.1' })
      this.#carry(client, server, 'toServer')
      this.#carry(server, client, 'toClient')
    })
  }

  /** Where clients find the server. */
  get url(): string {
    return `wss://localhost:${(this.#server.address() as AddressInfo).port}`
  }

  goDark(...directions: Direction[]): void {
    for (const direction of directions) this.#dark[direction] = true
    for (const [socket, direction] of this.#sockets) if (this.#dark[direction]) socket.pause()
  }

  comeBack(): void {
    this.#dark.toClient = this.#dark.toServer = false
    for (const socket of this.#sockets.keys()) socket.resume()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.keys()) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #carry(from: Socket, to: Socket, direction: Direction): void {
    this.#sockets.set(from, direction)
    from.setNoDelay(true)
    from.on('error', () => {})
    from.on('data', (bytes) => void to.write(bytes))
    // The end, too, is told only over a line that carries.
    from.on('end', () => to.end())
    from.on('close', () => {
      this.#sockets.delete(from)
      if (!this.#dark[direction]) to.destroy()
    })
    if (this.#dark[direction]) from.pause()
  }
}
