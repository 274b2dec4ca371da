import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { wireOf } from '../../../client-sdk/room.ts'
import { memoryStorage } from '../../../client-sdk/storage.ts'
import { EMOTES } from '../../../rooms/arena/events.ts'
import { ArenaRoom } from '../../../rooms/arena/room.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'

class HastyArenaRoom extends ArenaRoom {
  override clientsMayCreate = true
  override reconnectHoldSeconds = 0.02
}
class BlitzRoom extends ArenaRoom {
  override roundSeconds = 1
  override resultSeconds = 0.5
}
const rooms = { arena: ArenaRoom, hasty: HastyArenaRoom, blitz: BlitzRoom }
type Server = TestServer<typeof rooms>

// The official SDK tells about broken connections there.
beforeEach(() => void vi.spyOn(console, 'info').mockImplementation(() => {}))

const join = (server: Server, name: string, storage = memoryStorage()) =>
  server.connect({ storage }).joinOrCreate('arena', { name })

/** Names as `viewer` sees them, in the order of joining. */
function namesSeenBy({ state }: Awaited<ReturnType<typeof join>>): string[] {
  return [...state.fighters.values()].map(({ name }) => name)
}

/** Breaks a connection as a dead network does, for a client that does not return by itself. */
async function breakForGood(server: Server, room: Awaited<ReturnType<typeof join>>): Promise<void> {
  wireOf(room).reconnection.enabled = false
  const { clients } = server.room(room.name as 'arena', room)
  ;(clients.getById(room.sessionId)!.ref as WebSocket).terminate()
  await eventually(() => expect(room.status).toBe('closed'))
}

describe('names', () => {
  it('are cleaned, and nobody gets one that is taken', async () => {
    await using server = await startTestServer({ rooms })
    const ann = await join(server, '  A\u200Bnn\u202E  the \n Great ')
    const ben = await join(server, 'ann the great')
    await server.step(1, ann, ben)
    expect(namesSeenBy(ann)).toEqual(['Ann the Great', 'ann the great 2'])
    expect(namesSeenBy(ben)).toEqual(namesSeenBy(ann))
  })

  it.each([
    ['an empty one', ''],
    ['one of spaces', '   '],
    ['one that nobody can see', '\u200B\u2066'],
    ['one that is too long', 'x'.repeat(21)],
    ['a megabyte', 'x'.repeat(50_000)],
    ['a number', 7],
    ['none', undefined],
  ])('%s is refused before a room is opened', async (_what, name) => {
    await using server = await startTestServer({ rooms })
    await expect(join(server, name as string)).rejects.toMatchObject({
      code: 'JOIN_OPTIONS_INVALID',
      message: expect.stringContaining('name'),
    })
    expect(server.server.status().rooms).toBe(0)
  })

  it('can be changed, by the same rules; the room answers which one it is now', async () => {
    await using server = await startTestServer({ rooms })
    const [ann, ben] = [await join(server, 'Ann'), await join(server, 'Ben')]
    expect(await ben.request('rename', { name: ' ANN ' })).toEqual({ name: 'ANN 2' })
    expect(await ann.request('rename', { name: 'ann' }), 'her own is not taken').toEqual({ name: 'ann' })
    await server.step(1, ann, ben)
    expect(namesSeenBy(ann)).toEqual(['ann', 'ANN 2'])
    await expect(ben.request('rename', { name: ' \u200B' })).rejects.toMatchObject({
      code: 'MESSAGE_INVALID',
    })
    await expect(ben.request('rename', {} as never)).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
    await server.step(1, ann, ben)
    expect(namesSeenBy(ann)).toEqual(['ann', 'ANN 2'])
  })
})

describe('seats', () => {
  it('there are 16; who comes after that gets an arena of their own', async () => {
    await using server = await startTestServer({ rooms })
    const players = []
    for (let count = 1; count <= 16; count++) players.push(await join(server, `Player ${count}`))
    const [first] = players
    expect(new Set(players.map(({ id }) => id))).toEqual(new Set([first!.id]))
    await server.step(1, ...players)
    expect(new Set([...first!.state.fighters.values()].map(({ colour }) => colour)).size).toBe(16)
    const late = server.connect()
    const refused = late.joinById('arena', first!.id, { name: 'Late' })
    await expect(refused).rejects.toMatchObject({ code: 'ROOM_FULL' })
    expect((await late.joinOrCreate('arena', { name: 'Late' })).id).not.toBe(first!.id)
  })

  it('a player who leaves is gone at once, for everybody', async () => {
    await using server = await startTestServer({ rooms })
    const [ann, ben] = [await join(server, 'Ann'), await join(server, 'Ben')]
    await server.step(1, ann, ben)
    await ben.leave()
    await eventually(() => expect(server.room('arena', ann).state.fighters.size).toBe(1))
    await server.step(1, ann)
    expect(namesSeenBy(ann)).toEqual(['Ann'])
    expect((await join(server, 'Ben')).id, 'and the place is free').toBe(ann.id)
  })

  it('a player whose connection breaks is away, keeps place and score, and is back with the same session', async () => {
    await using server = await startTestServer({ rooms })
    const storage = memoryStorage()
    const [ann, ben] = [await join(server, 'Ann'), await join(server, 'Ben', storage)]
    server.room('arena', ann).state.fighters.get(ben.sessionId)!.score = 3
    await server.step(1, ann, ben)
    const token = ben.reconnectionToken
    await breakForGood(server, ben)
    await server.step(30, ann)
    const fighter = ann.state.fighters.get(ben.sessionId)!
    expect(fighter).toMatchObject({ name: 'Ben', away: true, score: 3 })
    expect(ann.state.fighters.get(ann.sessionId)?.away).toBe(false)
    const back = await server.connect({ storage }).resume('arena', token)
    await server.step(1, ann, back!)
    expect(back?.sessionId).toBe(ben.sessionId)
    expect(fighter).toMatchObject({ name: 'Ben', away: false, score: 3 })
  })

  it('the name of a player who is away stays taken', async () => {
    await using server = await startTestServer({ rooms })
    const [ann, ben] = [await join(server, 'Ann'), await join(server, 'Ben')]
    await breakForGood(server, ben)
    const other = await join(server, 'Ben')
    await server.step(1, ann, other)
    expect(namesSeenBy(ann)).toEqual(['Ann', 'Ben', 'Ben 2'])
  })

  it('who does not come back in time is taken out', async () => {
    await using server = await startTestServer({ rooms })
    const [ann, ben] = await Promise.all([
      server.connect().create('hasty', { name: 'Ann' }),
      server.connect().create('hasty', { name: 'Ben' }),
    ])
    const cid = await server.connect().joinById('hasty', ann.id, { name: 'Cid' })
    await ben.leave()
    await breakForGood(server, cid as never)
    await eventually(() =>
      expect([...server.room('hasty', ann).state.fighters.keys()]).toEqual([ann.sessionId]),
    )
  })
})

describe('messages', () => {
  it.each(EMOTES)('everybody in the arena sees who said %s', async (kind) => {
    await using server = await startTestServer({ rooms })
    const [ann, ben] = [await join(server, 'Ann'), await join(server, 'Ben')]
    const seen: unknown[] = []
    for (const room of [ann, ben]) room.on('emote', (emote) => seen.push(emote))
    ann.send('emote', kind)
    await server.step(1, ann, ben)
    expect(seen).toEqual([1, 2].map(() => ({ by: ann.sessionId, kind })))
  })

  it.each(['rude', '', 1, null, undefined, ['hello'], { kind: 'hello' }, 'x'.repeat(5_000)])(
    'an emote nobody knows (%j) reaches nobody, and its sender is told',
    async (kind) => {
      await using server = await startTestServer({ rooms })
      const [ann, ben] = [await join(server, 'Ann'), await join(server, 'Ben')]
      const [seen, refused] = [vi.fn(), vi.fn()]
      for (const room of [ann, ben]) room.on('emote', seen)
      ann.onError(({ code }) => refused(code))
      ann.send('emote', kind as never)
      await server.step(1, ann, ben)
      expect(refused.mock.calls).toEqual([['MESSAGE_INVALID']])
      expect(seen).not.toHaveBeenCalled()
      expect(ann.status).toBe('open')
    },
  )
})

it('a round ends after its time with a table of everybody, is shown, and the next one starts', async () => {
  await using server = await startTestServer({ rooms })
  const ann = await server.connect().joinOrCreate('blitz', { name: 'Ann' })
  const ben = await server.connect().joinOrCreate('blitz', { name: 'Ben' })
  const [ends, starts]: unknown[][] = [[], []]
  for (const room of [ann, ben]) room.on('roundEnd', (end) => ends!.push(end))
  for (const room of [ann, ben]) room.on('roundStart', (start) => starts!.push(start))
  server.room('blitz', ann).state.fighters.get(ben.sessionId)!.score = 2
  await server.step(30, ann, ben)
  expect(ann.state).toMatchObject({ phase: 'playing', round: 1, phaseEndsTick: 30 })
  await server.step(1, ann, ben)
  expect(ann.state).toMatchObject({ phase: 'result', round: 1, phaseEndsTick: 45 })
  const standings = [
    { sessionId: ben.sessionId, name: 'Ben', score: 2, deaths: 0 },
    { sessionId: ann.sessionId, name: 'Ann', score: 0, deaths: 0 },
  ]
  expect(ends).toEqual([1, 2].map(() => ({ round: 1, standings, nextTick: 45 })))
  await server.step(15, ann, ben)
  expect(starts).toEqual([1, 2].map(() => ({ round: 2, endsTick: 75 })))
  expect(ben.state).toMatchObject({ phase: 'playing', round: 2 })
  expect(ben.state.fighters.get(ben.sessionId)).toMatchObject({ score: 0, alive: true })
})
