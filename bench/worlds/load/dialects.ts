/** How the raw seats take their places with each server, and what counts as a patch there. */
import { Protocol } from '@colyseus/core'
import { PATCH, WELCOME } from '../packed.ts'
import { CIRCLE_STEPS, type Heading, headingAt, STILL } from '../simulation.ts'
import { BINARY, clientFrame, RawSocket, TEXT } from './raw-socket.ts'

export interface Seat {
  readonly socket: RawSocket
  /** What to name for a further seat in the same room. */
  readonly room: string
  /** Who this is, where the server says so to raw seats. */
  readonly id: string
}

export interface Dialect {
  /** @param room that of an earlier seat; without it, a new one is opened */
  take(url: URL, room: string | undefined): Promise<Seat>
  /** Whether a frame that begins at `from` is a patch. */
  isPatch(chunk: Buffer, from: number): boolean
  /** Answers what must be answered for a seat to be kept. */
  answer?(socket: RawSocket, chunk: Buffer, from: number, to: number): void
  input(heading: Heading): Buffer
}

const CODE = 0x1f
const FIELD = 0x80

const colyseus: Dialect = {
  async take(url, room) {
    const { processId, roomId, sessionId } = await reserve(url, room)
    const socket = new RawSocket(url, `/${processId}/${roomId}?sessionId=${sessionId}`)
    await socket.next()
    socket.write(clientFrame(Uint8Array.of(Protocol.JOIN_ROOM), BINARY))
    return { socket, room: roomId, id: sessionId }
  },
  isPatch: (chunk, from) => (chunk[from]! & CODE) === Protocol.ROOM_STATE_PATCH,
  input({ x, y }) {
    const payload = Buffer.alloc(11)
    payload[0] = Protocol.ROOM_INPUT_RELIABLE
    payload[1] = FIELD
    payload.writeFloatLE(x, 2)
    payload[6] = FIELD | 1
    payload.writeFloatLE(y, 7)
    return clientFrame(payload, BINARY)
  },
}

let rooms = 0

const bareWs: Dialect = {
  async take(url, room = String(++rooms)) {
    const socket = new RawSocket(url, `/?room=${room}`)
    const welcome = await socket.next()
    if (welcome[0] !== WELCOME) throw new Error('The bare server did not say welcome.')
    return { socket, room, id: String(welcome.readUInt32LE(1)) }
  },
  isPatch: (chunk, from) => chunk[from] === PATCH,
  input({ x, y }) {
    const payload = Buffer.alloc(8)
    payload.writeFloatLE(x, 0)
    payload.writeFloatLE(y, 4)
    return clientFrame(payload, BINARY)
  },
}

const PONG = clientFrame(Buffer.from('3'), TEXT)
const PING = '2'.charCodeAt(0)

const socketIo: Dialect = {
  async take(url, room = String(++rooms)) {
    const socket = new RawSocket(url, `/socket.io/?EIO=4&transport=websocket&room=${room}`)
    await socket.next()
    socket.write(clientFrame(Buffer.from('40'), TEXT))
    await socket.next()
    const welcome = /^42\["welcome",(\d+)\]$/.exec((await socket.next()).toString())
    if (!welcome) throw new Error('Socket.io did not say welcome.')
    return { socket, room, id: welcome[1]! }
  },
  isPatch: (chunk, from) => chunk[from] === 52 && chunk[from + 1] === 50, // '42', an event
  answer(socket, chunk, from, to) {
    if (to - from === 1 && chunk[from] === PING) socket.write(PONG)
  },
  input: ({ x, y }) =>
    clientFrame(Buffer.from(`42["input",{"x":${x.toFixed(6)},"y":${y.toFixed(6)}}]`), TEXT),
}

export const DIALECTS = { plain: colyseus, fairground: colyseus, 'bare-ws': bareWs, 'socket-io': socketIo }

/** What seats send on their circle, ready-made; the last one stands still. */
export function inputFrames({ input }: Dialect): Buffer[] {
  return [...Array.from({ length: CIRCLE_STEPS }, (_, at) => input(headingAt(at))), input(STILL)]
}

async function reserve(
  url: URL,
  room: string | undefined,
): Promise<Record<'processId' | 'roomId' | 'sessionId', string>> {
  const what = room === undefined ? 'joinOrCreate/world' : `joinById/${room}`
  const response = await fetch(`${url.origin}/matchmake/${what}`, { method: 'POST', body: '{}' })
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as Record<'processId' | 'roomId' | 'sessionId', string>
}
