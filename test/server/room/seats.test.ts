import { beforeEach, expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { parseAddress } from '../../../client-sdk/address.ts'
import { Wire } from '../../../client-sdk/colyseus.ts'
import { GameRoom } from '../../../server/index.ts'
import type { RoomListing } from '../../../shared/protocol.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'

/** Two beds; who comes and goes is in the book. */
class InnRoom extends GameRoom {
  override clientsMayCreate = true
  static book: string[] = []
  static door = Promise.resolve()
  override maxClients = 2
  override async onJoin() {
    InnRoom.book.push('join')
    await InnRoom.door
  }
  override onLeave() {
    InnRoom.book.push('leave')
  }
}
/** Stays when everybody has gone. */
class HostelRoom extends GameRoom {
  override clientsMayCreate = true
  override autoDispose = false
}
/** Takes its time to close. */
class CastleRoom extends GameRoom {
  override clientsMayCreate = true
  static gate = Promise.withResolvers<void>()
  override onDispose() {
    return CastleRoom.gate.promise
  }
}
const rooms = { inn: InnRoom, hostel: HostelRoom, castle: CastleRoom }
type Server = TestServer<typeof rooms>

beforeEach(() => {
  InnRoom.book = []
  InnRoom.door = Promise.resolve()
  // The official SDK tells about refused connections there.
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
})

type Seat = Parameters<Wire['open']>[0]
const wireTo = (server: Server) => new Wire(parseAddress(server.url))

/** Reserves a seat without taking it, as the SDK does in two steps. */
const reserve = async (server: Server, path: string) =>
  (await wireTo(server).ask<Seat>(`/matchmake/${path}`, {}, undefined))!

async function listed(server: Server): Promise<RoomListing[]> {
  return (await (await fetch(`${server.url}/rooms`)).json()) as RoomListing[]
}

it('[JN4] a full room, a locked one and one that is gone are told apart', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().create('inn')
  const running = server.room('inn', room)
  const late = () => server.connect().joinById('inn', room.id)
  await running.lock()
  await expect(late()).rejects.toMatchObject({ code: 'ROOM_FULL', retry: 'later' })
  await expect(server.connect().join('inn')).rejects.toMatchObject({ code: 'NO_ROOM_OPEN' })
  await running.unlock()
  const second = await late()
  await expect(late()).rejects.toMatchObject({ code: 'ROOM_FULL' })
  await second.leave()
  await eventually(() => expect(running.locked).toBe(false))
  expect((await late()).id).toBe(room.id)
  for (const id of ['gone', 'x'.repeat(500), '../inn', '__proto__'])
    await expect(server.connect().joinById('inn', id)).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' })
})

it('many who come at once all get a place, and no room takes more than it has', async () => {
  await using server = await startTestServer({ rooms })
  const guests = await Promise.all(Array.from({ length: 16 }, () => server.connect().joinOrCreate('inn')))
  const perRoom = Map.groupBy(guests, ({ id }) => id)
  for (const inOne of perRoom.values()) expect(inOne.length).toBeLessThanOrEqual(2)
  expect(new Set(guests.map(({ sessionId }) => sessionId)).size).toBe(16)
  expect(server.server.status().clients).toBe(16)
})

it('[JN6] a reserved seat is taken, until it is not taken in time', async () => {
  await using server = await startTestServer({ rooms, limits: { seatReservationMs: 1_000 } })
  const room = await server.connect().create('inn')
  const seat = await reserve(server, `joinById/${room.id}`)
  await expect(server.connect().joinById('inn', room.id)).rejects.toMatchObject({ code: 'ROOM_FULL' })
  await eventually(() => expect(server.room('inn', room).locked).toBe(false))
  await expect(wireTo(server).open(seat)).rejects.toMatchObject({ code: 'SEAT_EXPIRED', retry: 'later' })
  expect((await server.connect().joinById('inn', room.id)).id).toBe(room.id)
  expect(InnRoom.book).toEqual(['join', 'join'])
})

it('[JN6] a seat is for one, and in its own room', async () => {
  await using server = await startTestServer({ rooms })
  const other = await server.connect().create('inn')
  const seat = await reserve(server, 'create/inn')
  const elsewhere = wireTo(server).open({ ...seat, roomId: other.id })
  await expect(elsewhere).rejects.toMatchObject({ code: 'SEAT_EXPIRED' })
  await wireTo(server).open(seat)
  for (const token of [undefined, 'guessed'])
    await expect(wireTo(server).open(seat, { reconnectionToken: token })).rejects.toMatchObject({
      code: 'SEAT_EXPIRED',
    })
  const running = server.room('inn', { id: seat.roomId })
  expect(Array.from(running.clients, ({ sessionId }) => sessionId)).toEqual([seat.sessionId])
  expect(server.room('inn', other).clients).toHaveLength(1)
})

it('who hangs up while onJoin still runs has left, and the seat is free', async () => {
  await using server = await startTestServer({ rooms })
  const keeper = await server.connect().create('inn')
  const { promise, resolve } = Promise.withResolvers<void>()
  InnRoom.door = promise
  const joining = server.connect().joinById('inn', keeper.id)
  const running = server.room('inn', keeper)
  const hasty = await eventually(() => {
    expect(running.clients).toHaveLength(2)
    return running.clients[1]!
  })
  ;(hasty.ref as WebSocket).terminate()
  await expect(joining).rejects.toMatchObject({ code: expect.any(String) })
  resolve()
  await eventually(() => expect(InnRoom.book).toEqual(['join', 'join', 'leave']))
  await eventually(() => expect(running.locked).toBe(false))
  expect((await server.connect().joinById('inn', keeper.id)).id).toBe(keeper.id)
})

it('[RM11] a room closes with its last client, unless it stays open by itself', async () => {
  await using server = await startTestServer({ rooms })
  const [inn, hostel] = [await server.connect().create('inn'), await server.connect().create('hostel')]
  await inn.leave()
  await hostel.leave()
  await eventually(() => expect(server.server.status()).toMatchObject({ rooms: 1, clients: 0 }))
  await expect(server.connect().joinById('inn', inn.id)).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' })
  expect((await server.connect().join('hostel')).id).toBe(hostel.id)
})

it('[HT4] open rooms are listed, private ones are not and can be joined by who knows the id', async () => {
  await using server = await startTestServer({ rooms })
  expect(await listed(server)).toEqual([])
  const [inn, hidden] = [await server.connect().create('inn'), await server.connect().create('hostel')]
  await reserve(server, `joinById/${inn.id}`)
  await server.room('hostel', hidden).setPrivate(true)
  expect(await listed(server)).toEqual([
    { roomId: inn.id, name: 'inn', clients: 2, maxClients: 2, locked: true },
  ])
  await expect(server.connect().join('hostel')).rejects.toMatchObject({ code: 'NO_ROOM_OPEN' })
  expect((await server.connect().joinById('hostel', hidden.id)).id).toBe(hidden.id)
  await server.room('hostel', hidden).setPrivate(false)
  expect(await listed(server)).toContainEqual({
    ...{ roomId: hidden.id, name: 'hostel', clients: 2, maxClients: null, locked: false },
  })
})

it('[JN10] while rooms close, nobody gets a seat any more', async () => {
  await using server = await startTestServer({ rooms })
  await server.connect().create('castle')
  const closing = server.close()
  const late = server.connect()
  await eventually(async () => {
    const joins = [late.joinOrCreate('inn'), late.join('castle'), late.create('inn')]
    for (const { reason } of (await Promise.allSettled(joins)) as PromiseRejectedResult[])
      expect(reason).toMatchObject({ code: 'SERVER_SHUTTING_DOWN', retry: 'later' })
  })
  CastleRoom.gate.resolve()
  await closing
  expect(InnRoom.book).toEqual([])
})
