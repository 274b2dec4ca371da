import './recorded-frames.ts'

import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Move } from '../../../rooms/turns/moves.ts'
import { TurnsRoom } from '../../../rooms/turns/room.ts'
import { createMatch, type Match, otherOf, play, resign, type Seat } from '../../../rooms/turns/simulation.ts'
import { seededRandom } from '../../../shared/random.ts'
import { startTestServer } from '../../../testing/index.ts'
import { legalMoves } from './random-moves.ts'
import { framesOf } from './recorded-frames.ts'
import { closeBrowser, rooms, seatOf, type TurnsClient } from './table.ts'

/** Each card is a byte that nothing else here is on the wire: no letter, number, field, operation or kind of msgpack. */
const MARKS = Array.from({ length: 36 }, (_, index) => (index < 5 ? 0xd4 + index : 0xdb + index))
const SYMBOLS_OF_A_CODE = 6

class MarkedRoom extends TurnsRoom {
  static seed = 0
  override cards = MARKS
  override random = seededRandom(MarkedRoom.seed)
}

/** The room's own match, computed beside it from the same chance. */
function truthOf(seed: number): Match {
  const random = seededRandom(seed)
  for (let count = 0; count < SYMBOLS_OF_A_CODE; count++) random()
  const starts = random() < 0.5 ? 0 : 1
  return createMatch({ random, starts, cards: MARKS })
}

/** Who may know which cards, as the rules say. */
class Secrets {
  readonly known: [Set<number>, Set<number>, Set<number>] = [new Set(), new Set(), new Set()]

  note({ hands, tents }: Match): void {
    for (const seat of [0, 1] as const) {
      for (const card of hands[seat]) this.known[seat].add(card)
      for (const { strength, masked, peeked } of tents.flatMap(({ sides }) => sides[seat])) {
        this.known[seat].add(strength)
        if (!masked || peeked) this.known[otherOf(seat)].add(strength)
        if (!masked) this.known[2].add(strength)
      }
    }
  }
}

/** Marked cards in all that a person's sessions have received. */
function receivedBy(clients: readonly TurnsClient[]): number[] {
  const bytes = new Set(
    clients.flatMap(({ sessionId }) => framesOf.get(sessionId) ?? []).flatMap((frame) => [...frame]),
  )
  return MARKS.filter((mark) => bytes.has(mark))
}

const sorted = (marks: Iterable<number>): number[] => [...marks].sort((a, b) => a - b)

// The official SDK tells about broken connections there.
beforeEach(() => void vi.spyOn(console, 'info').mockImplementation(() => {}))

describe.each([1, 2, 3, 4])('[TU1] what each socket receives in match %i', (seed) => {
  it('is what its player may know, at every moment, and no other card', { timeout: 60_000 }, async () => {
    MarkedRoom.seed = seed
    await using server = await startTestServer({ rooms: { ...rooms, turns: MarkedRoom } })
    const browsers = [server.connect(), server.connect(), server.connect()] as const
    const founder = await browsers[0].create('turns', { name: 'Ann', private: true })
    const join = (index: 0 | 1 | 2) => browsers[index].joinById('turns', founder.id, { name: 'Ben' })
    const people: [TurnsClient[], TurnsClient[], TurnsClient[]] = [
      [founder],
      [await join(1)],
      [await join(2)],
    ]
    const current = () => people.map((clients) => clients.at(-1)!)
    const truth = truthOf(seed)
    const secrets = new Secrets()
    const random = seededRandom(seed ^ 0x5eed)
    const check = async (): Promise<void> => {
      await server.step(1, ...current())
      secrets.note(truth)
      for (const index of [0, 1, 2] as const)
        expect(receivedBy(people[index]), `person ${index}`).toEqual(sorted(secrets.known[index]))
    }
    const comeBack = async (index: 0 | 1 | 2): Promise<void> => {
      await closeBrowser(server, people[index].at(-1)!)
      people[index].push(await join(index))
    }
    const reload = async (index: 0 | 1 | 2): Promise<void> => {
      const { reconnectionToken } = people[index].at(-1)!
      await closeBrowser(server, people[index].at(-1)!)
      people[index].push((await browsers[index].resume('turns', reconnectionToken))!)
    }
    await check()
    for (let turn = 1; !truth.ending && turn < 21; turn++) {
      const move = biased(legalMoves(truth), random)
      const seat = truth.turn
      const client = people[seat].at(-1)!
      expect(seatOf(client)).toBe(seat)
      expect(await client.request('move', move)).toEqual({ accepted: true })
      play(truth, seat, move)
      await check()
      // Whole states are sent then, to players and to watchers: they must hold back no less.
      if (turn % 6 === 0) await comeBack((turn / 6 - 1) as 0 | 1 | 2)
      if (turn % 6 === 3) await reload(((turn - 3) / 6) as 0 | 1 | 2)
    }
    if (!truth.ending) {
      expect(await people[0].at(-1)!.request('resign', {})).toEqual({ accepted: true })
      resign(truth, 0)
    }
    await check()
    // What the end does not show stays hidden: of the hands, nobody knows more than before.
    for (const seat of [0, 1] as Seat[])
      for (const card of truth.hands[seat]) expect(secrets.known[otherOf(seat)].has(card)).toBe(false)
    expect(secrets.known[2].size).toBeLessThan(secrets.known[0].size)
  })
})

/** Masks and lanterns are what this is about, so they come more often than by plain chance. */
function biased(moves: readonly Move[], random: () => number): Move {
  const special = moves.filter((move) => move.kind === 'peek' || move.masked)
  const from = special.length > 0 && random() < 0.7 ? special : moves
  return from[Math.floor(random() * from.length)]!
}
