import { Protocol, ProtocolModifier } from '@colyseus/core'
import { Packr } from 'msgpackr'
import { beforeEach, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { GameRoom, message, request } from '../../../server/index.ts'
import { type SchemaType, schema, t } from '../../../shared/schema.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { takeSeat } from '../../raw-seat.ts'

// One frame of each kind of wrongness, from a socket of its own, beside two players who notice nothing.

const Stick = schema(
  { x: t.float32().default(0), name: t.string().default(''), n: t.number().default(0) },
  'Stick',
)
const Board = schema({ total: t.number().default(0) }, 'Board')
type Board = SchemaType<typeof Board>

class BoardRoom extends GameRoom<{ state: Board; input: SchemaType<typeof Stick> }> {
  override state = new Board()
  override inputs = this.defineInput(Stick)
  override messages = {
    add: message(z.object({ n: z.number() }), (_client, { n }) => {
      this.state.total += n
    }),
  }
  override requests = { total: request(z.undefined(), () => this.state.total) }
}
const rooms = { board: BoardRoom }

const { JOIN_ROOM, ROOM_DATA, ROOM_DATA_BYTES, ROOM_REQUEST, ROOM_INPUT_RELIABLE, ROOM_INPUT_UNRELIABLE } =
  Protocol
const { LEAVE_ROOM, PING } = Protocol
const TIMED = ProtocolModifier.TIMED
const ADD = [0xa3, ...Buffer.from('add')]
const TOTAL = [0xa5, ...Buffer.from('total')]
const text = (length: number) => [0xd9, length, ...Array<number>(length).fill(0x61)]
const pack = (value: unknown) => [...new Packr().pack(value)]

/** What is wrong, the offence as which it counts, and the frame. */
const FRAMES: [what: string, kind: string, frame: number[]][] = [
  ['nothing at all', 'empty', []],
  ['code 0', 'opcode', [0]],
  ['code 31', 'opcode', [31]],
  ['an error, which only servers send', 'opcode', [Protocol.ERROR, 1, 0xa0]],
  ['a whole state', 'opcode', [Protocol.ROOM_STATE, 128, 1]],
  ['a patch', 'opcode', [Protocol.ROOM_STATE_PATCH | TIMED, 0, 0, 0, 0, 0, 0, 0, 0]],
  ['an entity', 'opcode', [Protocol.ROOM_DATA_SCHEMA, 0]],
  ['a reply', 'opcode', [Protocol.ROOM_RESPONSE, 1, 0]],
  ['a reserved bit', 'opcode', [ROOM_DATA | 0x20, ...ADD, 1]],
  ['the mark of an unreliable channel', 'opcode', [ROOM_INPUT_RELIABLE | ProtocolModifier.UNRELIABLE, 128]],
  ['a message with a time', 'opcode', [ROOM_DATA | TIMED, ...ADD, 1]],
  ['a second join', 'joinedTwice', [JOIN_ROOM]],
  ['a ping with more to it', 'malformed', [PING, 1, 2, 3]],
  ['a leave with more to it', 'malformed', [LEAVE_ROOM, 0]],
  ['a message without a type', 'malformed', [ROOM_DATA]],
  ['a message whose type is cut', 'malformed', [ROOM_DATA, 0xa5, 0x61]],
  ['a message whose type claims 4 GB', 'malformed', [ROOM_DATA, 0xdb, 255, 255, 255, 255, 0x61]],
  ['a type that is no UTF-8', 'malformed', [ROOM_DATA, 0xa2, 0xff, 0xfe]],
  ['a type that is neither text nor number', 'malformed', [ROOM_DATA, 0xc3]],
  ['a number as a type, cut', 'malformed', [ROOM_DATA, 0xcb, 1, 2]],
  ['bytes without a type', 'malformed', [ROOM_DATA_BYTES]],
  ['a payload that is cut', 'malformed', [ROOM_DATA, ...ADD, 0xa9, 0x61]],
  ['two payloads', 'malformed', [ROOM_DATA, ...ADD, 1, 2]],
  ['a payload of a kind that does not exist', 'malformed', [ROOM_DATA, ...ADD, 0xc1]],
  ['a list that claims four billion items', 'malformed', [ROOM_DATA, ...ADD, 0xdd, 255, 255, 255, 255, 1]],
  ['a map that claims four billion items', 'malformed', [ROOM_DATA, ...ADD, 0xdf, 255, 255, 255, 255, 1]],
  ['a text that claims 4 GB', 'malformed', [ROOM_DATA, ...ADD, 0xdb, 255, 255, 255, 255, 0x61]],
  ['lists in lists, 4,000 deep', 'malformed', [ROOM_DATA, ...ADD, ...Array<number>(4_000).fill(0x91), 1]],
  ['a map with a list as key', 'malformed', [ROOM_DATA, ...ADD, 0x81, 0x91, 1, 1]],
  [
    'a key that reaches for the prototype',
    'malformed',
    [ROOM_DATA, ...ADD, 0x81, 0xa9, ...Buffer.from('__proto__'), 1],
  ],
  [
    'a shape that holds itself without end',
    'malformed',
    [ROOM_DATA, ...ADD, 0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, ...Array<number>(200).fill(0x40), 1],
  ],
  ['a shape with a bad list of keys', 'malformed', [ROOM_DATA, ...ADD, 0xd4, 0x72, 0x40, 0xc0]],
  ['a pattern, which the server would compile', 'malformed', [ROOM_DATA, ...ADD, 0xc7, 2, 0x78, 0x92, 0xa1]],
  ['an error object', 'malformed', [ROOM_DATA, ...ADD, 0xd4, 0x65, 0x40]],
  ['a misaligned list of numbers', 'malformed', [ROOM_DATA, ...ADD, 0xc7, 3, 0x74, 8, 1, 2, 3]],
  ['a request without a number', 'malformed', [ROOM_REQUEST]],
  [
    'a request whose number is none',
    'malformed',
    [ROOM_REQUEST, 0xcb, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f, ...TOTAL],
  ],
  ['a request with a bad payload', 'malformed', [ROOM_REQUEST, 1, ...TOTAL, 0xc1]],
  ['an unknown type', 'unknownType', [ROOM_DATA, ...text(100)]],
  ['bytes of an unknown type', 'unknownType', [ROOM_DATA_BYTES, ...text(100), 1, 2]],
  ['a type that is a number', 'unknownType', [ROOM_DATA, 7, 1]],
  ['a type that every object has', 'unknownType', [ROOM_DATA, 0xab, ...Buffer.from('constructor'), 1]],
  ['a request of unknown type', 'unknownType', [ROOM_REQUEST, 1, 0xa1, 0x61]],
  ['a message that is a request', 'unknownType', [ROOM_DATA, ...TOTAL]],
  ['a payload that the schema refuses', 'invalidPayload', [ROOM_DATA, ...ADD, ...pack({ n: 'x' })]],
  ['no payload where one is asked for', 'invalidPayload', [ROOM_DATA, ...ADD]],
  ['an input for a field that does not exist', 'malformed', [ROOM_INPUT_RELIABLE, 128 | 9, 1, 2, 3, 4]],
  ['an input that is cut', 'malformed', [ROOM_INPUT_RELIABLE, 128, 1, 2]],
  ['an input that leads to another entity', 'malformed', [ROOM_INPUT_RELIABLE, 255, 9]],
  ['an input with a text that is cut', 'malformed', [ROOM_INPUT_RELIABLE, 129, 0xa9, 0x61]],
  ['an input with a text that is no UTF-8', 'malformed', [ROOM_INPUT_RELIABLE, 129, 0xa1, 0x80]],
  ['an input with a number that is none', 'malformed', [ROOM_INPUT_RELIABLE, 130, 0xc1]],
  [
    'an input with a time that is none',
    'malformed',
    [ROOM_INPUT_RELIABLE | TIMED, 0xcb, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f],
  ],
  ['an input without its time', 'malformed', [ROOM_INPUT_RELIABLE | TIMED]],
  ['a packet of inputs with a negative length', 'malformed', [ROOM_INPUT_UNRELIABLE, 0, 0xff]],
  [
    'a packet with a negative length after a good one',
    'malformed',
    [ROOM_INPUT_UNRELIABLE, 0, 0, 0xd0, 0xf0],
  ],
  ['a packet with a length beyond its end', 'malformed', [ROOM_INPUT_UNRELIABLE, 0, 100, 1]],
  [
    'a packet with a length that is no whole number',
    'malformed',
    [ROOM_INPUT_UNRELIABLE, 0, 0xca, 0, 0, 0, 63, 1],
  ],
  ['a packet of nothing', 'malformed', [ROOM_INPUT_UNRELIABLE]],
  ['a packet of 65 inputs', 'malformed', [ROOM_INPUT_UNRELIABLE, 0, ...Array<number>(65).fill(0)]],
  [
    'a packet with four billion times',
    'malformed',
    [ROOM_INPUT_UNRELIABLE | TIMED, 0xce, 255, 255, 255, 255, 1, 2, 3, 4],
  ],
  [
    'a packet with a negative number of times',
    'malformed',
    [ROOM_INPUT_UNRELIABLE | TIMED, 0xe0, 1, 2, 3, 4, 0],
  ],
  ['a packet with times and no inputs', 'malformed', [ROOM_INPUT_UNRELIABLE | TIMED, 2, 1, 2, 3, 4, 5, 0]],
  [
    'a packet with fewer times than inputs',
    'malformed',
    [ROOM_INPUT_UNRELIABLE | TIMED, 1, 1, 2, 3, 4, 0, 0, 0],
  ],
]

beforeEach(() => {
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((...args) => {
      throw new Error(`${level}: ${args.join(' ')}`)
    })
  }
})

async function refusals(server: TestServer<typeof rooms>): Promise<Record<string, number>> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  const lines = metrics.matchAll(/^fairground_frames_refused_total\{kind="(\w+)"\} (\d+)$/gm)
  return Object.fromEntries([...lines].map(([, kind, count]) => [kind, Number(count)]))
}

it('[FW1] [FW4] one frame of any kind of wrongness is counted, answered and forgotten', async () => {
  await using server = await startTestServer({ rooms })
  const [ann, ben] = [
    await server.connect().joinOrCreate('board'),
    await server.connect().joinOrCreate('board'),
  ]
  const heard = vi.fn()
  for (const player of [ann, ben]) {
    player.onError(heard)
    player.onStatus(heard)
  }
  const expected: Record<string, number> = {}
  for (const [index, [what, kind, frame]] of FRAMES.entries()) {
    const seat = await takeSeat(server.url, 'joinOrCreate/board')
    seat.send(...frame)
    await seat.heard()
    expected[kind] = (expected[kind] ?? 0) + 1
    expect(await refusals(server), what).toEqual(expected)
    expect(seat.socket.readyState, what).toBe(1)
    const answered =
      kind === 'malformed' || kind === 'opcode' ? 4320 : kind === 'unknownType' ? 4310 : undefined
    if (answered !== undefined && frame[0] !== ROOM_REQUEST) expect(seat.errors, what).toEqual([answered])
    ann.send('add', { n: 1 })
    await server.step(1, ann, ben)
    expect([ann.state.total, ben.state.total, await ben.request('total', undefined)]).toEqual(
      Array(3).fill(index + 1),
    )
    seat.socket.close()
  }
  expect(heard).not.toHaveBeenCalled()
})

it('[FW1] frames that come too early, or as text, are counted and change nothing', async () => {
  await using server = await startTestServer({ rooms })
  const seat = await takeSeat(server.url, 'joinOrCreate/board', { acknowledge: false })
  const add = [ROOM_DATA, ...ADD, ...pack({ n: 5 })]
  seat.send(...add)
  seat.send(ROOM_INPUT_RELIABLE, 128, 1, 2, 3, 4)
  await seat.heard()
  expect(await refusals(server)).toEqual({ early: 2 })
  seat.acknowledge()
  seat.socket.send('hello')
  seat.socket.send('')
  seat.send(...add)
  await seat.heard()
  expect(await refusals(server)).toEqual({ early: 2, text: 2 })
  expect(server.room('board', { id: seat.roomId }).state.total).toBe(5)
  expect(seat.errors).toEqual([4320, 4320])
})

it('[FW2] a request that cannot be read is refused by its reply', async () => {
  await using server = await startTestServer({ rooms })
  const seat = await takeSeat(server.url, 'joinOrCreate/board')
  const reply = new Promise<Buffer>((resolve) => {
    seat.socket.on('message', (frame: Buffer) => frame[0] === Protocol.ROOM_RESPONSE && resolve(frame))
  })
  seat.send(ROOM_REQUEST, 7, ...TOTAL, 0xc1)
  const frame = await reply
  expect([...frame.subarray(0, 3)]).toEqual([Protocol.ROOM_RESPONSE, 7, 2])
  expect(frame.toString()).toContain('could not read')
})

it('[FW3] who goes on is warned, then sent away by name; the seat is not held', async () => {
  await using server = await startTestServer({ rooms })
  const ann = await server.connect().joinOrCreate('board')
  const seat = await takeSeat(server.url, 'joinOrCreate/board')
  for (let i = 0; i < 30; i++) seat.send(0)
  expect((await seat.closed).code).toBe(4320)
  expect(seat.errors.filter((code) => code === 4322)).toHaveLength(1)
  expect(seat.errors.filter((code) => code === 4320).length).toBeGreaterThan(4)
  const room = server.room('board', ann)
  await vi.waitFor(() => expect(room.clients).toHaveLength(1))
  expect(room['_reservedSeats']).toEqual({})
  expect(ann.status).toBe('open')
})
