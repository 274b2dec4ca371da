import { describe, expect, it } from 'vitest'
import type { ChatMessage } from '../../../rooms/chat/messages.ts'
import { ChannelLog } from '../../../web/chat/channel-log.ts'

const message = (seq: number, text = `m${seq}`): ChatMessage => ({
  ...{ channel: 'general', seq, id: `id${seq}`, by: 'ann', name: 'Ann', text, atMs: seq },
})
const messages = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => message(from + index))
const seqs = (log: ChannelLog) => log.messages.map(({ seq }) => seq)

describe('what a page has of a channel', () => {
  it('is a count until somebody opens it', () => {
    const log = new ChannelLog({ last: 10, read: 7, mentions: 1 })
    expect(log.unread).toBe(3)
    expect(log.take(message(11))).toBe('new')
    expect([log.unread, log.messages]).toEqual([4, []])
  })

  it('goes on from its last page, takes each message once, and notices when one is missing', () => {
    const log = new ChannelLog({ last: 60, read: 60, mentions: 0 })
    log.begin(messages(11, 60), 60)
    expect([log.take(message(61)), log.take(message(61)), log.take(message(12))]).toEqual([
      'new',
      'known',
      'known',
    ])
    expect(log.take(message(63))).toBe('gap')
    expect(log.take(message(64)), 'until it begins anew it only counts').toBe('new')
    log.begin(messages(15, 64), 64)
    expect(seqs(log)).toEqual(messages(15, 64).map(({ seq }) => seq))
    expect(log.take(message(65))).toBe('new')
  })

  it('grows towards its beginning without gaps', () => {
    const log = new ChannelLog({ last: 60, read: 60, mentions: 0 })
    log.begin(messages(41, 60), 60)
    expect(log.isComplete).toBe(false)
    expect(log.prepend(messages(1, 20)), 'a page that does not reach it').toEqual([])
    expect(log.prepend(messages(21, 45)).map(({ seq }) => seq)).toEqual(
      messages(21, 40).map(({ seq }) => seq),
    )
    log.prepend(messages(1, 20))
    expect([log.isComplete, log.first, log.messages.length]).toEqual([true, 1, 60])
  })

  it('replaces what was edited, where it is here, and forgets its oldest', () => {
    const log = new ChannelLog({ last: 5, read: 5, mentions: 0 })
    log.begin(messages(1, 5), 5)
    expect(log.replace(message(3, 'edited'))).toBe(true)
    expect(log.bySeq(3)?.text).toBe('edited')
    expect(log.replace(message(9))).toBe(false)
    expect(log.trim(2).map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect([log.first, log.isComplete, log.bySeq(3)]).toEqual([4, false, undefined])
  })
})
