import { beforeEach, expect, it, vi } from 'vitest'
import type { FairgroundError, Room } from '../../client-sdk/index.ts'
import { startTestServer } from '../../testing/index.ts'
import { eventually } from '../eventually.ts'
import { HastyYardRoom, YardRoom } from './yard-room.ts'

// The official SDK tells about each try there.
beforeEach(() => void vi.spyOn(console, 'info').mockImplementation(() => {}))

const rooms = { yard: YardRoom, hasty: HastyYardRoom }

/** What a room tells about its connection, as it happens. */
function follow(room: Pick<Room<unknown>, 'onStatus'>): string[] {
  const told: string[] = []
  room.onStatus((status, reason) => told.push(reason ? `${status} ${reason.code}` : status))
  return told
}

function reasonOf(room: Pick<Room<unknown>, 'onStatus'>): Promise<FairgroundError | undefined> {
  return new Promise((resolve) => {
    room.onStatus((status, reason) => {
      if (status === 'closed') resolve(reason)
    })
  })
}

it('reconnects by itself after a broken connection, as the same player in the same room', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard', { name: 'Ann' })
  const { sessionId, id, reconnectionToken } = room
  const told = follow(room)
  server.room('yard', room).breakConnection(sessionId)
  await eventually(() => expect(told).toEqual(['reconnecting']))
  expect(room.status).toBe('reconnecting')
  server.room('yard', room).state.bell = 5
  await eventually(() => expect(told).toEqual(['reconnecting', 'open']))
  await server.step(1, room)
  expect(room).toMatchObject({ status: 'open', sessionId, id })
  expect(room.state.bell).toBe(5)
  expect([...room.state.children.keys()]).toEqual([sessionId])
  expect(room.reconnectionToken, 'a used token is worth nothing').not.toBe(reconnectionToken)
})

it('delivers what was sent in between, and events go on', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  const shouts: string[] = []
  room.on('shout', ({ text }) => shouts.push(text))
  server.room('yard', room).breakConnection(room.sessionId)
  await eventually(() => expect(room.status).toBe('reconnecting'))
  room.send('shout', 'can you hear me?')
  await eventually(() => expect(room.status).toBe('open'))
  room.send('shout', 'back again')
  await eventually(() => expect(shouts).toEqual(['can you hear me?', 'back again']))
})

it('is open when it says so: what is sent in that very moment arrives, and is answered', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  const shouts: string[] = []
  room.on('shout', ({ text }) => shouts.push(text))
  const answered = new Promise((resolve, reject) => {
    room.onStatus((status) => {
      if (status !== 'open') return
      room.send('shout', 'here I am')
      room.ping().then(resolve, reject)
    })
  })
  server.room('yard', room).breakConnection(room.sessionId)
  expect(await answered).toBeTypeOf('number')
  await eventually(() => expect(shouts).toEqual(['here I am']))
})

it('survives one break after another', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  const told = follow(room)
  for (let breaks = 1; breaks <= 3; breaks++) {
    server.room('yard', room).breakConnection(room.sessionId)
    await eventually(() => expect(told).toHaveLength(breaks * 2))
  }
  expect(told.join(' ')).toBe('reconnecting open reconnecting open reconnecting open')
  expect(await room.ping()).toBeGreaterThanOrEqual(0)
})

it('keeps its seat when the connection breaks again before the server knows that it is back', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  const told = follow(room)
  const running = server.room('yard', room)
  let breaks = 0
  room.onStatus((status) => {
    // The official SDK acknowledges its return right after this.
    if (status === 'open' && ++breaks <= 2) running.breakConnection(room.sessionId)
  })
  running.breakConnection(room.sessionId)
  await eventually(() => expect(told).toHaveLength(6))
  expect(told.join(' ')).toBe('reconnecting open reconnecting open reconnecting open')
  expect(await room.request('double', 3)).toEqual({ doubled: 6 })
  expect([...running.state.children.keys()]).toEqual([room.sessionId])
})

it('ends with SEAT_EXPIRED when it comes back after the hold time', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('hasty')
  const told = follow(room)
  const reason = reasonOf(room)
  const running = server.room('hasty', room)
  running.breakConnection(room.sessionId)
  expect(await reason).toMatchObject({ code: 'SEAT_EXPIRED', retry: 'later' })
  expect(told).toEqual(['reconnecting', 'closed SEAT_EXPIRED'])
  expect(running.state.children.size, 'onLeave has run').toBe(0)
  expect(() => room.send('ring')).toThrow(expect.objectContaining({ code: 'NOT_CONNECTED' }))
})

it('ends with KICKED and the reason the room gave, and does not come back', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  const told = follow(room)
  const reason = reasonOf(room)
  server.room('yard', room).clients.getById(room.sessionId)!.leave(4002, 'No running in the yard.')
  expect(await reason).toMatchObject({ code: 'KICKED', message: 'No running in the yard.' })
  expect(told).toEqual(['closed KICKED'])
})

it('says KICKED also when the room gave no reason', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  const reason = reasonOf(room)
  server.room('yard', room).clients.getById(room.sessionId)!.leave(4002)
  expect(await reason).toMatchObject({ code: 'KICKED', message: 'The server ended this session.' })
})

it('ends with SERVER_SHUTTING_DOWN when the server stops', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  const told = follow(room)
  await server.close()
  await eventually(() => expect(told).toEqual(['closed SERVER_SHUTTING_DOWN']))
})

it('can be left for good while it reconnects; the seat is free once the server can be told', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  const told = follow(room)
  const { children } = server.room('yard', room).state
  server.room('yard', room).breakConnection(room.sessionId)
  await eventually(() => expect(told).toEqual(['reconnecting']))
  await room.leave()
  expect(told).toEqual(['reconnecting', 'closed'])
  expect(() => room.send('ring')).toThrow(expect.objectContaining({ code: 'NOT_CONNECTED' }))
  await eventually(() => expect(children.size).toBe(0))
  expect(told).toHaveLength(2)
})
