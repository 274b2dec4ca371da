import { beforeEach, expect, it, vi } from 'vitest'
import { GameRoom } from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { notebook } from './faulty-rooms.ts'

let closed: string[] = []
beforeEach(() => {
  closed = []
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
})

/** Writes down that it was closed in order. */
class OrderlyRoom extends GameRoom {
  override clientsMayCreate = true
  override onDispose() {
    closed.push(this.roomName)
  }
}
class ThrowingRoom extends OrderlyRoom {
  override onBeforeShutdown(): void {
    throw new Error('wrong in onBeforeShutdown')
  }
}
class RejectingRoom extends OrderlyRoom {
  override onBeforeShutdown = async () => {
    await Promise.reject(new Error('wrong in onBeforeShutdown'))
  }
}
/** Would play for ever. */
class StubbornRoom extends OrderlyRoom {
  override onBeforeShutdown() {}
}
const rooms = {
  orderly: OrderlyRoom,
  throwing: ThrowingRoom,
  rejecting: RejectingRoom,
  stubborn: StubbornRoom,
}

it('[RM12] seats that nobody came to take hold up no shutdown', async () => {
  await using server = await startTestServer({ rooms, limits: { shutdownMs: 2_000 } })
  const player = await server.connect().create('orderly')
  const reserve = (path: string) => fetch(`${server.url}/matchmake/${path}`, { method: 'POST' })
  expect((await reserve(`joinById/${player.id}`)).status).toBe(200)
  expect((await reserve('create/orderly')).status).toBe(200)
  await server.server.close()
  expect(closed).toEqual(['orderly', 'orderly'])
})

it('a room that closes itself waits for nobody who has not come yet', async () => {
  await using server = await startTestServer({ rooms })
  const player = await server.connect().create('orderly')
  await fetch(`${server.url}/matchmake/joinById/${player.id}`, { method: 'POST' })
  await server.room('orderly', player).disconnect()
  expect(closed).toEqual(['orderly'])
  await eventually(() => expect(player.status).toBe('closed'))
})

it.each(['throwing', 'rejecting'] as const)(
  '[RM4] a room whose onBeforeShutdown fails (%s) is reported and closed, as are the others',
  async (name) => {
    const { log, lines } = notebook()
    await using server = await startTestServer({ rooms, log, limits: { shutdownMs: 2_000 } })
    const players = [await server.connect().create(name), await server.connect().create('orderly')]
    const reasons: unknown[] = []
    for (const player of players) player.onStatus((_status, reason) => reasons.push(reason?.code))
    await server.server.close()
    expect(closed.sort()).toEqual([name, 'orderly'].sort())
    await eventually(() => expect(reasons).toEqual(['SERVER_SHUTTING_DOWN', 'SERVER_SHUTTING_DOWN']))
    expect(lines).toMatchObject([
      {
        room: name,
        hook: 'onBeforeShutdown',
        err: { message: 'wrong in onBeforeShutdown', stack: expect.stringContaining('shutdown.test.ts') },
      },
    ])
  },
)

it('[RM12] the players of a room that goes on are told, when the time for the shutdown is over', async () => {
  await using server = await startTestServer({ rooms, limits: { shutdownMs: 100 } })
  const player = await server.connect().create('stubborn')
  const told: unknown[] = []
  player.onStatus((status, reason) => told.push([status, reason?.code]))
  await server.server.close()
  await eventually(() => expect(told).toEqual([['closed', 'SERVER_SHUTTING_DOWN']]))
})
