import pino from 'pino'
import { expect, it } from 'vitest'
import { GameRoom } from '../../../server/index.ts'
import { DEFAULT_LIMITS as limits } from '../../../server/limits.ts'
import { startTestServer } from '../../../testing/index.ts'
import { ask, askOften } from '../../ask.ts'
import { YardRoom } from '../../client-sdk/yard-room.ts'
import { refusals } from './clients.ts'

class OpenRoom extends GameRoom {
  override clientsMayCreate = true
  override autoDispose = false
}
class PlainRoom extends GameRoom {
  override autoDispose = false
}
class MemberRoom extends GameRoom {
  override requiresToken = true
}
const rooms = { yard: YardRoom, open: OpenRoom, plain: PlainRoom, member: MemberRoom }
const BROWSER = (url: string) => ({ origin: url })

it('[GD4] joins beyond the rate are refused with 429 and a time, while another address joins and plays', async () => {
  await using server = await startTestServer({ rooms, limits: { ...limits, joinsPerSecond: 0.01 } })
  const honest = await server.connect().joinOrCreate('yard')
  const answers = await askOften(120, `${server.url}/matchmake/joinOrCreate/plain`, { from: '127.0.0.2' })
  const refused = answers.filter(({ status }) => status === 429)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(40)
  expect(refused).toHaveLength(80)
  expect(refused[0]!.body).toMatchObject({ name: 'RATE_LIMITED', code: 4321 })
  expect(refused[0]!.body.retryAfterMs).toBeGreaterThan(0)
  expect(refused[0]!.headers['retry-after']).toBe(String(Math.ceil(refused[0]!.body.retryAfterMs / 1000)))
  expect(await refusals(server.url, 'joins')).toBe(80)
  expect(await honest.request('double', 4)).toEqual({ doubled: 8 })
  await server.connect().joinOrCreate('yard')
})

it('[GD5] who names an origin may join twice as often as who names none', async () => {
  await using server = await startTestServer({
    rooms,
    limits: { ...limits, joinsPerSecond: 0.01, joinBurst: 10 },
  })
  const url = `${server.url}/matchmake/joinOrCreate/plain`
  const page = await askOften(20, url, { from: '127.0.0.2', headers: BROWSER(server.url) })
  const program = await askOften(20, url, { from: '127.0.0.3' })
  const joined = (answers: { status: number }[]) => answers.filter(({ status }) => status === 200).length
  expect([joined(page), joined(program)]).toEqual([10, 5])
})

it('[GD4] our SDK tells of the limit with a next step, and asks no second time', async () => {
  await using server = await startTestServer({
    rooms,
    limits: { ...limits, joinsPerSecond: 0.01, joinBurst: 2 },
  })
  const client = server.connect()
  await client.joinOrCreate('yard')
  const error = await client.joinOrCreate('plain').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'RATE_LIMITED', retry: 'later', next: expect.stringMatching(/./) })
  expect((error as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(1_000)
  expect(await refusals(server.url, 'joins')).toBe(1)
})

it('[GD4] sign-ins of guests have a rate of their own', async () => {
  await using server = await startTestServer({
    rooms,
    limits: { ...limits, guestsPerSecond: 0.01, guestBurst: 6 },
  })
  const answers = await askOften(10, `${server.url}/auth/guest`, { from: '127.0.0.2' })
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(7)
  await server.connect().joinOrCreate('yard')
})

it('[HT4] the list of rooms has a rate of its own, and private rooms are not on it', async () => {
  await using server = await startTestServer({
    rooms,
    limits: { ...limits, listsPerSecond: 0.01, listBurst: 6 },
  })
  const hidden = await server.connect().joinOrCreate('plain')
  await server.room('plain', hidden).setPrivate(true)
  const open = await server.connect().joinOrCreate('yard')
  const list = () => ask(`${server.url}/rooms`, { method: 'GET', from: '127.0.0.2' })
  expect((await list()).body.map(({ roomId }: { roomId: string }) => roomId)).toEqual([open.id])
  const more = [await list(), await list(), await list()]
  expect(more.map(({ status }) => status)).toEqual([200, 200, 429])
  expect((await ask(`${server.url}/rooms`, { method: 'GET' })).status).toBe(200)
})

it('[GD4] what is too often is not read: a large body comes to the same answer', async () => {
  await using server = await startTestServer({
    rooms,
    limits: { ...limits, joinsPerSecond: 0.01, joinBurst: 2 },
  })
  const url = `${server.url}/matchmake/joinOrCreate/plain`
  await ask(url)
  expect((await ask(url, { body: JSON.stringify({ x: 'x'.repeat(1_000_000) }) })).status).toBe(429)
})

it('[JN3] create() is refused unless the room class allows it; joinOrCreate opens a room all the same', async () => {
  await using server = await startTestServer({ rooms, limits })
  await expect(server.connect().create('plain')).rejects.toMatchObject({
    code: 'CREATE_REFUSED',
    retry: 'never',
  })
  expect((await ask(`${server.url}/matchmake/create/plain`)).status).toBe(403)
  expect(server.server.status().rooms).toBe(0)
  await server.connect().create('open')
  await server.connect().joinOrCreate('plain')
  expect(server.server.status().rooms).toBe(2)
})

it('[GD8] one player, one address and everybody together open so many rooms and no more', async () => {
  const few = { maxRoomsPerIdentity: 2, maxRoomsPerAddress: 3, maxRooms: 4 }
  await using server = await startTestServer({ rooms, limits: { ...limits, ...few } })
  const ann = server.connect()
  const first = await ann.create('yard')
  await ann.create('open')
  await expect(ann.create('open')).rejects.toMatchObject({ code: 'LIMIT_REACHED', message: /player/ })
  await server.connect().create('open')
  await expect(server.connect().create('open')).rejects.toMatchObject({
    code: 'LIMIT_REACHED',
    message: /address/,
  })
  const elsewhere = (from: string) => ask(`${server.url}/matchmake/create/open`, { from })
  expect((await elsewhere('127.0.0.2')).status).toBe(200)
  expect(await elsewhere('127.0.0.3')).toMatchObject({ status: 503, body: { name: 'SERVER_FULL' } })
  await ann.joinOrCreate('open')
  await first.leave()
  await expect.poll(() => server.server.status().rooms).toBe(3)
  await ann.create('open')
})

it('[GD8] a flood of creates leaves few rooms, and an honest player plays on', async () => {
  await using server = await startTestServer({ rooms, limits })
  const honest = await server.connect().joinOrCreate('yard')
  const answers = await askOften(400, `${server.url}/matchmake/create/open`, { from: '127.0.0.2' })
  const opened = answers.filter(({ status }) => status === 200).length
  expect(opened).toBeLessThanOrEqual(50)
  expect(server.server.status().rooms).toBe(opened + 1)
  expect(await honest.request('double', 4)).toEqual({ doubled: 8 })
})

it('[GD7] one player has so many sessions and no more, and one more when it leaves one', async () => {
  await using server = await startTestServer({ rooms, limits: { ...limits, maxSessionsPerIdentity: 2 } })
  const ann = server.connect()
  const [first] = [await ann.joinOrCreate('yard'), await ann.joinOrCreate('yard')]
  await expect(ann.joinOrCreate('yard')).rejects.toMatchObject({ code: 'LIMIT_REACHED' })
  await server.connect().joinOrCreate('yard')
  await first.leave()
  await expect
    .poll(() =>
      ann.joinOrCreate('yard').then(
        () => true,
        () => false,
      ),
    )
    .toBe(true)
})

it('[GD9] a room that requires a token refuses who has none', async () => {
  await using server = await startTestServer({ rooms, limits })
  const refused = await ask(`${server.url}/matchmake/joinOrCreate/member`)
  expect(refused).toMatchObject({
    status: 525,
    body: { name: 'AUTH_FAILED', next: expect.stringContaining('token') },
  })
  expect(server.server.status().rooms).toBe(0)
  await server.connect().joinOrCreate('member')
})

it('a room without maxClients has maxClientsPerRoom seats', async () => {
  await using server = await startTestServer({ rooms, limits: { ...limits, maxClientsPerRoom: 2 } })
  const first = await server.connect().joinOrCreate('plain')
  await server.connect().joinById('plain', first.id)
  await expect(server.connect().joinById('plain', first.id)).rejects.toMatchObject({ code: 'ROOM_FULL' })
})

it('[GD11] a thousand refusals are one line in the log', async () => {
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  await using server = await startTestServer({
    rooms,
    log,
    limits: { ...limits, joinsPerSecond: 0.01, joinBurst: 2 },
  })
  await askOften(1_000, `${server.url}/matchmake/joinOrCreate/plain`, { from: '127.0.0.2' })
  expect(await refusals(server.url, 'joins')).toBe(999)
  expect(lines.filter((line) => line.includes('refused'))).toHaveLength(1)
  expect(lines.length).toBeLessThan(20)
})
