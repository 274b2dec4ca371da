import { Client as StockClient } from '@colyseus/sdk'
import { beforeEach, expect, it, vi } from 'vitest'
import type { ClosingNotice } from '../../../client-sdk/index.ts'
import { GameRoom } from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'
import { YardRoom } from '../../client-sdk/yard-room.ts'
import { eventually } from '../../eventually.ts'

const warned = vi.spyOn(console, 'warn')
beforeEach(() => {
  for (const level of ['info', 'warn', 'error'] as const)
    vi.spyOn(console, level)
      .mockImplementation(() => {})
      .mockClear()
})

const HOUR_MS = 3_600_000
class TellingRoom extends YardRoom {
  override autoDispose = false
  readonly notices: ClosingNotice[] = []
  override onClosing(notice: ClosingNotice) {
    this.notices.push(notice)
  }
}
class LoudRoom extends GameRoom {
  override onClosing() {
    throw new Error('wrong in onClosing')
  }
}
const rooms = { telling: TellingRoom, loud: LoudRoom }
const start = () =>
  startTestServer({ rooms, ticks: 'real', limits: { shutdownNoticeMs: HOUR_MS, shutdownMs: 2_000 } })

it('[SD1] [SD2] a shutdown with notice tells players when, lets them play on, and lets nobody in', async () => {
  await using server = await start()
  const room = await server.connect().joinOrCreate('telling')
  const notices: ClosingNotice[] = []
  room.onClosing((notice) => notices.push(notice))
  const closing = server.server.close()
  await eventually(() => expect(notices).toHaveLength(1))
  expect(notices[0]!.inMs).toBeLessThanOrEqual(HOUR_MS)
  expect(server.room('telling', room).notices).toHaveLength(1)
  const late: ClosingNotice[] = []
  room.onClosing((notice) => late.push(notice))
  expect(late[0]!.inMs, 'who asks late is told what is left').toBeLessThanOrEqual(notices[0]!.inMs)

  expect(await room.request('double', 2)).toEqual({ doubled: 4 })
  room.send('ring')
  await eventually(() => expect(room.state.bell).toBe(1))
  const other = server.connect()
  for (const join of [
    () => other.joinOrCreate('telling'),
    () => other.create('telling'),
    () => other.joinById('telling', room.id),
  ])
    await expect(join()).rejects.toMatchObject({ code: 'SERVER_SHUTTING_DOWN', retry: 'later' })

  server.server.close({ noticeMs: 0 })
  await closing
  await eventually(() => expect(room.status).toBe('closed'))
  expect(notices, 'nobody is told twice').toHaveLength(1)
})

it('[SD2] who returns in that time is let in, and told as well', async () => {
  await using server = await start()
  const room = await server.connect().joinOrCreate('telling')
  const notices: ClosingNotice[] = []
  room.onClosing((notice) => notices.push(notice))
  const closing = server.server.close()
  await eventually(() => expect(notices).toHaveLength(1))
  server.room('telling', room).breakConnection(room.sessionId)
  await eventually(() => expect(notices).toHaveLength(2))
  expect(room.status).toBe('open')
  server.server.close({ noticeMs: 0 })
  await closing
})

it('[SD3] the wait ends when the last player has left', async () => {
  await using server = await start()
  const room = await server.connect().joinOrCreate('telling')
  const closing = server.server.close()
  await new Promise<void>((done) => void room.onClosing(() => done()))
  await room.leave()
  await closing
})

it('[SD2] a stock client hears nothing that it does not understand, and plays on', async () => {
  await using server = await start()
  const ours = await server.connect().joinOrCreate('telling')
  const stock = await new StockClient(server.url).joinById(ours.id)
  const types: unknown[] = []
  stock.onMessage('*', (type) => types.push(type))
  const errors = vi.fn()
  stock.onError(errors)
  const closing = server.server.close()
  await new Promise<void>((done) => void ours.onClosing(() => done()))
  expect(await stock.request('double', 3)).toEqual({ doubled: 6 })
  expect(types.filter((type) => type !== 'welcome')).toEqual([])
  expect(errors).not.toHaveBeenCalled()
  expect(warned).not.toHaveBeenCalled()
  server.server.close({ noticeMs: 0 })
  await closing
})

it('[SD4] /healthz sends load balancers away meanwhile; /livez keeps whatever would restart the process from it', async () => {
  await using server = await start()
  const ask = async (path: string) => {
    const response = await fetch(`${server.url}${path}`)
    return { code: response.status, ...((await response.json()) as object) }
  }
  const room = await server.connect().joinOrCreate('telling')
  expect(await ask('/healthz')).toMatchObject({ code: 200, status: 'ok', clients: 1 })
  expect(await ask('/livez')).toMatchObject({ code: 200, status: 'ok' })
  const closing = server.server.close()
  await new Promise<void>((done) => void room.onClosing(() => done()))
  expect(await ask('/healthz')).toMatchObject({ code: 503, status: 'draining', clients: 1 })
  expect(await ask('/livez')).toMatchObject({ code: 200, status: 'draining' })
  server.server.close({ noticeMs: 0 })
  await closing
})

it('[RM7] a room whose onClosing fails is reported, and the shutdown goes on', async () => {
  await using server = await start()
  const room = await server.connect().joinOrCreate('loud')
  const closing = server.server.close()
  await new Promise<void>((done) => void room.onClosing(() => done()))
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  expect(metrics).toContain('fairground_room_errors_total{room="loud",hook="onClosing"} 1')
  server.server.close({ noticeMs: 0 })
  await closing
})
