import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'

export interface FrameParts {
  fin?: boolean
  /** The three reserved bits. */
  rsv?: number
  opcode?: number
  masked?: boolean
  mask?: readonly [number, number, number, number]
  payload?: Uint8Array
  /** Length that the head claims; the payload's own without it. */
  claims?: bigint
}

/** A frame as a client sends it, or as no client should. */
export function frameOf(parts: FrameParts): Buffer {
  const {
    fin = true,
    rsv = 0,
    opcode = 2,
    masked = true,
    mask = [1, 2, 3, 4],
    payload = Buffer.alloc(0),
  } = parts
  const length = parts.claims ?? BigInt(payload.length)
  const extended = length < 126n ? Buffer.alloc(0) : Buffer.alloc(length < 65_536n ? 2 : 8)
  if (extended.length === 2) extended.writeUInt16BE(Number(length))
  if (extended.length === 8) extended.writeBigUInt64BE(length)
  const short = extended.length === 0 ? Number(length) : extended.length === 2 ? 126 : 127
  const head = Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | opcode, (masked ? 0x80 : 0) | short])
  if (!masked) return Buffer.concat([head, extended, payload])
  const hidden = Buffer.from(payload.map((byte, index) => byte ^ mask[index % 4]!))
  return Buffer.concat([head, extended, Buffer.from(mask), hidden])
}

export interface ReceivedFrame {
  readonly opcode: number
  readonly payload: Buffer
}

/** A WebSocket made by hand over TLS: it sends any bytes, and shows the frames that come back as they are. */
export class RawWebSocket {
  readonly stream: TLSSocket
  readonly frames: ReceivedFrame[] = []
  readonly ended: Promise<void>
  #unread: Buffer
  #waiting: (() => void)[] = []

  constructor(stream: TLSSocket, unread: Buffer) {
    this.stream = stream
    this.#unread = unread
    this.ended = new Promise((resolve) => stream.once('close', () => resolve()))
    stream.on('error', () => {})
    stream.on('data', (chunk: Buffer) => this.#read(chunk))
    stream.once('close', () => this.#wake())
    this.#read(Buffer.alloc(0))
  }

  send(...parts: FrameParts[]): void {
    this.stream.write(Buffer.concat(parts.map(frameOf)))
  }

  /** The first frame of that opcode that came, or comes. */
  async next(opcode: number): Promise<Buffer> {
    for (;;) {
      const index = this.frames.findIndex((frame) => frame.opcode === opcode)
      if (index >= 0) return this.frames.splice(index, 1)[0]!.payload
      if (this.stream.closed) throw new Error(`The connection ended without a frame of opcode ${opcode}.`)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** The code of the server's close frame; undefined if it has none. */
  async closeCode(): Promise<number | undefined> {
    const payload = await this.next(8)
    return payload.length >= 2 ? payload.readUInt16BE() : undefined
  }

  #read(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk])
    for (let frame = takeFrame(this.#unread); frame; frame = takeFrame(this.#unread)) {
      this.#unread = this.#unread.subarray(frame.size)
      this.frames.push(frame)
    }
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}

function takeFrame(bytes: Buffer): (ReceivedFrame & { size: number }) | undefined {
  if (bytes.length < 2) return undefined
  if (bytes[0]! & 0x70 || bytes[1]! & 0x80) throw new Error('The server sent a reserved bit, or a mask.')
  const short = bytes[1]! & 0x7f
  const head = short < 126 ? 2 : short === 126 ? 4 : 10
  if (bytes.length < head) return undefined
  const length =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  if (bytes.length < head + length) return undefined
  return { opcode: bytes[0]! & 0x0f, payload: bytes.subarray(head, head + length), size: head + length }
}

/** Sends an upgrade request of these lines; answers with the head of the answer, and a WebSocket if it became one. */
export async function upgrade(
  url: URL,
  lines: readonly string[],
): Promise<{ head: string; socket: RawWebSocket | undefined }> {
  const stream = connect({ host: '127.0.0.1', port: Number(url.port), servername: 'localhost' })
  stream.on('error', () => {})
  await once(stream, 'secureConnect')
  stream.write(`${[...lines, `Host: ${url.host}`].join('\r\n')}\r\n\r\n`)
  let answer = Buffer.alloc(0)
  while (!answer.includes('\r\n\r\n')) {
    const [chunk] = (await Promise.race([once(stream, 'data'), once(stream, 'end')])) as [Buffer | undefined]
    if (!chunk) break
    answer = Buffer.concat([answer, chunk])
  }
  const end = answer.indexOf('\r\n\r\n')
  const head = answer.subarray(0, end).toString()
  if (head.startsWith('HTTP/1.1 101 '))
    return { head, socket: new RawWebSocket(stream, answer.subarray(end + 4)) }
  stream.destroy()
  return { head, socket: undefined }
}
