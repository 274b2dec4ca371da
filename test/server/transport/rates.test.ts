import { Protocol } from '@colyseus/core'
import { pino } from 'pino'
import { expect, it, vi } from 'vitest'
import { z } from 'zod'
import { GameRoom, message, request } from '../../../server/index.ts'
import { type SchemaType, schema, t } from '../../../shared/schema.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { flood, takeSeat, wireFrame } from '../../raw-seat.ts'

// Rates go by the clock, so these rooms run by it. What is asserted are codes, counts and who is still there; never how
// long anything took, only that a flood ends at all.

const Stick = schema({ x: t.uint8().default(0) }, 'Stick')

class EchoRoom extends GameRoom<{ input: SchemaType<typeof Stick>; events: { echo: number } }> {
  override inputs = this.defineInput(Stick)
  override messages = {
    echo: message(z.number(), (client, n) => client.send('echo', n)),
    rare: message(z.undefined(), () => {}, { perSecond: 0.001, burst: 2 }),
  }
  override requests = {
    square: request(z.number(), (_client, n) => n * n),
    seldom: request(z.undefined(), () => 'yes', { perSecond: 0.001, burst: 2 }),
  }
}
class CalmRoom extends EchoRoom {
  override clientLimits = { messagesPerSecond: 0.001, messageBurst: 5 }
}
const rooms = { echo: EchoRoom, calm: CalmRoom }
type Server = TestServer<typeof rooms>

const start = (options: Partial<TestServerOptions<typeof rooms>> = {}) =>
  startTestServer({ rooms, ticks: 'real', ...options })

async function metricsOf(server: Server): Promise<string> {
  return (await fetch(`${server.url}/metrics`)).text()
}

async function refused(server: Server, kind: string): Promise<number> {
  const line = new RegExp(`^fairground_frames_refused_total\\{kind="${kind}"\\} (\\d+)$`, 'm')
  return Number(line.exec(await metricsOf(server))?.[1] ?? 0)
}

const ECHO = [Protocol.ROOM_DATA, 0xa4, ...Buffer.from('echo'), 1]
const many = (frame: Buffer, count = 500) => Buffer.concat(Array<Buffer>(count).fill(frame))
const bytes = (...all: number[]) => wireFrame(new Uint8Array(all))

/** Kind of flood, the bytes of one burst of it, and the close code by which it ends. */
const FLOODS: [kind: string, burst: Buffer, code: number][] = [
  ['messages', many(bytes(...ECHO)), 4321],
  ['requests', many(bytes(Protocol.ROOM_REQUEST, 1, 0xa6, ...Buffer.from('square'), 3)), 4321],
  ['pings of the SDK', many(bytes(Protocol.PING)), 4321],
  ['inputs', many(bytes(Protocol.ROOM_INPUT_RELIABLE, 128, 1)), 4321],
  ['packets of inputs', many(bytes(Protocol.ROOM_INPUT_UNRELIABLE, 0, 2, 128, 1)), 4321],
  ['pings of the WebSocket', many(wireFrame(Buffer.alloc(125), { opcode: 9 })), 4321],
  ['pongs of the WebSocket', many(wireFrame(Buffer.alloc(0), { opcode: 10 })), 4321],
  [
    'messages of 16 KB',
    many(bytes(Protocol.ROOM_DATA_BYTES, 0xa1, 0x61, ...Array<number>(16_000).fill(7)), 30),
    4321,
  ],
  [
    'messages in pieces',
    many(
      Buffer.concat([
        wireFrame(new Uint8Array(ECHO.slice(0, 3)), { fin: false }),
        wireFrame(new Uint8Array(ECHO.slice(3, 5)), { opcode: 0, fin: false }),
        wireFrame(new Uint8Array(ECHO.slice(5)), { opcode: 0 }),
      ]),
    ),
    4321,
  ],
  [
    'pieces without end',
    Buffer.concat([
      wireFrame(new Uint8Array(1), { fin: false }),
      many(wireFrame(new Uint8Array(0), { opcode: 0, fin: false }), 1_000),
    ]),
    1008,
  ],
  ['unknown types', many(bytes(Protocol.ROOM_DATA, 0xa1, 0x62)), 4310],
  ['frames of no kind', many(bytes(99)), 4320],
  ['text', many(wireFrame(Buffer.from('hello'), { opcode: 1 })), 4320],
]

/** Plays at 30 messages a second until told to stop, and answers how many echoes came of how many. */
async function honest(server: Server) {
  const player = await server.connect().joinOrCreate('echo')
  const trouble = vi.fn()
  player.onError(trouble)
  player.onStatus(trouble)
  let sent = 0
  let echoed = 0
  player.on('echo', () => echoed++)
  const timer = setInterval(() => player.send('echo', sent++), 33)
  return async () => {
    await eventually(() => expect(echoed).toBeGreaterThan(30))
    clearInterval(timer)
    await eventually(() => expect(echoed).toBe(sent))
    expect(trouble).not.toHaveBeenCalled()
  }
}

it('[FW3] [FW5] who floods is sent away by name, whatever with, and players beside notice nothing', async () => {
  await using server = await start()
  const stop = await honest(server)
  for (const [index, [kind, burst, code]] of FLOODS.entries()) {
    const seat = await takeSeat(server.url, 'joinOrCreate/echo', { from: `127.0.0.${index + 10}` })
    expect((await flood(seat, burst)).code, kind).toBe(code)
  }
  await stop()
  const running = server.room('echo', await server.connect().joinOrCreate('echo'))
  await eventually(() => expect(running.clients).toHaveLength(2))
})

it('[FW3] the SDK tells by name why a session ended, and does not try to come back', async () => {
  await using server = await start()
  const player = await server.connect().joinOrCreate('echo')
  const statuses: unknown[] = []
  player.onStatus((status, error) => statuses.push(status, error?.code))
  for (let n = 0; n < 400; n++) player.send('echo', n)
  await eventually(() => expect(player.status).toBe('closed'))
  expect(statuses).toEqual(['closed', 'RATE_LIMITED'])
})

it('[FW1] what is sent after leaving reaches nobody', async () => {
  await using server = await start()
  const seat = await takeSeat(server.url, 'joinOrCreate/echo')
  seat.stream.write(Buffer.concat([bytes(Protocol.LEAVE_ROOM), many(bytes(...ECHO), 20)]))
  expect((await seat.closed).code).toBe(4000)
  expect(await refused(server, 'late')).toBe(20)
})

it('[FW3] a client that does not go when told is cut, and what it still sends is not read', async () => {
  await using server = await start()
  const seat = await takeSeat(server.url, 'joinOrCreate/echo', { from: '127.0.0.9' })
  const { _receiver } = seat.socket as unknown as { _receiver: { removeAllListeners(event: string): void } }
  _receiver.removeAllListeners('conclude')
  expect((await flood(seat, many(bytes(...ECHO)))).code).toBe(1006)
  await eventually(async () =>
    expect(await metricsOf(server)).toMatch(/^fairground_kicks_total\{kind="messageRate"\} 1$/m),
  )
  await eventually(() => expect(server.server.status()).toMatchObject({ rooms: 0, clients: 0 }))
})

it('[FW6] [FW7] a room tightens the rate; who is over it is told when to come again, and stays', async () => {
  await using server = await start()
  const player = await server.connect().joinOrCreate('calm')
  const errors: string[] = []
  player.onError(({ code, message }) => errors.push(`${code}: ${message}`))
  for (let n = 0; n < 5; n++) expect(await player.request('square', n)).toBe(n * n)
  await expect(player.request('square', 6)).rejects.toMatchObject({
    code: 'RATE_LIMITED',
    retry: 'later',
    message: expect.stringMatching(/again in \d+ ms/),
  })
  player.send('echo', 1)
  await eventually(() => expect(errors).toEqual([expect.stringMatching(/^RATE_LIMITED: .* again in \d+ ms/)]))
  expect(player.status).toBe('open')
})

it('[FW6] a type of message has a rate of its own', async () => {
  await using server = await start()
  const player = await server.connect().joinOrCreate('echo')
  const errors: string[] = []
  player.onError(({ code, message }) => errors.push(`${code}: ${message}`))
  for (let n = 0; n < 4; n++) player.send('rare')
  expect(await player.request('square', 3)).toBe(9)
  expect(errors).toHaveLength(2)
  expect(errors[0]).toMatch(
    /^RATE_LIMITED: "rare" comes more often than the room takes it; again in \d+ ms\.$/,
  )
  expect(await player.request('seldom', undefined)).toBe('yes')
  expect(await player.request('seldom', undefined)).toBe('yes')
  await expect(player.request('seldom', undefined)).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  expect(await refused(server, 'typeRate')).toBe(3)
  expect(player.status).toBe('open')
})

it('[FW8] limits change for connections that are open', async () => {
  await using server = await start()
  const player = await server.connect().joinOrCreate('echo')
  expect(await player.request('square', 2)).toBe(4)
  server.server.setLimits({ messagesPerSecond: 0.001, messageBurst: 1 })
  await player.request('square', 2)
  await expect(player.request('square', 2)).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  server.server.setLimits({ messagesPerSecond: 1_000, messageBurst: 1_000 })
  await eventually(async () => expect(await player.request('square', 2)).toBe(4))
  expect(server.server.limits).toMatchObject({ messagesPerSecond: 1_000 })
  server.server.setLimits({ maxMessageBytes: 100 })
  const closed = new Promise((resolve) => player.onStatus((status) => resolve(status)))
  player.send('echo', 'x'.repeat(200) as never)
  expect(await closed).toBe('closed')
})

it.each([
  [{ messagesPerSecond: 0 }, 'messagesPerSecond'],
  [{ messageBurst: Number.NaN }, 'messageBurst'],
  [{ banMs: '5' as never }, 'banMs'],
  [{ messagesPerSceond: 5 } as object, 'messagesPerSceond'],
  [{ headersTimeoutMs: 5 }, 'headersTimeoutMs'],
])('[FW8] %j is refused, and nothing is changed', async (limits, named) => {
  await using server = await start()
  const before = server.server.limits
  expect(() => server.server.setLimits({ maxFragments: 3, ...limits })).toThrow(named)
  expect(server.server.limits).toEqual(before)
})

it('[FW9] who is sent away again and again is not let in for a while, by address and by name', async () => {
  await using server = await start({ limits: { banMs: 60_000, kicksToBan: 2 } })
  const guest = await fetch(`${server.url}/auth/guest`, { method: 'POST' })
  const { token } = (await guest.json()) as { token: string }
  for (let time = 0; time < 2; time++) {
    const seat = await takeSeat(server.url, 'joinOrCreate/echo', { from: '127.0.0.9', token })
    expect((await flood(seat, many(bytes(...ECHO)))).code).toBe(4321)
  }
  await expect(takeSeat(server.url, 'joinOrCreate/echo', { from: '127.0.0.9' })).rejects.toThrow('429')
  const join = await fetch(`${server.url}/matchmake/joinOrCreate/echo`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: '{}',
  })
  expect([join.status, await join.json()]).toEqual([
    422,
    expect.objectContaining({ code: 4323, name: 'BANNED' }),
  ])
  const other = await takeSeat(server.url, 'joinOrCreate/echo', { from: '127.0.0.8' })
  await other.heard()
  expect(await metricsOf(server)).toMatch(/^fairground_bans_total 1$/m)
  server.server.setLimits({ banMs: 1 })
})

it('[FW9] [FW11] breaking the rules of WebSockets again and again means a ban, too large a message does not', async () => {
  await using server = await start({ limits: { banMs: 60_000, kicksToBan: 2 } })
  const large = wireFrame(Buffer.alloc(20_000))
  for (const [from, burst] of [
    ['127.0.0.7', wireFrame(new Uint8Array(1), { opcode: 7 })],
    ['127.0.0.8', large],
  ] as const) {
    for (let time = 0; time < 2; time++) {
      const seat = await takeSeat(server.url, 'joinOrCreate/echo', { from })
      seat.stream.write(burst)
      expect((await seat.closed).code).toBe(burst === large ? 1009 : 1002)
    }
  }
  await expect(takeSeat(server.url, 'joinOrCreate/echo', { from: '127.0.0.7' })).rejects.toThrow('429')
  await (await takeSeat(server.url, 'joinOrCreate/echo', { from: '127.0.0.8' })).heard()
})

it('[FW10] 50,000 bad frames are counted one by one, and logged in a line', async () => {
  const lines: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
  const shouts = (['error', 'warn', 'info', 'log'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => {}),
  )
  await using server = await start({
    log,
    limits: { strikesToKick: 1e9, messagesPerSecond: 1e6, messageBurst: 1e6, byteBurst: 1e9 },
  })
  const seat = await takeSeat(server.url, 'joinOrCreate/echo')
  const before = lines.length
  for (const shout of shouts) shout.mockClear()
  for (let burst = 0; burst < 50; burst++) {
    seat.stream.write(many(bytes(Protocol.ROOM_INPUT_RELIABLE, 255, 9), 300))
    seat.stream.write(many(bytes(Protocol.ROOM_DATA, 0xa4, ...Buffer.from('echo'), 0xc1), 700))
  }
  await seat.heard()
  expect((await refused(server, 'malformed')) + (await refused(server, 'inputRate'))).toBe(50_000)
  const since = lines.slice(before)
  // Two kinds of offences; a busy machine may add that a room was late.
  expect(since.filter((line) => line.includes('refused: '))).toHaveLength(2)
  expect(since.length).toBeLessThan(10)
  for (const shout of shouts) expect(shout).not.toHaveBeenCalled()
})
