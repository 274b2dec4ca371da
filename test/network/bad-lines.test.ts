import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { mayMakeLines } from './bad-line.ts'
import { Play } from './play.ts'

const SEED = 20_261_125
const TEN_SECONDS_MS = 10_000
/** Within five seconds of the line's return, by the promise of [SE12]. */
const SOON_MS = 5_000

describe.skipIf(!mayMakeLines())('over a line between two machines', { timeout: 180_000 }, () => {
  it.each([
    ['50 ± 15 ms each way and 2 % loss', { delayMs: 50, jitterMs: 15, loss: 0.02 }],
    [
      '80 ± 30 ms, 8 % loss, packets doubled and out of order',
      { delayMs: 80, jitterMs: 30, loss: 0.08, double: 0.02 },
    ],
  ])('a session is kept, and nothing is lost or doubled: %s', async (_what, quality) => {
    await using play = await Play.begin(SEED)
    await play.line.become(quality)
    await play.answers(100)
    const counts = await play.line.become({})
    expect(counts.lost).toBeGreaterThan(0)
    expect(counts.late, 'packets overtake one another').toBeGreaterThan(0)
    const { diary } = await play.settle()
    expect(diary.statuses).toEqual([])
    expect(diary.failed).toEqual({})
  })

  it('a line that is dark for 3 s is played on', async () => {
    await using play = await Play.begin(SEED)
    await play.line.become({ delayMs: 20, dark: ['toClient', 'toServer'] })
    await wait(3_000)
    await play.line.become({ dark: [] })
    await play.answers(5, SOON_MS)
    await play.settle()
  })

  it.each([
    ['in both directions', ['toClient', 'toServer']],
    ['towards the client', ['toClient']],
    ['towards the server', ['toServer']],
  ] as const)(
    '[SE12] [SE11] one that is dark for 12 s %s is left, and come back to with what was said meanwhile',
    async (_where, dark) => {
      await using play = await Play.begin(SEED)
      await play.line.become({ delayMs: 20 })
      await play.answers(5)
      const { answered } = await play.diary()
      await play.line.become({ dark })
      await wait(TEN_SECONDS_MS)
      expect((await play.diary()).statuses[0], 'the client knows by now').toBe('reconnecting')
      expect((await play.books()).gate, 'and so does the server').toContain('drop')
      await wait(2_000)
      await play.line.become({ dark: [] })
      await play.answers(5, SOON_MS)
      const { diary, books } = await play.settle()
      expect(diary.statuses).toEqual(['reconnecting', 'open'])
      expect(books.gate).toEqual(['join', 'drop', 'reconnect'])
      expect(diary.notes).toHaveLength(10)
      expect(books.booked.filter((id) => id.startsWith('note'))).toEqual(diary.notes.map(([id]) => id))
      expect(diary.answered.slice(0, answered.length)).toEqual(answered)
    },
  )

  it('[SE12] a router that forgets the connection, and tells nobody, costs no session', async () => {
    await using play = await Play.begin(SEED)
    await play.line.become({ delayMs: 20 })
    await play.answers(5)
    await play.line.forgetConnections()
    await play.answers(5, TEN_SECONDS_MS + SOON_MS)
    const { diary } = await play.settle()
    expect(diary.statuses).toEqual(['reconnecting', 'open'])
  })
})
