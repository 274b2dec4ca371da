import { Callbacks, Client, CloseCode, type Room } from '@colyseus/sdk'
import { beforeEach, expect, it, vi } from 'vitest'
import { startTestServer, type TestServer } from '../../testing/index.ts'
import { TrackRoom } from '../client-sdk/track-room.ts'
import { YardRoom, type YardState } from '../client-sdk/yard-room.ts'
import { eventually } from '../eventually.ts'

// The official client keeps working: what it does here, Colyseus' clients for Unity, Godot and Defold do too.

const rooms = { yard: YardRoom, track: TrackRoom }

// It tells about reconnections and unhandled message types there.
beforeEach(() => {
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
})

function stockClient(server: TestServer<typeof rooms>): Client {
  return new Client(server.url.replace('https:', 'wss:'))
}

/** Makes a stock room fit for `server.step()`. */
function stepped(room: Room) {
  return { ping: () => new Promise<number>((resolve) => room.ping(resolve)) }
}

it('joins with options, receives the state and follows its patches', async () => {
  await using server = await startTestServer({ rooms })
  const room = await stockClient(server).joinOrCreate<YardState>('yard', { name: 'Ann' })
  await eventually(() => expect(room.state.children.size).toBe(1))
  const added: string[] = []
  Callbacks.get(room).onAdd('children', (child) => added.push(child.name))
  const state = server.room('yard', { id: room.roomId }).state
  state.bell = 4
  state.chalk.push('cat')
  await server.connect().joinOrCreate('yard', { name: 'Ben' })
  await server.step(1, stepped(room))
  expect(room.state.bell).toBe(4)
  expect([...room.state.chalk]).toEqual(['cat'])
  expect(added).toEqual(['Ann', 'Ben'])
})

it('sends messages, receives events, and gets answers to requests', async () => {
  await using server = await startTestServer({ rooms })
  const room = await stockClient(server).joinOrCreate('yard')
  const shouts: unknown[] = []
  room.onMessage('shout', (payload) => shouts.push(payload))
  room.send('shout', 'hey')
  await eventually(() => expect(shouts).toEqual([{ by: room.sessionId, text: 'hey' }]))
  expect(await room.request('double', 4)).toEqual({ doubled: 8 })
  await expect(room.request('refused')).rejects.toMatchObject({ code: 4312, message: 'Not today.' })
})

it('is told of its mistakes by number and text, and stays connected', async () => {
  await using server = await startTestServer({ rooms })
  const room = await stockClient(server).joinOrCreate('yard')
  const errors: unknown[] = []
  room.onError((code, message) => errors.push([code, message]))
  room.send('fly')
  room.sendBytes('fly', new Uint8Array([1]))
  await eventually(() => expect(errors).toHaveLength(2))
  expect(errors[0]).toEqual([4310, expect.stringContaining('"fly"')])
  expect(room.connection.isOpen).toBe(true)
})

it("sees our answers to joins that fail in Colyseus' own form", async () => {
  await using server = await startTestServer({ rooms })
  const client = stockClient(server)
  await expect(client.joinOrCreate('yrad')).rejects.toMatchObject({
    code: 520,
    message: expect.stringContaining('Did you mean "yard"?'),
  })
  await expect(client.joinById('nowhere')).rejects.toMatchObject({ code: 522 })
})

it('sends inputs at the rate the room advertises', async () => {
  await using server = await startTestServer({ rooms })
  const room = await stockClient(server).joinOrCreate('track')
  const input = room.input<{ push: number }>({ mode: 'reliable' })
  expect(input.tickRate).toBe(20)
  expect(input.patchRate).toBe(50)
  input.data.push = 1
  input.send()
  await server.step(1, stepped(room))
  expect(server.room('track', { id: room.roomId }).state.runners.get(room.sessionId)?.x).toBeCloseTo(0.5)
  expect(input.lastProcessed).toBe(1)
})

/** Joined for good: Colyseus holds no seat for a player who drops before the join was acknowledged. */
function settled(room: Room): Promise<unknown> {
  return new Promise((arrived) => room.onStateChange.once(arrived))
}

it('reconnects by itself after a broken connection', async () => {
  await using server = await startTestServer({ rooms })
  const room = await stockClient(server).joinOrCreate<YardState>('yard')
  await settled(room)
  room.reconnection.minUptime = 0
  const running = server.room('yard', { id: room.roomId })
  const reconnected = vi.fn()
  room.onReconnect(reconnected)
  running.breakConnection(room.sessionId)
  running.state.bell = 2
  await eventually(() => expect(reconnected).toHaveBeenCalledOnce())
  await server.step(1, stepped(room))
  expect(room.state.bell).toBe(2)
})

it('reconnects with the token of an earlier program', async () => {
  await using server = await startTestServer({ rooms })
  const room = await stockClient(server).joinOrCreate<YardState>('yard')
  await settled(room)
  const token = room.reconnectionToken
  room.reconnection.enabled = false
  server.room('yard', { id: room.roomId }).breakConnection(room.sessionId)
  await new Promise((left) => room.onLeave(left))
  const back = await stockClient(server).reconnect<YardState>(token)
  expect(back.sessionId).toBe(room.sessionId)
  await eventually(() => expect(back.state.children.has(room.sessionId)).toBe(true))
})

it('leaves, and learns why the server closes a room', async () => {
  await using server = await startTestServer({ rooms })
  const [ann, ben] = [await stockClient(server).create('yard'), await stockClient(server).create('yard')]
  expect(await ann.leave()).toBe(CloseCode.CONSENTED)
  const left = new Promise((resolve) => ben.onLeave(resolve))
  await server.close()
  expect(await left).toBe(CloseCode.SERVER_SHUTDOWN)
})

it('measures the latency before a join', async () => {
  await using server = await startTestServer({ rooms })
  expect(await stockClient(server).getLatency({ pingCount: 2 })).toBeGreaterThanOrEqual(0)
})
