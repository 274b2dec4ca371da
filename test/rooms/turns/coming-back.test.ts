import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ERRORS } from '../../../shared/errors.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { anyLay, atIt, closeBrowser, move, notAtIt, own, rooms, sitDown, type TurnsClient } from './table.ts'

/** A second of the room's clock, in steps. */
const SECOND = 10

// The official SDK tells about broken connections there.
beforeEach(() => void vi.spyOn(console, 'info').mockImplementation(() => {}))

const hand = (client: TurnsClient): number[] => [...own(client).hand]

describe('who closes the browser', () => {
  it('[TU8] finds place, hand and masked cards again, also when both did and nobody was there', async () => {
    await using server = await startTestServer({ rooms })
    const { ann, ben, annsBrowser, bensBrowser } = await sitDown(server)
    const first = atIt(ann, ben)
    await move(first, anyLay(first, true))
    await server.step(1, ann, ben)
    const hands = [hand(ann), hand(ben)]
    const { secondsLeft, turnNumber } = ann.state
    await closeBrowser(server, ann)
    await server.step(1, ben)
    expect([...ben.state.players].map(({ here }) => here)).toEqual([false, true])
    await closeBrowser(server, ben)
    await server.step(14 * 60 * SECOND)
    const benAgain = await bensBrowser.joinById('turns', ann.id, { name: 'Somebody else' })
    const annAgain = await annsBrowser.joinById('turns', ann.id, { name: 'Ann' })
    await server.step(1, annAgain, benAgain)
    expect([hand(annAgain), hand(benAgain)]).toEqual(hands)
    expect(annAgain.state).toMatchObject({ phase: 'playing', turnNumber, watchers: 0, clockRuns: true })
    expect([...annAgain.state.players].map(({ name, here }) => ({ name, here }))).toEqual([
      { name: 'Ann', here: true },
      { name: 'Ben', here: true },
    ])
    expect(annAgain.state.secondsLeft, '[TU7] and time stood still').toBeGreaterThanOrEqual(secondsLeft - 1)
    const laid = [...annAgain.state.tents].flatMap(({ left, right }) => [...left, ...right])
    expect(laid).toMatchObject([{ masked: true, strength: 0 }])
    const next = atIt(annAgain, benAgain)
    expect(await move(next, anyLay(next))).toEqual({ accepted: true })
  })

  it('goes on with the same session after a reload', async () => {
    await using server = await startTestServer({ rooms })
    const { ann, ben, annsBrowser } = await sitDown(server)
    const { reconnectionToken, sessionId } = ann
    const before = hand(ann)
    await closeBrowser(server, ann)
    const again = (await annsBrowser.resume('turns', reconnectionToken))!
    await server.step(1, again, ben)
    expect(again.sessionId).toBe(sessionId)
    expect(hand(again)).toEqual(before)
    expect(own(again).here).toBe(true)
  })

  it('is waited for while the other is there, and then for a quarter of an hour; the hasty table shows it shorter', async () => {
    await using server = await startTestServer({ rooms })
    const { ann, ben, annsBrowser } = await sitDown(server, 'hasty')
    const { id } = ann
    await closeBrowser(server, ann)
    await closeBrowser(server, ben)
    await server.step(2 * SECOND)
    const again = await annsBrowser.joinById('hasty', id, { name: 'Ann' })
    await server.step(1, again)
    expect(again.state.phase).toBe('playing')
    await closeBrowser(server, again)
    await server.step(4 * SECOND)
    await eventually(() => expect(server.server.status().rooms).toBe(0))
    await expect(annsBrowser.joinById('hasty', id, { name: 'Ann' })).rejects.toMatchObject({
      code: 'ROOM_NOT_FOUND',
    })
  })

  it('is nobody else: another browser with the same name watches', async () => {
    await using server = await startTestServer({ rooms })
    const { ann, ben } = await sitDown(server)
    await closeBrowser(server, ann)
    const eve = await server.connect().joinById('turns', ann.id, { name: 'Ann' })
    await server.step(1, ben, eve)
    expect(eve.state).toMatchObject({ watchers: 1 })
    expect(ben.state.players[0]!.here).toBe(false)
    expect([...eve.state.players].map((player) => player.hand)).toEqual([undefined, undefined])
  })
})

it('[TU9] who opens the table twice plays in the newer page, and the older one is told', async () => {
  await using server = await startTestServer({ rooms })
  const { ann, ben, annsBrowser } = await sitDown(server)
  const told = vi.fn()
  ann.onStatus((status, reason) => told(status, reason?.code, reason?.message))
  const newer = await annsBrowser.joinById('turns', ann.id, { name: 'Ann' })
  await eventually(() => expect(told).toHaveBeenCalled())
  expect(told.mock.calls).toMatchObject([['closed', 'SESSION_TAKEN_OVER', ERRORS.SESSION_TAKEN_OVER.message]])
  await server.step(1, newer, ben)
  expect(newer.state.players).toHaveLength(2)
  expect(own(newer)).toMatchObject({ name: 'Ann', here: true })
  expect(hand(newer)).toHaveLength(5)
  await server.step(300, newer, ben)
  expect(own(newer).here, 'and stays there').toBe(true)
})

it('the founder who came back from another app still waits for the friend', async () => {
  await using server = await startTestServer({ rooms })
  const annsBrowser = server.connect()
  const ann = await annsBrowser.create('turns', { name: 'Ann', private: true })
  await closeBrowser(server, ann)
  const ben = await server.connect().joinById('turns', ann.id, { name: 'Ben' })
  const again = await annsBrowser.joinById('turns', ann.id, { name: 'Ann' })
  await server.step(1, again, ben)
  expect(again.state.phase).toBe('playing')
  expect(hand(again)).toHaveLength(5)
})

describe('the clock', () => {
  it('[TU5] lays a card for who lets a turn run out, and everybody sees it', async () => {
    await using server = await startTestServer({ rooms })
    const { ann, ben } = await sitDown(server, 'hasty')
    const [first, second] = [atIt(ann, ben), notAtIt(ann, ben)]
    await server.step(SECOND, ann, ben)
    expect(ann.state.secondsLeft).toBe(1)
    await server.step(SECOND, ann, ben)
    expect(ben.state).toMatchObject({ turnNumber: 2, lastKind: 'missed', secondsLeft: 2 })
    expect(atIt(ann, ben)).toBe(second)
    expect(own(first)).toMatchObject({ misses: 1, cards: 5 })
    expect(hand(first)).toHaveLength(5)
    expect(await move(first, { ...anyLay(first), turn: 1 })).toMatchObject({ reason: 'turnOver' })
  })

  it('[TU6] ends the match of who lets three turns in a row run out', async () => {
    await using server = await startTestServer({ rooms })
    const { ann, ben } = await sitDown(server, 'hasty')
    const sleeper = atIt(ann, ben)
    for (let miss = 1; miss <= 3; miss++) {
      await server.step(2 * SECOND, ann, ben)
      if (ann.state.phase === 'over') break
      const awake = atIt(ann, ben)
      expect(awake).not.toBe(sleeper)
      expect(await move(awake, anyLay(awake))).toEqual({ accepted: true })
      await server.step(1, ann, ben)
    }
    expect(ann.state).toMatchObject({ phase: 'over', endedBy: 'time' })
    expect(ann.state.players[ann.state.winner]!.sessionId).not.toBe(sleeper.sessionId)
  })
})
