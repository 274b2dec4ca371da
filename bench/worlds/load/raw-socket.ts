/** The cheapest WebSocket client there is: reads frame headers off a TLS socket and writes frames that are ready-made. */
import { randomBytes } from 'node:crypto'
import { connect, type TLSSocket } from 'node:tls'

export const TEXT = 1
export const BINARY = 2
const CLOSE = 8
const PING = 9
const PONG = 10
const END_OF_HEAD = '\r\n\r\n'

/** Called for each frame; it lies in `chunk` from `from` to `to`, and is to be read at once. */
export type OnFrame = (chunk: Buffer, from: number, to: number) => void

export class RawSocket {
  open = false
  readonly opened: Promise<void>
  readonly #socket: TLSSocket
  #rest: Buffer | undefined
  readonly #waiting: Buffer[] = []
  #onFrame: OnFrame = (chunk, from, to) => {
    this.#waiting.push(Buffer.from(chunk.subarray(from, to)))
    this.#arrived()
  }
  #arrived = (): void => {}

  /** @param path with its query */
  constructor(url: URL, path: string) {
    this.#socket = connect({ host: '127.0.0.1', port: Number(url.port), servername: 'localhost' })
    this.#socket.setNoDelay(true)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.opened = promise
    this.#socket.once('secureConnect', () => {
      const key = randomBytes(16).toString('base64')
      const head = [`GET ${path} HTTP/1.1`, `Host: ${url.host}`, 'Upgrade: websocket', 'Connection: Upgrade']
      head.push('Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`)
      this.#socket.write(head.join('\r\n') + END_OF_HEAD)
    })
    this.#socket.on('data', (chunk: Buffer) => {
      if (this.open) this.#read(chunk)
      else this.#upgrade(chunk, resolve, reject)
    })
    this.#socket.on('error', reject)
    this.#socket.on('close', () => {
      this.open = false
      reject(new Error('The connection was closed.'))
    })
  }

  /** The next frame, before anybody listens. */
  async next(): Promise<Buffer> {
    await this.opened
    while (this.#waiting.length === 0) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve
      })
    }
    return this.#waiting.shift()!
  }

  /** From now on every frame goes there, those first that nobody has read. */
  listen(onFrame: OnFrame): void {
    this.#onFrame = onFrame
    for (const frame of this.#waiting.splice(0)) onFrame(frame, 0, frame.length)
  }

  /** @param frame with its header; see {@link clientFrame} */
  write(frame: Buffer): void {
    this.#socket.write(frame)
  }

  close(): void {
    this.#socket.destroy()
  }

  #upgrade(chunk: Buffer, resolve: () => void, reject: (error: Error) => void): void {
    this.#rest = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk
    const end = this.#rest.indexOf(END_OF_HEAD)
    if (end < 0) return
    const head = this.#rest.toString('latin1', 0, end)
    if (!head.startsWith('HTTP/1.1 101')) {
      reject(new Error(`The server answered ${head.split('\r\n')[0]}`))
      return
    }
    const rest = this.#rest.subarray(end + END_OF_HEAD.length)
    this.#rest = undefined
    this.open = true
    resolve()
    if (rest.length > 0) this.#read(rest)
  }

  #read(arrived: Buffer): void {
    const chunk = this.#rest ? Buffer.concat([this.#rest, arrived]) : arrived
    this.#rest = undefined
    let at = 0
    while (at + 2 <= chunk.length) {
      let length = chunk[at + 1]! & 127
      let from = at + 2
      if (length === 126) {
        if (at + 4 > chunk.length) break
        length = chunk.readUInt16BE(at + 2)
        from += 2
      } else if (length === 127) {
        if (at + 10 > chunk.length) break
        length = chunk.readUInt32BE(at + 6)
        from += 8
      }
      const to = from + length
      if (to > chunk.length) break
      this.#take(chunk, from, to, chunk[at]! & 15)
      at = to
    }
    if (at < chunk.length) this.#rest = chunk.subarray(at)
  }

  #take(chunk: Buffer, from: number, to: number, opcode: number): void {
    if (opcode === TEXT || opcode === BINARY) this.#onFrame(chunk, from, to)
    else if (opcode === PING) this.write(clientFrame(chunk.subarray(from, to), PONG))
    else if (opcode === CLOSE) this.#socket.end()
  }
}

/** A frame as a client sends it, under a mask of zeros. */
export function clientFrame(payload: Uint8Array, opcode: number): Buffer {
  if (payload.length > 125) throw new Error('too long for a frame of the benchmark')
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload])
}
