import { createHash } from 'node:crypto'
import { Protocol } from '@colyseus/core'
import { expect, it } from 'vitest'
import { ask, expectAnswered, HEADERS, KEY, open, replyTo, requestOf, target } from './length-room.ts'
import { type FrameParts, frameOf, upgrade } from './raw-websocket.ts'

// RFC 6455, chapter by chapter, from a client made by hand over TLS. Each case has a connection of its own; a player
// beside goes on asking and is answered throughout.

/** Cuts a message into pieces of those sizes; the rest is the last piece. */
function pieces(payload: Buffer, sizes: number[]): FrameParts[] {
  const parts: FrameParts[] = []
  let from = 0
  for (const size of sizes) {
    const opcode = parts.length === 0 ? 2 : 0
    parts.push({ fin: false, opcode, payload: payload.subarray(from, from + size) })
    from += size
  }
  return [...parts, { opcode: 0, payload: payload.subarray(from) }]
}

it('[FW11] 4.2.2: the handshake is answered with the accept key, and without extensions or protocols', async () => {
  const url = await target()
  const { head, socket } = await upgrade(url, [
    ...[`GET ${url.pathname}${url.search} HTTP/1.1`, ...HEADERS],
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
    'Sec-WebSocket-Protocol: chat, superchat',
  ])
  const accept = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  expect(head).toMatch(/^HTTP\/1\.1 101 /)
  expect(head.toLowerCase()).toContain(`sec-websocket-accept: ${accept.toLowerCase()}`)
  expect(head.toLowerCase()).not.toContain('extensions')
  socket?.stream.destroy()
})

it.each([
  ['no key', HEADERS.filter((line) => !line.includes('Key'))],
  ['a key that is too short', [...HEADERS.slice(0, 3), 'Sec-WebSocket-Key: abc']],
  ['version 12', [...HEADERS.filter((line) => !line.includes('Version')), 'Sec-WebSocket-Version: 12']],
  ['no version', HEADERS.filter((line) => !line.includes('Version'))],
  ['another upgrade', [...HEADERS.slice(1), 'Upgrade: h2c']],
])('[FW11] 4.2.1: a handshake with %s is refused', async (_what, headers) => {
  const url = await target()
  const { head, socket } = await upgrade(url, [`GET ${url.pathname}${url.search} HTTP/1.1`, ...headers])
  expect(head).toMatch(/^HTTP\/1\.1 4\d\d /)
  expect(socket).toBeUndefined()
  expect(await ask()).toBe(10)
})

it.each([20, 124, 125, 126, 127, 128, 65_534, 65_535, 65_536, 65_537])(
  '[FW11] 5.2: a frame of %d bytes is read whole',
  async (bytes) => {
    const socket = await open()
    const { id, payload, length } = requestOf(bytes)
    expect(payload).toHaveLength(bytes)
    socket.send({ payload })
    expect(await replyTo(socket, id)).toBe(length)
    socket.stream.destroy()
  },
)

it('[FW11] 5.2: a frame of no bytes is none that a room knows; the connection stays', async () => {
  const socket = await open()
  socket.send({})
  expect((await socket.next(2))[0]).toBe(Protocol.ERROR)
  await expectAnswered(socket)
})

it('[FW11] 5.2: a frame that comes byte by byte is read', async () => {
  const socket = await open()
  const { id, payload, length } = requestOf(300)
  for (const byte of frameOf({ payload })) {
    socket.stream.write(Buffer.from([byte]))
    await new Promise(setImmediate)
  }
  expect(await replyTo(socket, id)).toBe(length)
})

it.each([
  ['zeros', [0, 0, 0, 0]],
  ['ones', [255, 255, 255, 255]],
  ['anything', [0x37, 0xfa, 0x21, 0x3d]],
] as const)('[FW11] 5.3: a mask of %s is taken off', async (_what, mask) => {
  const socket = await open()
  const { id, payload, length } = requestOf(203)
  socket.send({ payload, mask })
  expect(await replyTo(socket, id)).toBe(length)
})

const CUTS: [what: string, sizes: number[]][] = [
  ['two', [30]],
  ['three', [1, 1]],
  ['some empty ones', [0, 10, 0, 0, 10]],
  ['64', Array<number>(63).fill(1)],
]
it.each(CUTS)('[FW11] 5.4: a message in pieces is read whole: %s', async (_what, sizes) => {
  const socket = await open()
  const { id, payload, length } = requestOf(200)
  socket.send(...pieces(payload, sizes))
  expect(await replyTo(socket, id)).toBe(length)
})

it('[FW11] 5.4: pings between the pieces are answered at once', async () => {
  const socket = await open()
  const { id, payload, length } = requestOf(200)
  const [first, second, third] = pieces(payload, [50, 50])
  socket.send(first!, { opcode: 9, payload: Buffer.from('one') })
  expect((await socket.next(10)).toString()).toBe('one')
  socket.send(second!, { opcode: 9, payload: Buffer.from('two') }, { opcode: 10 })
  expect((await socket.next(10)).toString()).toBe('two')
  socket.send(third!)
  expect(await replyTo(socket, id)).toBe(length)
})

it('[FW11] 5.5.1: a close between the pieces ends the connection', async () => {
  const socket = await open()
  socket.send(pieces(requestOf(200).payload, [50])[0]!, { opcode: 8, payload: Buffer.from([0x03, 0xe8]) })
  expect(await socket.closeCode()).toBe(1000)
  await socket.ended
})

it.each([0, 1, 4, 124, 125])('[FW11] 5.5.2: a ping of %d bytes is answered with the same', async (bytes) => {
  const socket = await open()
  const payload = Buffer.alloc(bytes, 'p')
  socket.send({ opcode: 9, payload })
  expect(await socket.next(10)).toEqual(payload)
})

it('[FW11] 5.5.3: a pong that nobody asked for is no offence', async () => {
  const socket = await open()
  for (const payload of [Buffer.alloc(0), Buffer.alloc(4), Buffer.alloc(125)])
    socket.send({ opcode: 10, payload })
  await expectAnswered(socket)
})

it.each([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])(
  '[FW11] 7.4: the close code %d is returned, and the connection ended by the server',
  async (code) => {
    const socket = await open()
    const payload = Buffer.from([code >> 8, code & 255, ...Buffer.from('bye')])
    socket.send({ opcode: 8, payload })
    expect(await socket.closeCode()).toBe(code)
    await socket.ended
  },
)

it('[FW11] 7.1.5: a close without a code is returned without one', async () => {
  const socket = await open()
  socket.send({ opcode: 8 })
  expect(await socket.closeCode()).toBeUndefined()
  await socket.ended
})

it('[FW11] 5.5.1: what follows a close is not read', async () => {
  const socket = await open()
  const { id, payload } = requestOf(100)
  socket.send({ opcode: 8, payload: Buffer.from([0x03, 0xe8]) }, { payload })
  await socket.ended
  expect(
    socket.frames.filter(({ payload: [code, of] }) => code === Protocol.ROOM_RESPONSE && of === id),
  ).toEqual([])
})

it('[FW11] 5.6: text is valid UTF-8, and no message here; the connection stays', async () => {
  const socket = await open()
  socket.send({ opcode: 1, payload: Buffer.from('κόσμε 🎪') })
  expect((await socket.next(2))[0]).toBe(Protocol.ERROR)
  await expectAnswered(socket)
})
