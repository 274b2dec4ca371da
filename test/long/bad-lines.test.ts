import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { mayMakeLines } from '../network/bad-line.ts'
import { Play } from '../network/play.ts'

const SEED = 9_112_026
const SOON_MS = 5_000

describe.skipIf(!mayMakeLines())('over a line between two machines, for long', () => {
  it.each([
    ['50 ± 15 ms each way and 2 % loss', { delayMs: 50, jitterMs: 15, loss: 0.02 }],
    [
      '80 ± 30 ms, 8 % loss, packets doubled and out of order',
      { delayMs: 80, jitterMs: 30, loss: 0.08, double: 0.02 },
    ],
  ])('1,000 requests are answered once each, in one session: %s', async (_what, quality) => {
    await using play = await Play.begin(SEED)
    await play.line.become(quality)
    await play.answers(1_000, 240_000)
    const { diary } = await play.settle()
    expect(diary.statuses).toEqual([])
    expect(diary.failed).toEqual({})
  })

  it('[SE12] [SE6] one that is dark for 60 s is come back to within five', async () => {
    await using play = await Play.begin(SEED)
    await play.line.become({ delayMs: 20 })
    await play.answers(5)
    await play.line.become({ dark: ['toClient', 'toServer'] })
    await wait(60_000)
    await play.line.become({ dark: [] })
    await play.answers(5, SOON_MS)
    const { diary, books } = await play.settle()
    expect(diary.statuses).toEqual(['reconnecting', 'open'])
    expect(books.gate).toEqual(['join', 'drop', 'reconnect'])
    expect(books.booked.filter((id) => id.startsWith('note'))).toEqual(diary.notes.map(([id]) => id))
  })

  it('[SE12] twelve breaks of one to twelve seconds, on a line that is bad in between', async () => {
    await using play = await Play.begin(SEED)
    await play.line.become({ delayMs: 50, jitterMs: 20, loss: 0.02 })
    for (let seconds = 1; seconds <= 12; seconds++) {
      await play.answers(20)
      await play.line.become({ dark: ['toClient', 'toServer'] })
      await wait(seconds * 1_000)
      await play.line.become({ dark: [] })
    }
    await play.answers(20)
    const { diary } = await play.settle()
    expect(new Set(diary.statuses)).toEqual(new Set(['reconnecting', 'open']))
  })
})
