/** Every flood that a server must bear, each as one wave that can be sent again and again. */
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { Protocol } from '@colyseus/core'
import { WebSocket } from 'ws'
import { ask, askOften } from '../ask.ts'
import { flood, openSeat, type RawSeat, type Reservation, wireFrame } from '../raw-seat.ts'

export interface Target {
  readonly url: string
  /** The room that honest players are in. */
  readonly roomId: string
  /** Another of this machine's addresses each time: who floods from a seat is banned soon. */
  from(): string
  /** Where requests and connections come from, wave by wave. */
  readonly vandal: string
  /** Time for which connections are held that nobody cuts, in milliseconds. */
  readonly holdMs: number
}

/** What became of a wave: close codes of WebSockets and statuses of answers, with how often each came; 0 for neither. */
export type Ends = Readonly<Record<number, number>>
export type Wave = (target: Target) => Promise<Ends>

const FLOODERS = 10
const REQUESTS = 200
const CONNECTIONS = 200
const AT_ONCE = 20
const HALF_OPEN = 300
/** As many as one address may have. */
const SILENT_OF_EACH = 500
const SLOW_CLIENTS = 20
const DRIP_MS = 20

const many = (frame: Buffer, count = 400) => Buffer.concat(Array<Buffer>(count).fill(frame))
const bytes = (...all: number[]) => wireFrame(new Uint8Array(all))
const FILL = bytes(Protocol.ROOM_REQUEST, 1, 0xa4, ...Buffer.from('fill'), 0xc0)

/** One burst of each kind of frames. */
const FRAMES: Readonly<Record<string, Buffer>> = {
  messages: many(bytes(Protocol.ROOM_DATA, 0xa3, ...Buffer.from('say'), 1)),
  'messages of unknown types': many(bytes(Protocol.ROOM_DATA, 0xa1, 0x62)),
  'messages of 16 KB': many(wireFrame(Buffer.alloc(16_000, Protocol.ROOM_DATA)), 20),
  inputs: many(bytes(Protocol.ROOM_INPUT_RELIABLE, 128, 1)),
  'pings of the SDK': many(bytes(Protocol.PING)),
  'pings of the WebSocket': many(wireFrame(Buffer.alloc(125), { opcode: 9 })),
  'frames of no kind': many(bytes(99)),
  'pieces without end': many(wireFrame(new Uint8Array(0), { opcode: 0, fin: false }), 1_000),
}

/** Who sends the same over and over until it is sent away: by what it sends. */
export const FRAME_FLOODS: Readonly<Record<string, Wave>> = Object.fromEntries(
  Object.entries(FRAMES).map(([kind, burst]) => [
    kind,
    async (target) => {
      const seats = await takeSeats(target, FLOODERS)
      const closed = await Promise.all(seats.map((seat) => flood(seat, burst)))
      return tally(closed.map(({ code }) => code))
    },
  ]),
)

/** Who asks, connects, or holds a connection, again and again. */
export const OTHER_FLOODS: Readonly<Record<string, Wave>> = {
  joins: (target) => asks(target, `/matchmake/joinById/${target.roomId}`),
  creates: (target) => asks(target, '/matchmake/create/tally'),
  guests: (target) => asks(target, '/auth/guest'),
  connections: async (target) => {
    return tally(await inTurns(CONNECTIONS, () => shakeHands(target)))
  },
  'WebSockets without a seat': async (target) => {
    return tally(await inTurns(CONNECTIONS, () => openProbe(target)))
  },
  'half-open handshakes': (target) => {
    const from = target.from()
    return silence(
      target,
      Array.from({ length: HALF_OPEN }, () => from),
      '\x16\x03\x01\x02\x00',
    )
  },
  '1,000 connections that never finish': (target) => {
    const addresses = [target.from(), target.from()]
    return silence(
      target,
      addresses.flatMap((from) => Array<string>(SILENT_OF_EACH).fill(from)),
    )
  },
  'slow readers': async (target) => {
    const seats = await takeSeats(target, SLOW_CLIENTS)
    for (const seat of seats) {
      seat.socket.pause()
      // Four times as much as may be on its way or wait.
      seat.stream.write(many(FILL, 100))
    }
    await wait(target.holdMs)
    return end(seats)
  },
  'slow writers': async (target) => {
    const seats = await takeSeats(target, SLOW_CLIENTS)
    const frame = wireFrame(Buffer.alloc(16_000, Protocol.ROOM_DATA))
    for (const { stream } of seats) drip(stream as Socket, frame)
    const requests = await Promise.all(seats.map(() => dialTls(target, target.from())))
    for (const [index, socket] of requests.entries())
      drip(socket, Buffer.from(index % 2 ? SLOW_BODY : SLOW_HEADERS))
    await wait(target.holdMs)
    for (const socket of requests) socket.destroy()
    return end(seats)
  },
}

const SLOW_HEADERS = `GET / HTTP/1.1\r\nHost: x\r\nX-Padding: ${'x'.repeat(10_000)}`
const SLOW_BODY = `POST /matchmake/create/tally HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n${'x'.repeat(10_000)}`

/** A session in the honest players' room, from an address of its own. */
export async function takeSeatOf({
  url,
  roomId,
  from,
}: Pick<Target, 'url' | 'roomId' | 'from'>): Promise<RawSeat> {
  const address = from()
  const { status, body } = await ask(`${url}/matchmake/joinById/${roomId}`, { from: address })
  if (status !== 200) throw new Error(`No seat to flood from: ${status} ${JSON.stringify(body)}`)
  return openSeat(url, body as Reservation, { from: address })
}

function takeSeats(target: Target, count: number): Promise<RawSeat[]> {
  return Promise.all(Array.from({ length: count }, () => takeSeatOf(target)))
}

async function end(seats: readonly RawSeat[]): Promise<Ends> {
  for (const { socket } of seats) socket.terminate()
  return tally((await Promise.all(seats.map(({ closed }) => closed))).map(({ code }) => code))
}

async function asks({ url, vandal }: Target, path: string): Promise<Ends> {
  const answers = await askOften(REQUESTS, url + path, { from: vandal })
  return tally(answers.map(({ status }) => status))
}

async function inTurns(times: number, once: () => Promise<number>): Promise<number[]> {
  const ends: number[] = []
  let left = times
  const work = async () => {
    while (left-- > 0) ends.push(await once())
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return ends
}

async function shakeHands(target: Target): Promise<number> {
  const socket = await dialTls(target, target.vandal)
  socket.destroy()
  return 0
}

function openProbe({ url, vandal }: Target): Promise<number> {
  const socket = new WebSocket(url.replace('https', 'wss'), { localAddress: vandal })
  socket.on('error', () => {})
  return new Promise((resolve) => {
    socket.once('open', () => socket.close())
    socket.once('close', (code) => resolve(code))
    socket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode!))
  })
}

/** Connections that say this and no more, held until they are cut, or for a while. */
async function silence({ url, holdMs }: Target, from: readonly string[], word = ''): Promise<Ends> {
  const port = Number(new URL(url).port)
  const cut = new Array<boolean>(from.length).fill(false)
  const sockets = from.map((localAddress, index) => {
    const socket = connectTcp({ port, host: '127.0.0.1', localAddress })
    socket.on('error', () => {})
    socket.once('connect', () => word && socket.write(word))
    socket.once('close', () => {
      cut[index] = true
    })
    return socket.resume()
  })
  const closed = sockets.map((socket) => new Promise((done) => socket.once('close', done)))
  await Promise.race([Promise.all(closed), wait(holdMs)])
  const ends = tally(cut.map((is) => (is ? 1006 : 0)))
  for (const socket of sockets) socket.destroy()
  await Promise.all(closed)
  return ends
}

async function dialTls({ url }: Target, localAddress: string): Promise<Socket> {
  const port = Number(new URL(url).port)
  const socket = connectTls({ port, host: '127.0.0.1', localAddress, rejectUnauthorized: false } as object)
  socket.on('error', () => {})
  await Promise.race([once(socket, 'secureConnect'), once(socket, 'close')])
  return socket.resume()
}

/** Sends this byte by byte, for as long as it is listened to. */
function drip(socket: Socket, all: Buffer): void {
  let sent = 0
  const timer = setInterval(() => {
    if (socket.writable && sent < all.length) socket.write(all.subarray(sent, ++sent))
  }, DRIP_MS)
  socket.on('error', () => {})
  socket.once('close', () => clearInterval(timer))
}

function tally(ends: readonly number[]): Ends {
  const counts: Record<number, number> = {}
  for (const one of ends) counts[one] = (counts[one] ?? 0) + 1
  return counts
}
