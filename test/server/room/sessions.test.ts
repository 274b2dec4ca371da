import { beforeEach, expect, it, vi } from 'vitest'
import type { FairgroundError, Room } from '../../../client-sdk/index.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import * as inn from './inn-room.ts'

beforeEach(() => {
  inn.newJournal()
  vi.spyOn(console, 'info').mockImplementation(() => {}) // the official SDK tells about each try there
})

const rooms = {
  inn: inn.InnRoom,
  hasty: inn.HastyInnRoom,
  forgetful: inn.ForgetfulInnRoom,
  slow: inn.SlowInnRoom,
  strict: inn.StrictInnRoom,
  broken: inn.BrokenInnRoom,
}

const journalReads = (...lines: string[]) => eventually(() => expect(inn.journal).toEqual(lines))
const returned = (room: Pick<Room<unknown>, 'status'>) =>
  eventually(() => {
    expect(inn.journal).toContain('reconnect')
    expect(room.status).toBe('open')
  })

/** Breaks a connection once its join is acknowledged: before that no seat is held. */
async function breakOff(server: TestServer<typeof rooms>, room: Room<unknown>): Promise<void> {
  await room.ping()
  server.room(room.name as 'inn', room).breakConnection(room.sessionId)
}

/** Why a session ended, and whether it did by itself. */
function ending(room: Pick<Room<unknown>, 'onStatus'>): Promise<FairgroundError | undefined> {
  return new Promise((resolve) => {
    room.onStatus((status, reason) => status === 'closed' && resolve(reason))
  })
}

it('[SE1] [SE2] who returns in time is the same player: drop, reconnect, and one leave at the end', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('inn')
  const { sessionId } = room
  const running = server.room('inn', room)
  await breakOff(server, room)
  await returned(room)
  const [before, after] = running.guests
  expect(running.clients).toHaveLength(1)
  expect(after).not.toBe(before)
  expect(after).toMatchObject({ sessionId, auth: before?.auth, userData: 'luggage' })
  await room.leave()
  await journalReads('join', 'drop 1006', 'reconnect', 'leave 4000', 'dispose')
})

it('[SE1] the seat of who is away is nobody else’s', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('slow')
  const running = server.room('slow', room)
  await breakOff(server, room)
  await eventually(() => expect(running.clients).toHaveLength(0))
  await expect(server.connect().joinById('slow', room.id)).rejects.toMatchObject({ code: 'ROOM_FULL' })
  running.written.resolve()
  await returned(room)
  expect(running.clients).toHaveLength(1)
  expect(running.clients.getById(room.sessionId)).toBeDefined()
})

it('[SE2] who returns while onDrop still runs keeps the seat, and onReconnect waits for it', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('slow')
  const running = server.room('slow', room)
  await breakOff(server, room)
  await eventually(() => expect(running.clients, 'back, and waiting').toHaveLength(0))
  await eventually(() => expect(running.clients, 'back, and waiting').toHaveLength(1))
  expect(inn.journal).toEqual(['join'])
  running.written.resolve()
  await returned(room)
  await room.leave()
  await journalReads('join', 'drop 1006', 'reconnect', 'leave 4000', 'dispose')
})

it('[SE3] when the time is over onLeave runs once, and the room closes', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('hasty')
  const ended = ending(room)
  await breakOff(server, room)
  expect(await ended).toMatchObject({ code: 'SEAT_EXPIRED' })
  await journalReads('join', 'drop 1006', 'leave 1006', 'dispose')
})

it('[SE3] a hold of no seconds lets the seat go at once', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('forgetful')
  const running = server.room('forgetful', room)
  running.autoDispose = false
  await breakOff(server, room)
  await journalReads('join', 'drop 1006', 'leave 1006')
  const next = await server.connect().joinById('forgetful', room.id)
  expect(next.status).toBe('open')
})

it('[SE4] who leaves on purpose gives the seat back at once, and onDrop does not run', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('inn')
  server.room('inn', room).autoDispose = false
  for (let visit = 1; visit <= 3; visit++) {
    const guest = visit === 1 ? room : await server.connect().joinById('inn', room.id)
    await guest.leave()
    expect(inn.journal).toHaveLength(visit * 2)
  }
  expect(new Set(inn.journal)).toEqual(new Set(['join', 'leave 4000']))
})

it('who is sent away has no seat held', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('inn')
  const ended = ending(room)
  server.room('inn', room).clients[0]?.leave(4002, 'Bar is closed.')
  expect(await ended).toMatchObject({ code: 'KICKED', message: 'Bar is closed.' })
  await journalReads('join', 'leave 4002', 'dispose')
})

it.each([
  ['strict', 'JOIN_REFUSED', 'The door is locked at night.'],
  ['broken', 'JOIN_FAILED', 'The room refused the join because its code failed.'],
] as const)(
  '[RM6] [RM8] whom onReconnect does not let in is told why, and has left: %s',
  async (name, code, message) => {
    await using server = await startTestServer({ rooms })
    const room = await server.connect().joinOrCreate(name)
    const ended = ending(room)
    await breakOff(server, room)
    expect(await ended).toMatchObject({ code, message })
    await journalReads('join', 'drop 1006', 'leave 4003', 'dispose')
  },
)

it('[RM12] at a shutdown everybody leaves before the room closes, also who is away', async () => {
  await using server = await startTestServer({ rooms })
  await server.connect().create('inn')
  const away = await server.connect().create('inn')
  await breakOff(server, away)
  await eventually(() => expect(inn.journal).toContain('drop 1006'))
  await server.close()
  expect(inn.journal.filter((line) => line.startsWith('leave'))).toHaveLength(2)
  expect(inn.journal.filter((line) => line === 'dispose')).toHaveLength(2)
  expect(inn.journal.at(-1)).toBe('dispose')
})
