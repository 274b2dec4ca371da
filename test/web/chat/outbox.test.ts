import { describe, expect, it, vi } from 'vitest'
import { FairgroundError } from '../../../client-sdk/index.ts'
import type { Receipt, Refusal } from '../../../rooms/chat/messages.ts'
import { Outbox } from '../../../web/chat/outbox.ts'
import { eventually } from '../../eventually.ts'

type Answer = Receipt | Refusal | FairgroundError

/** An outbox whose messages are answered by the test, in its own time. */
function outboxWith(kept: Map<string, string> = new Map()) {
  const asked: { text: string; id: string; answer(answer: Answer): void }[] = []
  const outbox = new Outbox({
    storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    changed: vi.fn(),
    send: ({ text, id }) =>
      new Promise((resolve, reject) => {
        const answer = (given: Answer) => (given instanceof FairgroundError ? reject(given) : resolve(given))
        asked.push({ text, id, answer })
      }),
  })
  const states = (channel = 'general') => outbox.of(channel).map(({ text, state }) => [text, state])
  return { outbox, asked, states, kept }
}

describe('messages without a receipt', () => {
  it('[CH2] of a channel are sent one after the other, and those of another channel beside them', async () => {
    const { outbox, asked } = outboxWith()
    for (const text of ['a', 'b']) outbox.add('general', text)
    outbox.add('help', 'c')
    expect(asked.map(({ text }) => text)).toEqual(['a', 'c'])
    asked[0]!.answer({ ok: true, seq: 1, atMs: 1 })
    await eventually(() => expect(asked.map(({ text }) => text)).toEqual(['a', 'c', 'b']))
  })

  it('[CH2] wait for the connection and are sent again under the same id, in order', async () => {
    const { outbox, asked, states } = outboxWith()
    for (const text of ['a', 'b']) outbox.add('general', text)
    asked[0]!.answer(new FairgroundError('CONNECTION_LOST'))
    await eventually(() =>
      expect(states()).toEqual([
        ['a', 'pending'],
        ['b', 'pending'],
      ]),
    )
    outbox.pump()
    await eventually(() => expect(asked).toHaveLength(2))
    expect(asked[1]!.id).toBe(asked[0]!.id)
    outbox.arrived(asked[1]!.id)
    asked[1]!.answer({ ok: true, seq: 1, atMs: 1 })
    await eventually(() => expect(asked[2]?.text).toBe('b'))
    expect(states()).toEqual([['b', 'pending']])
  })

  it('[CH2] outlive a reload with their ids', () => {
    const { outbox, asked, kept } = outboxWith()
    outbox.add('general', 'a')
    const again = outboxWith(kept)
    again.outbox.pump()
    expect(again.asked.map(({ text, id }) => [text, id])).toEqual([['a', asked[0]!.id]])
    expect(outboxWith(new Map([['chat.outbox', '{broken']])).states()).toEqual([])
  })

  it('[CH11] that came too fast wait as long as the server says, and hold up those after them', async () => {
    const { outbox, asked, states } = outboxWith()
    for (const text of ['a', 'b']) outbox.add('general', text)
    asked[0]!.answer({ ok: false, reason: 'flood', waitMs: 60 })
    await eventually(() => expect(states()[0]).toEqual(['a', 'waiting']))
    await eventually(() => expect(asked.map(({ text }) => text)).toEqual(['a', 'a']))
    expect(asked[1]!.id).toBe(asked[0]!.id)
  })

  it('that are refused are kept with the reason, and let the next one pass', async () => {
    const { outbox, asked, states } = outboxWith()
    for (const text of ['a', 'b', 'c']) outbox.add('general', text)
    asked[0]!.answer({ ok: false, reason: 'filtered', text: 'No.' })
    await eventually(() => expect(asked).toHaveLength(2))
    asked[1]!.answer(new FairgroundError('STORAGE_FULL'))
    await eventually(() => expect(asked).toHaveLength(3))
    expect(states()).toEqual([
      ['a', 'failed'],
      ['b', 'failed'],
      ['c', 'pending'],
    ])
    expect(outbox.of('general').map(({ problem }) => problem)).toEqual([
      'No.',
      new FairgroundError('STORAGE_FULL').message,
      undefined,
    ])
    outbox.discard(asked[0]!.id)
    asked[2]!.answer({ ok: true, seq: 1, atMs: 1 })
    outbox.retry(asked[1]!.id)
    await eventually(() => expect(asked[3]?.id).toBe(asked[1]!.id))
  })
})
