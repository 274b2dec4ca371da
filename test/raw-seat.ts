import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { Protocol } from '@colyseus/core'
import { decode } from '@colyseus/schema'
import { WebSocket } from 'ws'

/** A seat taken below the SDK: whoever holds it may send any bytes. */
export class RawSeat {
  readonly socket: WebSocket
  readonly roomId: string
  /** Numbers of the errors that the server told. */
  readonly errors: number[] = []
  /** The close code and reason, once the connection has ended. */
  readonly closed: Promise<{ code: number; reason: string }>

  constructor(socket: WebSocket, roomId: string) {
    this.socket = socket
    this.roomId = roomId
    socket.on('message', (frame: Buffer) => {
      if (frame[0] === Protocol.ERROR) this.errors.push(decode.number(frame as never, { offset: 1 }))
    })
    socket.on('error', () => {})
    socket.on('open', () => this.stream.on('error', () => {}))
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
  }

  send(...bytes: number[]): void {
    this.socket.send(new Uint8Array(bytes))
  }

  acknowledge(): void {
    this.send(Protocol.JOIN_ROOM)
  }

  /** Settles when the server has read all that was sent before; fails when the connection ends instead. */
  async heard(): Promise<void> {
    let hear = (_frame: Buffer): void => {}
    const pong = new Promise<boolean>((resolve) => {
      hear = (frame) => {
        if (frame[0] === Protocol.PING) resolve(true)
      }
      this.socket.on('message', hear)
    })
    if (this.socket.readyState === WebSocket.OPEN) this.send(Protocol.PING)
    const heard = await Promise.race([pong, this.closed])
    this.socket.off('message', hear)
    if (heard !== true) throw new Error(`closed with ${(heard as { code: number }).code}`)
  }

  /** The connection below the WebSocket: what is written there is no frame unless it looks like one. */
  get stream(): Duplex {
    return (this.socket as unknown as { _socket: Duplex })._socket
  }
}

export interface SeatOptions {
  /** Local address to come from, one of 127.0.0.0/8; default 127.0.0.1. */
  from?: string
  /** Whether to acknowledge the join as the SDK does; default true. */
  acknowledge?: boolean
  autoPong?: boolean
  /** What the room asks for; default nothing. */
  join?: object
  /** Token of a guest; a new one without it. */
  token?: string
  /** Headers to add, as a proxy would. */
  headers?: Record<string, string>
}

/** What a server answers to who asks for a seat. */
export interface Reservation {
  readonly processId: string
  readonly roomId: string
  readonly sessionId: string
}

/** Reserves a seat and takes it. @param room what to join: a path below `/matchmake/`, such as `joinOrCreate/hall` */
export async function takeSeat(url: string, room: string, options: SeatOptions = {}): Promise<RawSeat> {
  const headers = {
    ...options.headers,
    ...(options.token !== undefined && { authorization: `Bearer ${options.token}` }),
  }
  const body = JSON.stringify(options.join ?? {})
  const response = await fetch(`${url}/matchmake/${room}`, { method: 'POST', body, headers })
  if (!response.ok) throw new Error(await response.text())
  return openSeat(url, (await response.json()) as Reservation, options)
}

/** Takes a seat that is reserved already. */
export async function openSeat(
  url: string,
  { processId, roomId, sessionId }: Reservation,
  options: Omit<SeatOptions, 'join' | 'token'> = {},
): Promise<RawSeat> {
  const target = `${url.replace('http', 'ws')}/${processId}/${roomId}?sessionId=${sessionId}`
  const { from, autoPong } = options
  const socket = new WebSocket(target, {
    headers: { ...options.headers },
    ...(from !== undefined && { localAddress: from }),
    ...(autoPong !== undefined && { autoPong }),
  })
  const seat = new RawSeat(socket, roomId)
  await Promise.race([once(socket, 'message'), refusalOf(socket)])
  if (options.acknowledge !== false) seat.acknowledge()
  return seat
}

function refusalOf(socket: WebSocket): Promise<never> {
  return new Promise((_resolve, reject) => {
    socket.once('unexpected-response', (request, response) => {
      request.destroy()
      reject(new Error(`refused with ${response.statusCode}`))
    })
  })
}

/** One frame of a client as it goes over the wire; `opcode` as in RFC 6455, a mask of zeros. */
export function wireFrame(payload: Uint8Array, { opcode = 2, fin = true } = {}): Buffer {
  const { length } = payload
  const head = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 255] : undefined
  if (!head) throw new Error('too long for a test')
  const first = (fin ? 0x80 : 0) | opcode
  return Buffer.concat([Buffer.from([first, 0x80 | head[0]!, ...head.slice(1), 0, 0, 0, 0]), payload])
}

/** Writes `burst` over and over until the server has ended the connection. */
export async function flood(seat: RawSeat, burst: Buffer): Promise<{ code: number; reason: string }> {
  let over = false
  const closed = seat.closed.finally(() => {
    over = true
  })
  while (!over) {
    const full = !seat.stream.write(burst)
    const drained = new Promise((done) => (full ? seat.stream.once('drain', done) : setImmediate(done)))
    await Promise.race([closed, drained])
  }
  return closed
}
