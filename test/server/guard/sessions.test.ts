import { once } from 'node:events'
import { Client as StockClient } from '@colyseus/sdk'
import { beforeEach, expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { wireOf } from '../../../client-sdk/room.ts'
import { memoryStorage } from '../../../client-sdk/storage.ts'
import { type Client, FairgroundError, GameRoom } from '../../../server/index.ts'
import { DEFAULT_LIMITS } from '../../../server/limits.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { ask, askOften } from '../../ask.ts'
import { YardRoom } from '../../client-sdk/yard-room.ts'
import { eventually } from '../../eventually.ts'
import { openSocket, refusals } from './clients.ts'

beforeEach(() => {
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
})

/** Knows players by a word in their token, which may be renewed: `ann.1`, `ann.2`. */
class MemberRoom extends GameRoom {
  static override async onAuth(token: string): Promise<{ id: string }> {
    const [id, number] = token.split('.')
    if (!id || !number) throw new FairgroundError('AUTH_FAILED')
    return { id }
  }
}
/** Four seats, for those who come. */
class TableRoom extends GameRoom {
  override maxClients = 4
  override autoDispose = false
}
class HastyRoom extends GameRoom {
  override reconnectHoldSeconds = 0
}
const rooms = { yard: YardRoom, member: MemberRoom, table: TableRoom, hasty: HastyRoom }
type Server = TestServer<typeof rooms>

const PATIENT_MS = { timeout: 1_000, interval: 10 }

/** A player who is online, with a guest token of its own, and how its socket ends. */
async function online(server: Server, storage = memoryStorage()) {
  const room = await server.connect({ storage }).joinOrCreate('yard')
  const closes: number[] = []
  wireOf(room).onLeave((code) => void closes.push(code))
  return { room, storage, closes, seat: room.reconnectionToken.split(':')[1]! }
}

const urlOf = (server: Server, { id }: { id: string }) => `${server.url}/process/${id}`

/** The code of the first error frame, or `state` when the room lets the socket in. */
async function outcome(socket: WebSocket | number): Promise<number | 'in'> {
  if (typeof socket === 'number') return socket
  const [frame] = (await once(socket, 'message')) as [Buffer]
  return frame[0] === 10 ? 'in' : frame.readUInt16LE(2)
}

it('[SE14] a stolen token brings nobody in without the token of its owner, who notices nothing', async () => {
  await using server = await startTestServer({ rooms })
  const { room, closes, seat } = await online(server)
  const path = `${server.url}/matchmake/reconnect/${room.id}`
  const body = JSON.stringify({ reconnectionToken: seat })
  expect((await ask(path, { body })).body).toMatchObject({ name: 'SEAT_EXPIRED' })
  expect(await server.connect().resume('yard', room.reconnectionToken)).toBeUndefined()
  const query = `?sessionId=${room.sessionId}&reconnectionToken=${seat}`
  for (const secrets of [query, `${query}&_authToken=made.up.token`])
    expect(await outcome(await openSocket(urlOf(server, room) + secrets))).not.toBe('in')
  expect(await room.request('double', 4)).toEqual({ doubled: 8 })
  expect(server.room('yard', room).clients).toHaveLength(1)
  expect(closes).toEqual([])
})

it('[SE15] who takes its own session up elsewhere ends the older connection within a second, and that says why', async () => {
  await using server = await startTestServer({ rooms })
  const { room, storage, closes } = await online(server)
  const reasons: unknown[] = []
  room.onStatus((status, reason) => void reasons.push([status, reason?.code]))
  const again = await server.connect({ storage }).resume('yard', room.reconnectionToken)
  await vi.waitFor(() => expect(closes).toEqual([4350]), PATIENT_MS)
  expect(reasons).toEqual([['closed', 'SESSION_TAKEN_OVER']])
  expect(again?.sessionId).toBe(room.sessionId)
  expect(await again?.request('double', 4)).toEqual({ doubled: 8 })
  expect(server.room('yard', room).clients).toHaveLength(1)
  expect([...server.room('yard', room).state.children.keys()]).toEqual([room.sessionId])
})

it('[SE15] an older connection that is dead is cut, and its player is back at once', async () => {
  await using server = await startTestServer({ rooms, limits: { pingIntervalMs: 60_000 } })
  const { room, storage } = await online(server)
  const older = server.room('yard', room).clients.getById(room.sessionId)!.ref as WebSocket
  const connection = (wireOf(room).connection.transport as unknown as { ws: { onmessage: unknown } }).ws
  connection.onmessage = null
  wireOf(room).reconnection.enabled = false
  const again = await server.connect({ storage }).resume('yard', room.reconnectionToken)
  expect(again?.sessionId).toBe(room.sessionId)
  await vi.waitFor(() => expect(older.readyState).toBe(older.CLOSED), PATIENT_MS)
})

it('[SE15] stock clients without a token: what takes over leaves no frozen socket behind', async () => {
  await using server = await startTestServer({ rooms })
  const stock = () => new StockClient(server.url.replace('https:', 'wss:'))
  const first = await stock().joinOrCreate('yard')
  const closes: number[] = []
  first.onLeave((code) => void closes.push(code))
  const second = await stock().reconnect(first.reconnectionToken)
  await vi.waitFor(() => expect(closes).toEqual([4350]), PATIENT_MS)
  expect(second.sessionId).toBe(first.sessionId)
  expect(await second.request('double', 2)).toEqual({ doubled: 4 })
})

it('[SE14] stock clients with a token are owners, too', async () => {
  await using server = await startTestServer({ rooms })
  const stock = async (token?: string) => {
    const client = new StockClient(server.url.replace('https:', 'wss:'))
    if (token !== undefined) client.auth.token = token
    return client
  }
  const guest = await ask(`${server.url}/auth/guest`)
  const owner = await stock(guest.body.token as string)
  const room = await owner.joinOrCreate('yard')
  await expect((await stock()).reconnect(room.reconnectionToken)).rejects.toThrow()
  const other = await ask(`${server.url}/auth/guest`)
  await expect((await stock(other.body.token as string)).reconnect(room.reconnectionToken)).rejects.toThrow()
  const seat = room.reconnectionToken.split(':')[1]
  const query = `?sessionId=${room.sessionId}&reconnectionToken=${seat}`
  expect(await outcome(await openSocket(`${server.url}/process/${room.roomId}${query}`))).toBe(525)
  expect((await owner.reconnect(room.reconnectionToken)).sessionId).toBe(room.sessionId)
})

it('[SE14] a player of a sign-in of the game comes back with the same token, or a renewed one', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect({ token: 'ann.1' }).joinOrCreate('member')
  expect(await server.connect({ token: 'ben.1' }).resume('member', room.reconnectionToken)).toBeUndefined()
  expect(await server.connect({ token: 'ann' }).resume('member', room.reconnectionToken)).toBeUndefined()
  expect(room.status).toBe('open')
  const renewed = await server.connect({ token: 'ann.2' }).resume('member', room.reconnectionToken)
  expect(renewed?.sessionId).toBe(room.sessionId)
  const same = await server.connect({ token: 'ann.1' }).resume('member', renewed!.reconnectionToken)
  expect(same?.sessionId).toBe(room.sessionId)
})

it('[SE13] tokens and session ids are 128 bits of chance or more, and each token serves once', async () => {
  await using server = await startTestServer({ rooms })
  const { room, storage } = await online(server)
  const used = room.reconnectionToken
  const bits = (text: string) => text.length * 6
  expect(bits(room.sessionId)).toBeGreaterThanOrEqual(128)
  expect(bits(used.split(':')[1]!)).toBeGreaterThanOrEqual(256)
  const again = await server.connect({ storage }).resume('yard', used)
  expect(again?.reconnectionToken).not.toBe(used)
  expect(await server.connect({ storage }).resume('yard', used)).toBeUndefined()
  expect(again?.status).toBe('open')
})

it('[SE13] who came back and never heard of it may come back again, until it has acknowledged', async () => {
  await using server = await startTestServer({ rooms })
  const guest = await ask(`${server.url}/auth/guest`)
  const headers = { authorization: `Bearer ${guest.body.token}` }
  const { body: seat } = await ask(`${server.url}/matchmake/joinOrCreate/yard`, { headers })
  const url = `${server.url}/${seat.processId}/${seat.roomId}`
  const path = `${server.url}/matchmake/reconnect/${seat.roomId}`
  const guestToken = `token.${Buffer.from(guest.body.token as string).toString('base64url')}`
  const sit = async (...more: string[]) => {
    const protocols = ['fairground', `session.${seat.sessionId}`, guestToken, ...more]
    const socket = (await openSocket(url, { protocols })) as WebSocket
    return { socket, outcome: await outcome(socket) }
  }
  const inside = () => server.room('yard', { id: seat.roomId }).clients.getById(seat.sessionId)!
  const first = await sit()
  first.socket.send(new Uint8Array([10]))
  await eventually(() => expect((inside() as { _joinedAt?: number })._joinedAt).toBeDefined())
  const used = inside().reconnectionToken
  for (let attempt = 0; attempt < 3; attempt++) {
    const body = JSON.stringify({ reconnectionToken: used })
    expect((await ask(path, { body, headers })).status, `attempt ${attempt}`).toBe(200)
    const again = await sit(`return.${used}`)
    expect(again.outcome, `attempt ${attempt}`).toBe('in')
    if (attempt === 2) again.socket.send(new Uint8Array([10]))
    else again.socket.terminate()
  }
  await eventually(() => expect((inside() as { _joinedAt?: number })._joinedAt).toBeDefined())
  expect((await ask(path, { body: JSON.stringify({ reconnectionToken: used }), headers })).status).toBe(524)
})

it('[SE13] a token is good in its own room alone, and none that this server did not sign reaches a room', async () => {
  await using server = await startTestServer({ rooms })
  const { room, seat } = await online(server)
  const other = await server.connect().create('yard')
  const asked = vi.spyOn(server.room('yard', other), 'checkReconnectionToken')
  const body = JSON.stringify({ reconnectionToken: seat })
  expect((await ask(`${server.url}/matchmake/reconnect/${other.id}`, { body })).status).toBe(524)
  for (const token of ['', 'x', `${seat}A`, seat.slice(0, -1), 7, null, {}, { token: seat }]) {
    const forged = JSON.stringify({ reconnectionToken: token })
    expect((await ask(`${server.url}/matchmake/reconnect/${room.id}`, { body: forged })).status).toBe(524)
  }
  expect(asked).not.toHaveBeenCalled()
})

it('[GD6] 300 guesses end in 429, by https and by WebSocket, and nobody else is kept waiting', async () => {
  const limits = { ...DEFAULT_LIMITS, joinsPerSecond: 1e4, joinBurst: 1e4 }
  await using server = await startTestServer({ rooms, limits })
  const { room } = await online(server)
  const guess = { from: '127.0.0.2', body: '{"reconnectionToken":"guess"}' }
  const answers = await askOften(300, `${server.url}/matchmake/reconnect/${room.id}`, guess)
  expect(answers.filter(({ status }) => status === 524).length).toBeLessThan(60)
  expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(240)
  expect(await openSocket(`${urlOf(server, room)}?sessionId=x`, { from: '127.0.0.2' })).toBe(429)
  const sockets = []
  for (let i = 0; i < 60; i++)
    sockets.push(
      await outcome(await openSocket(`${urlOf(server, room)}?sessionId=x${i}`, { from: '127.0.0.3' })),
    )
  expect(sockets.slice(0, 30).every((one) => one === 524)).toBe(true)
  expect(sockets.at(-1)).toBe(429)
  expect(await refusals(server.url, 'guesses')).toBeGreaterThan(200)
  expect(await room.request('double', 4)).toEqual({ doubled: 8 })
  await server.connect().joinOrCreate('yard')
})

it('[SE14] a seat that our SDK reserved is taken by the same player only, and once', async () => {
  await using server = await startTestServer({ rooms })
  const guest = await ask(`${server.url}/auth/guest`)
  const headers = { authorization: `Bearer ${guest.body.token}`, 'x-fairground-protocol': '1' }
  const { body: seat } = await ask(`${server.url}/matchmake/joinOrCreate/yard`, { headers })
  const url = `${server.url}/${seat.processId}/${seat.roomId}`
  expect(await outcome(await openSocket(`${url}?sessionId=${seat.sessionId}`))).toBe(525)
  const token = Buffer.from(guest.body.token as string).toString('base64url')
  const protocols = ['fairground', `session.${seat.sessionId}`, `token.${token}`]
  expect(await outcome(await openSocket(url, { protocols }))).toBe('in')
  expect(await outcome(await openSocket(url, { protocols }))).toBe(524)
})

it('[SE16] who lets the seats of a room expire again and again gets none there for a while', async () => {
  const limits = { maxUntakenSeats: 4, seatReservationMs: 1_000 }
  await using server = await startTestServer({ rooms, limits })
  const first = await ask(`${server.url}/matchmake/joinOrCreate/table`)
  const byId = `${server.url}/matchmake/joinById/${first.body.roomId}`
  const from = '127.0.0.2'
  await eventually(async () => expect((await askOften(4, byId, { from })).at(-1)?.status).not.toBe(200))
  await eventually(async () => expect((await ask(byId, { from: '127.0.0.3' })).status).toBe(200))
  await eventually(async () => {
    expect((await ask(byId, { from })).body).toMatchObject({ name: 'ROOM_FULL' })
    expect(await refusals(server.url, 'squatting')).toBeGreaterThan(0)
  })
})

it('a room that holds no seat is not taken over: its player stays', async () => {
  await using server = await startTestServer({ rooms })
  const storage = memoryStorage()
  const room = await server.connect({ storage }).joinOrCreate('hasty')
  expect(await server.connect({ storage }).resume('hasty', room.reconnectionToken)).toBeUndefined()
  expect(room.status).toBe('open')
})

it('rooms see neither tokens nor session ids in the address of a request', async () => {
  await using server = await startTestServer({ rooms })
  const { room } = await online(server)
  const client = server.room('yard', room).clients.getById(room.sessionId) as Client
  expect(JSON.stringify(client)).not.toContain(room.reconnectionToken.split(':')[1])
})
