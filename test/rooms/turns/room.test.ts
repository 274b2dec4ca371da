import { beforeEach, describe, expect, it, vi } from 'vitest'
import { REFUSALS } from '../../../rooms/turns/moves.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { anyLay, atIt, closeBrowser, move, notAtIt, own, rooms, sitDown, type TurnsClient } from './table.ts'

/** A second of the room's clock. */
const SECOND = 10

// The official SDK tells about broken connections there.
beforeEach(() => void vi.spyOn(console, 'info').mockImplementation(() => {}))

const refusal = (reason: keyof typeof REFUSALS) => ({ accepted: false, reason, message: REFUSALS[reason] })

describe('a table', () => {
  it('waits for a second player, then deals to both', async () => {
    await using server = await startTestServer({ rooms })
    const ann = await server.connect().create('turns', { name: 'Ann', private: true })
    await server.step(1, ann)
    expect(ann.state).toMatchObject({ phase: 'waiting', open: false, match: 0 })
    expect(await move(ann, { kind: 'lay', turn: 1, card: 5, tent: 0, masked: false })).toEqual(
      refusal('notPlaying'),
    )
    const ben = await server.connect().joinById('turns', ann.id, { name: 'Ben' })
    await server.step(1, ann, ben)
    for (const { state } of [ann, ben]) {
      expect(state).toMatchObject({
        phase: 'playing',
        match: 1,
        turnNumber: 1,
        secondsLeft: 60,
        deck: 26,
        winner: -1,
      })
      expect([...state.players].map(({ name, here, cards }) => ({ name, here, cards }))).toEqual([
        { name: 'Ann', here: true, cards: 5 },
        { name: 'Ben', here: true, cards: 5 },
      ])
    }
    expect([...own(ann).hand]).toHaveLength(5)
    expect([...own(ben).hand]).toHaveLength(5)
  })

  it('[TU11] has its code for a name', async () => {
    await using server = await startTestServer({ rooms })
    const { ann } = await sitDown(server)
    expect(ann.id).toMatch(/^[BCDFGHJKMNPRTVWXZ3479]{6}$/)
    await expect(server.connect().joinById('turns', 'BBBBBB', { name: 'Eve' })).rejects.toMatchObject({
      code: 'ROOM_NOT_FOUND',
    })
  })

  it('[GD6] who guesses codes is soon refused whatever the code, also the right one', async () => {
    const limits = { wrongTokenBurst: 5, wrongTokensPerSecond: 0.01 }
    await using server = await startTestServer({ rooms, limits })
    const ann = await server.connect().create('turns', { name: 'Ann', private: true })
    const codes: string[] = []
    for (let guess = 0; guess < 6; guess++) {
      const refused = server.connect().joinById('turns', `BBBBB${guess}`, { name: 'Eve' })
      codes.push(await refused.catch(({ code }) => code))
    }
    expect(codes.slice(0, 2)).toEqual(['ROOM_NOT_FOUND', 'ROOM_NOT_FOUND'])
    expect(codes.at(-1)).toBe('RATE_LIMITED')
    await expect(server.connect().joinById('turns', ann.id, { name: 'Eve' })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    })
  })

  it('[TU12] that is private is in no list, and no stranger is sent to it', async () => {
    await using server = await startTestServer({ rooms })
    const ann = await server.connect().create('turns', { name: 'Ann', private: true })
    const eve = await server.connect().joinOrCreate('turns', { name: 'Eve' })
    expect(eve.id).not.toBe(ann.id)
    const listed = (await (await fetch(`${server.url}/rooms`)).json()) as { roomId: string }[]
    expect(listed.map(({ roomId }) => roomId)).toEqual([eve.id])
  })

  it('[TU12] that is open takes one stranger; the next ones get a table of their own', async () => {
    await using server = await startTestServer({ rooms })
    const join = (name: string) => server.connect().joinOrCreate('turns', { name })
    const ann = await join('Ann')
    const others = await Promise.all(['Ben', 'Cid', 'Dee'].map(join))
    const tables = [ann, ...others].map(({ id }) => id)
    expect(tables.filter((id) => id === ann.id)).toHaveLength(2)
    await eventually(async () => expect(await (await fetch(`${server.url}/rooms`)).json()).toHaveLength(0))
    const watcher = await server.connect().joinById('turns', ann.id, { name: 'Eve' })
    await server.step(1, watcher)
    expect(watcher.state).toMatchObject({ phase: 'playing', open: false, watchers: 1 })
  })

  it('[TU12] whose founder is away is nothing for strangers', async () => {
    await using server = await startTestServer({ rooms })
    const ann = await server.connect().joinOrCreate('turns', { name: 'Ann' })
    await closeBrowser(server, ann)
    const ben = await server.connect().joinOrCreate('turns', { name: 'Ben' })
    expect(ben.id).not.toBe(ann.id)
  })

  it('takes thirty who watch; one more is refused, and a player who returns is not', {
    timeout: 60_000,
  }, async () => {
    await using server = await startTestServer({ rooms })
    const { ann, annsBrowser } = await sitDown(server)
    const watch = () => server.connect().joinById('turns', ann.id, { name: 'Eve' })
    const watchers = await Promise.all(Array.from({ length: 30 }, watch))
    await server.step(1, ann, ...watchers)
    expect(ann.state.watchers).toBe(30)
    await expect(watch()).rejects.toMatchObject({ code: 'ROOM_FULL' })
    await closeBrowser(server, ann)
    const again = await annsBrowser.joinById('turns', ann.id, { name: 'Ann' })
    await server.step(1, again)
    expect([...own(again).hand]).toHaveLength(5)
  })

  it('that its founder has left is closed soon', async () => {
    await using server = await startTestServer({ rooms })
    const ann = await server.connect().create('hasty', { name: 'Ann', private: true })
    await ann.leave()
    for (let second = 0; second < 2; second++) await server.step(SECOND)
    await eventually(() => expect(server.server.status().rooms).toBe(0))
  })
})

describe('names', () => {
  it.each([
    ['markup', '<b onclick=x>Ann</b>'.slice(0, 20)],
    ['emoji', '🦊🎪'],
    ['right-to-left text', 'שלום عليكم'],
  ])('of %s come through as they are', async (_what, name) => {
    await using server = await startTestServer({ rooms })
    const ann = await server.connect().create('turns', { name, private: true })
    await server.step(1, ann)
    expect(own(ann).name).toBe(name)
  })

  it('are cleaned of what reverses others, and two alike are told apart', async () => {
    await using server = await startTestServer({ rooms })
    const ann = await server.connect().create('turns', { name: ' A\u202Enn\u200B ', private: true })
    const ben = await server.connect().joinById('turns', ann.id, { name: 'ANN' })
    await server.step(1, ann, ben)
    expect([...ann.state.players].map(({ name }) => name)).toEqual(['Ann', 'ANN 2'])
  })

  it.each(['', ' \u200B', 'x'.repeat(21), 'x'.repeat(50_000), 7, null])('%j is refused', async (name) => {
    await using server = await startTestServer({ rooms })
    await expect(server.connect().create('turns', { name: name as string })).rejects.toMatchObject({
      code: 'JOIN_OPTIONS_INVALID',
    })
  })
})

describe('moves', () => {
  it('are seen by both, and the turn goes on', async () => {
    await using server = await startTestServer({ rooms })
    const { ann, ben } = await sitDown(server)
    const [first, second] = [atIt(ann, ben), notAtIt(ann, ben)]
    const card = own(first).hand[0]!
    expect(await move(first, anyLay(first))).toEqual({ accepted: true })
    await server.step(1, ann, ben)
    for (const { state } of [ann, ben]) {
      const laid = [...state.tents].flatMap(({ left, right }) => [...left, ...right])
      expect(laid.map(({ strength, masked }) => ({ strength, masked }))).toEqual([
        { strength: card, masked: false },
      ])
      expect(state).toMatchObject({ turnNumber: 2, lastKind: 'laid', lastTent: 0, deck: 25 })
    }
    expect(atIt(ann, ben)).toBe(second)
  })

  it('[TU2] out of turn, twice, with another’s card or at no tent are answered with the reason', async () => {
    await using server = await startTestServer({ rooms })
    const { ann, ben } = await sitDown(server)
    const [first, second] = [atIt(ann, ben), notAtIt(ann, ben)]
    expect(await move(second, anyLay(second))).toEqual(refusal('notYourTurn'))
    const absent = [1, 2, 3, 4, 5, 6, 7, 8, 9].find((card) => !own(first).hand.includes(card))!
    expect(await move(first, { ...anyLay(first), card: absent } as never)).toEqual(refusal('notYourCard'))
    expect(await move(first, { ...anyLay(first), tent: 5 } as never)).toEqual(refusal('noSuchTent'))
    const twice = anyLay(first)
    expect(await Promise.all([move(first, twice), move(first, twice)])).toEqual([
      { accepted: true },
      refusal('turnOver'),
    ])
    await server.step(1, ann, ben)
    expect(ann.state.turnNumber).toBe(2)
  })

  it('[TU3] for another player are not understood, and from watchers refused', async () => {
    await using server = await startTestServer({ rooms })
    const { ann, ben } = await sitDown(server)
    const eve = await server.connect().joinById('turns', ann.id, { name: 'Eve' })
    await server.step(1, ann, ben, eve)
    const first = atIt(ann, ben)
    const stolen = anyLay(first)
    for (const extra of [{ seat: 0 }, { player: first.sessionId }])
      await expect(move(eve, { ...stolen, ...extra })).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
    expect(await move(eve, stolen)).toEqual(refusal('notAPlayer'))
    expect(await eve.request('resign', {})).toEqual(refusal('notAPlayer'))
    expect(await eve.request('rematch', { wanted: true })).toEqual(refusal('notAPlayer'))
    await server.step(1, ann, ben, eve)
    expect(ann.state).toMatchObject({ turnNumber: 1, phase: 'playing', watchers: 1 })
    await eve.leave()
    await eventually(() => expect(server.room('turns', ann).state.watchers).toBe(0))
  })

  it.each([
    ['nothing', undefined],
    ['a number', 7],
    ['an unknown kind', { kind: 'steal', turn: 1 }],
    ['fractions', { kind: 'lay', turn: 1, card: 1.5, tent: 0, masked: false }],
    ['infinities', { kind: 'lay', turn: 1, card: Number.POSITIVE_INFINITY, tent: 0, masked: false }],
    ['NaN', { kind: 'peek', turn: 1, tent: Number.NaN, place: 0 }],
    ['less than nothing', { kind: 'peek', turn: 1, tent: -1, place: 0 }],
    ['text for truth', { kind: 'lay', turn: 1, card: 1, tent: 0, masked: 'yes' }],
  ])('of %s are refused, and their sender plays on', async (_what, payload) => {
    await using server = await startTestServer({ rooms })
    const { ann, ben } = await sitDown(server)
    const first = atIt(ann, ben)
    await expect(move(first, payload as never)).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
    expect(await move(first, anyLay(first))).toEqual({ accepted: true })
  })

  it('to the end make a winner, and a rematch that both want begins with who lost', async () => {
    await using server = await startTestServer({ rooms })
    const { ann, ben } = await sitDown(server)
    expect(await ann.request('rematch', { wanted: true })).toEqual(refusal('matchRuns'))
    await playOut(server, ann, ben)
    const { winner } = ann.state
    expect(ben.state).toMatchObject({ phase: 'over', winner, endedBy: 'tents' })
    expect(ann.state.players[winner]!.wins).toBe(1)
    expect(await move(ann, { kind: 'peek', turn: 1, tent: 0, place: 0 })).toEqual(refusal('notPlaying'))
    expect(await ann.request('rematch', { wanted: true })).toEqual({ accepted: true })
    expect(await ann.request('rematch', { wanted: false })).toEqual({ accepted: true })
    expect(await ben.request('rematch', { wanted: true })).toEqual({ accepted: true })
    await server.step(1, ann, ben)
    expect(ann.state, '[TU10] one alone does not decide').toMatchObject({ phase: 'over', match: 1 })
    await ann.request('rematch', { wanted: true })
    await server.step(1, ann, ben)
    expect(ann.state).toMatchObject({
      phase: 'playing',
      match: 2,
      turn: 1 - winner,
      turnNumber: 1,
      winner: -1,
      endedBy: '',
    })
    expect([...ann.state.tents].flatMap(({ left, right }) => [...left, ...right])).toEqual([])
    expect([...ann.state.players].map(({ wantsRematch }) => wantsRematch)).toEqual([false, false])
    await playOut(server, ann, ben)
    expect([...ben.state.players].reduce((sum, { wins }) => sum + wins, 0)).toBe(2)
  })

  it('[TU10] a player may resign at any time, once', async () => {
    await using server = await startTestServer({ rooms })
    const { ann, ben } = await sitDown(server)
    expect(await ann.request('resign', {})).toEqual({ accepted: true })
    expect(await ben.request('resign', {})).toEqual(refusal('notPlaying'))
    await server.step(1, ann, ben)
    expect(ben.state).toMatchObject({ phase: 'over', endedBy: 'resigned', winner: 1 })
  })
})

async function playOut(
  server: { step: (ticks: number, ...clients: TurnsClient[]) => Promise<void> },
  ann: TurnsClient,
  ben: TurnsClient,
) {
  for (let turn = 0; ann.state.phase === 'playing'; turn++) {
    const client = atIt(ann, ben)
    expect(await move(client, anyLay(client, turn % 3 === 0 && own(client).masks > 0))).toEqual({
      accepted: true,
    })
    await server.step(1, ann, ben)
  }
}
