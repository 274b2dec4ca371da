import { expect, it, vi } from 'vitest'
import { FairgroundError } from '../../client-sdk/index.ts'
import { GameRoom } from '../../server/index.ts'
import { startTestServer } from '../../testing/index.ts'
import { eventually } from '../eventually.ts'
import { YardRoom } from './yard-room.ts'

const rooms = { yard: YardRoom }

class BareRoom extends GameRoom {}

it('knows its name, its id and who it is', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard', { name: 'Ann' })
  expect(room).toMatchObject({ name: 'yard', status: 'open', resumed: false })
  expect(server.room('yard', room).clients.getById(room.sessionId)).toBeDefined()
  expect(room.reconnectionToken).toMatch(new RegExp(`^${room.id}:.`))
})

it('has the whole state when the join is done', async () => {
  await using server = await startTestServer({ rooms })
  const ann = await server.connect().joinOrCreate('yard', { name: 'Ann' })
  ann.send('ring')
  await server.step(1, ann)
  const ben = await server.connect().joinById('yard', ann.id, { name: 'Ben' })
  expect(ben.state.bell).toBe(1)
  expect([...ben.state.children.values()].map(({ name }) => name)).toEqual(['Ann', 'Ben'])
})

it('delivers events sent during the join to whoever listens right after it, in their order', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard', { name: 'Ann' })
  const welcomes: number[] = []
  room.on('welcome', ({ name, order }) => {
    expect(name).toBe('Ann')
    welcomes.push(order)
  })
  await room.ping()
  expect(welcomes).toEqual([1, 2])
  const late: number[] = []
  room.on('welcome', ({ order }) => late.push(order))
  expect(late, 'what was delivered once is not repeated').toEqual([])
})

it('keeps events of other types waiting until somebody listens for those', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  room.on('shout', () => {})
  room.send('shout', 'first')
  await room.ping()
  const welcome = vi.fn()
  room.on('welcome', welcome)
  expect(welcome).toHaveBeenCalledTimes(2)
})

it('sends messages, and stops delivering events to a listener that has gone', async () => {
  await using server = await startTestServer({ rooms })
  const ann = await server.connect().joinOrCreate('yard')
  const ben = await server.connect().joinOrCreate('yard')
  const shouts: string[] = []
  const stop = ben.on('shout', ({ by, text }) => {
    expect(by).toBe(ann.sessionId)
    shouts.push(text)
  })
  ann.send('shout', 'hey')
  await server.step(1, ann, ben)
  stop()
  ann.send('shout', 'ho')
  await server.step(1, ann, ben)
  expect(shouts).toEqual(['hey'])
})

it('goes on when a listener throws, and the error is not swallowed', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  const uncaught = new Promise((resolve) => process.once('uncaughtException', resolve))
  const others = process.listeners('uncaughtException').slice(0, -1)
  for (const other of others) process.off('uncaughtException', other)
  const second = vi.fn()
  room.on('shout', () => {
    throw new Error('a mistake in the page')
  })
  room.on('shout', second)
  room.send('shout', 'hey')
  expect(await uncaught).toMatchObject({ message: 'a mistake in the page' })
  for (const other of others) process.on('uncaughtException', other)
  expect(second).toHaveBeenCalledOnce()
  expect(room.status).toBe('open')
})

it('reports what the room refused, with a code, and stays open', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  const errors: FairgroundError[] = []
  room.onError((error) => errors.push(error))
  room.send('shout', 'x'.repeat(21))
  room.send('stumble')
  room.send('fly' as 'stumble')
  await room.ping()
  await eventually(() => expect(errors).toHaveLength(3))
  expect(errors.every((error) => error instanceof FairgroundError)).toBe(true)
  expect(new Set(errors.map(({ code }) => code))).toEqual(
    new Set(['MESSAGE_INVALID', 'HANDLER_FAILED', 'MESSAGE_UNKNOWN']),
  )
  expect(errors.find(({ code }) => code === 'MESSAGE_UNKNOWN')?.message).toContain('"fly"')
  expect(errors.find(({ code }) => code === 'HANDLER_FAILED')?.message).not.toContain('fell over')
  expect(room.status).toBe('open')
})

it('answers every ping, also of several at once', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  const times = await Promise.all([room.ping(), room.ping(), room.ping()])
  expect(times).toHaveLength(3)
  for (const ms of times) expect(ms).toBeGreaterThanOrEqual(0)
})

it('ends a ping with an error when the connection breaks before the answer', async () => {
  await using server = await startTestServer({ rooms })
  vi.spyOn(console, 'info').mockImplementation(() => {})
  const room = await server.connect().joinOrCreate('yard')
  server.room('yard', room).breakConnection(room.sessionId)
  await expect(room.ping()).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
  await eventually(() => expect(room.status).toBe('open'))
  expect(await room.ping()).toBeGreaterThanOrEqual(0)
})

it('leaves at once: the seat is free, the status tells without an error, and nothing can be sent any more', async () => {
  await using server = await startTestServer({ rooms })
  const [ann, ben] = [
    await server.connect().joinOrCreate('yard'),
    await server.connect().joinOrCreate('yard'),
  ]
  const told: unknown[][] = []
  ann.onStatus((...args) => told.push(args))
  await ann.leave()
  expect(told).toEqual([['closed', undefined]])
  expect(ann.status).toBe('closed')
  await eventually(() => expect(server.room('yard', ben).clients).toHaveLength(1))
  expect(() => ann.send('ring')).toThrow(expect.objectContaining({ code: 'NOT_CONNECTED' }))
  await expect(ann.request('double', 1)).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
  await expect(ann.ping()).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
  await ann.leave() // again: nothing to do
})

it('counts bytes and frames in both directions', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  const { sentFrames, sentBytes, receivedFrames, receivedBytes } = { ...room.traffic }
  room.send('shout', 'hey')
  await room.ping()
  expect(room.traffic.sentFrames).toBe(sentFrames + 2)
  expect(room.traffic.sentBytes).toBeGreaterThan(sentBytes + 'shout'.length + 'hey'.length)
  expect(room.traffic.receivedFrames).toBeGreaterThanOrEqual(receivedFrames + 2)
  expect(room.traffic.receivedBytes).toBeGreaterThan(receivedBytes + 'shout'.length)
})

it('has no callbacks for a state in a room that has none', async () => {
  await using server = await startTestServer({ rooms: { bare: BareRoom } })
  const room = await server.connect().joinOrCreate('bare')
  expect(() => room.onAdd({ things: new Map() }, 'things', () => {})).toThrow('The room bare has no state.')
})
