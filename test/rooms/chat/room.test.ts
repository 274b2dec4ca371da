import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { sqliteStorage } from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { comeIn, HouseChat, say, startChat, type Talker, textsOf } from './chat-house.ts'

// The official SDK tells about broken connections there.
beforeEach(() => void vi.spyOn(console, 'info').mockImplementation(() => {}))

const seqsOf = ({ heard }: Talker) => heard.map(({ seq }) => seq)

describe('messages', () => {
  it('[CH1] reach everybody once, in one order, with a receipt that says their place', async () => {
    await using server = await startChat()
    const talkers = await Promise.all(['Ann', 'Ben', 'Cid', 'Dan'].map((name) => comeIn(server, name)))
    const receipts = await Promise.all(
      talkers.flatMap((talker, who) => [0, 1, 2, 3, 4].map((count) => say(talker, `${who}.${count}`))),
    )
    expect(receipts.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
    for (const talker of talkers) {
      await eventually(() => expect(talker.heard).toHaveLength(20))
      expect(seqsOf(talker)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
      expect(talker.heard).toEqual(talkers[0]!.heard)
    }
    const own = talkers[0]!.heard.filter(({ name }) => name === 'Ann')
    expect(textsOf(own), 'and each of them in the order of their sender').toEqual([
      '0.0',
      '0.1',
      '0.2',
      '0.3',
      '0.4',
    ])
  })

  it('[CH1] have an order of their own in each channel', async () => {
    await using server = await startChat()
    const ann = await comeIn(server, 'Ann')
    expect((await say(ann, 'a', 'general')).seq).toBe(1)
    expect((await say(ann, 'b', 'help')).seq).toBe(1)
    expect((await say(ann, 'c', 'general')).seq).toBe(2)
    const { messages, last } = await ann.request('history', { channel: 'general' })
    expect([textsOf(messages), last]).toEqual([['a', 'c'], 2])
  })

  it('[CH2] that are sent again are the same message: acknowledged again, told once', async () => {
    await using server = await startChat()
    const [ann, ben] = [await comeIn(server, 'Ann'), await comeIn(server, 'Ben')]
    const hello = { channel: 'general', id: 'once', text: 'hello' }
    const both = await Promise.all([ann.request('say', hello), ann.request('say', hello)])
    const later = await ann.request('say', { ...hello, text: 'hello again' })
    expect(both[1]).toEqual(both[0])
    expect(later).toEqual(both[0])
    expect(await ben.request('say', hello), 'ids are of one person').toMatchObject({ ok: true, seq: 2 })
    await eventually(() => expect(textsOf(ben.heard)).toEqual(['hello', 'hello']))
  })

  it('[CH2] that are sent again are acknowledged even to who may not speak any more, and cost no allowance', async () => {
    await using server = await startChat()
    const ann = await comeIn(server, 'Ann')
    const first = await ann.request('say', { channel: 'general', id: 'm0', text: 'one' })
    for (let count = 1; count < 5; count++) await say(ann, `more ${count}`)
    expect(await ann.request('say', { channel: 'general', id: 'm9', text: 'x' })).toMatchObject({
      reason: 'flood',
    })
    for (let count = 0; count < 3; count++)
      expect(await ann.request('say', { channel: 'general', id: 'm0', text: 'one' })).toEqual(first)
  })

  it('[CH2] whose acknowledgement was lost with the connection are sent again after it, and not doubled', async () => {
    await using server = await startChat()
    const [ann, ben] = [await comeIn(server, 'Ann'), await comeIn(server, 'Ben')]
    const message = { channel: 'general', id: 'lost', text: 'did this arrive?' }
    const asked = ann.request('say', message).catch((error) => error.code)
    const { clients } = server.room('chat', ann)
    await eventually(() => expect(ben.heard).toHaveLength(1))
    ;(clients.getById(ann.sessionId)!.ref as WebSocket).terminate()
    await asked
    await eventually(() => expect(ann.status).toBe('reconnecting'))
    await eventually(() => expect(ann.status).toBe('open'))
    expect(await ann.request('say', message)).toMatchObject({ ok: true, seq: 1 })
    await say(ann, 'it did')
    await eventually(() => expect(textsOf(ben.heard)).toEqual(['did this arrive?', 'it did']))
  })

  it.each<[string, unknown, RegExp]>([
    ['empty', '', /can be seen/],
    ['blank', ' \n\t ', /can be seen/],
    ['invisible', '\u200B\u2066\u200D', /can be seen/],
    ['too long', 'x'.repeat(2001), /at most 2000/],
    ['far too long', 'x'.repeat(12_000), /at most 2000/],
    ['no text', 7, /text/],
    ['a list', ['a'], /text/],
  ])(
    '[CH3] a text that is %s is refused with the reason, and nobody hears it',
    async (_what, text, reason) => {
      await using server = await startChat()
      const [ann, ben] = [await comeIn(server, 'Ann'), await comeIn(server, 'Ben')]
      const asked = ann.request('say', { channel: 'general', id: 'bad', text: text as string })
      await expect(asked).rejects.toMatchObject({
        code: 'MESSAGE_INVALID',
        message: expect.stringMatching(reason),
      })
      await say(ann, 'fine')
      await eventually(() => expect(textsOf(ben.heard)).toEqual(['fine']))
    },
  )

  it.each([
    ['markup', '<script>alert(1)</script><img src=x onerror=alert(1)>'],
    ['emoji', '👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👍🏽'],
    ['right-to-left text', 'שלום עולם مرحبا'],
    ['the longest there is', '漢'.repeat(2000)],
  ])('[CH3] %s arrives as it is', async (_what, text) => {
    await using server = await startChat()
    const [ann, ben] = [await comeIn(server, '<b>Ann</b>'), await comeIn(server, 'Ben')]
    await say(ann, text)
    await eventually(() => expect(ben.heard).toMatchObject([{ text, name: '<b>Ann</b>' }]))
    expect((await ben.request('history', { channel: 'general' })).messages).toMatchObject([{ text }])
  })

  it.each([
    ['say', { channel: 'nowhere', id: 'a', text: 'b' }, 'REQUEST_REFUSED'],
    ['say', { channel: 'constructor', id: 'a', text: 'b' }, 'REQUEST_REFUSED'],
    ['say', { channel: 'general', id: 'a b/c', text: 'b' }, 'MESSAGE_INVALID'],
    ['history', { channel: 'nowhere' }, 'REQUEST_REFUSED'],
    ['history', { channel: 'general', limit: 10_000 }, 'MESSAGE_INVALID'],
    ['history', { channel: 'general', before: -1 }, 'MESSAGE_INVALID'],
    ['edit', { channel: 'general', seq: 1.5, text: 'x' }, 'MESSAGE_INVALID'],
    ['edit', { channel: 'general', seq: 99, text: 'x' }, 'REQUEST_REFUSED'],
    ['delete', { channel: 'nowhere', seq: 1 }, 'REQUEST_REFUSED'],
  ] as const)('[CH3] a request to %s %j is refused with %s', async (type, payload, code) => {
    await using server = await startChat()
    const ann = await comeIn(server, 'Ann')
    await expect(ann.request(type as 'say', payload as never)).rejects.toMatchObject({ code })
    expect(ann.status).toBe('open')
  })
})

describe('history', () => {
  it('[CH4] is read backwards by pages, and forwards from where somebody was', async () => {
    await using server = await startChat()
    const talkers = await Promise.all(['A', 'B', 'C', 'D', 'E', 'F'].map((name) => comeIn(server, name)))
    for (const talker of talkers) for (let count = 0; count < 4; count++) await say(talker, 'x')
    const [ann] = talkers
    const page = async (place: object) =>
      (await ann!.request('history', { channel: 'general', ...place })).messages.map(({ seq }) => seq)
    expect(await page({ limit: 10 })).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24])
    expect(await page({ limit: 10, before: 15 })).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
    expect(await page({ limit: 10, before: 5 })).toEqual([1, 2, 3, 4])
    expect(await page({ limit: 10, after: 20 })).toEqual([21, 22, 23, 24])
    expect(await page({ after: 24 })).toEqual([])
  })
})

describe('edits', () => {
  it('[CH5] of one’s own messages are seen by everybody, now and later', async () => {
    await using server = await startChat()
    const [ann, ben] = [await comeIn(server, 'Ann'), await comeIn(server, 'Ben')]
    const { seq } = await say(ann, 'helo')
    await ann.request('edit', { channel: 'general', seq, text: 'hello' })
    await eventually(() =>
      expect(ben.heard).toMatchObject([{ text: 'hello', editedAtMs: expect.any(Number) }]),
    )
    expect((await ben.request('history', { channel: 'general' })).messages).toEqual(ben.heard)
    await ann.request('delete', { channel: 'general', seq })
    await eventually(() => expect(ben.heard).toMatchObject([{ seq, text: '', deleted: 'author' }]))
    await expect(ann.request('edit', { channel: 'general', seq, text: 'back' })).rejects.toMatchObject({
      message: 'That message was deleted.',
    })
    expect((await ben.request('history', { channel: 'general' })).messages).toEqual(ben.heard)
  })

  it('[CH5] of others’ messages are refused, but a moderator may delete them', async () => {
    await using server = await startChat()
    const [ann, ben, mod] = await Promise.all(['Ann', 'Ben', 'Mod'].map((name) => comeIn(server, name)))
    const { seq } = await say(ann!, 'mine')
    for (const other of [ben!, mod!]) {
      const edit = other.request('edit', { channel: 'general', seq, text: 'yours' })
      await expect(edit).rejects.toMatchObject({ code: 'REQUEST_REFUSED' })
    }
    await expect(ben!.request('delete', { channel: 'general', seq })).rejects.toMatchObject({
      code: 'REQUEST_REFUSED',
    })
    expect(textsOf(ann!.heard)).toEqual(['mine'])
    await mod!.request('delete', { channel: 'general', seq })
    await eventually(() => expect(ann!.heard).toMatchObject([{ text: '', deleted: 'moderator' }]))
  })

  it('[CH5] that race with a delete do not bring the text back', async () => {
    await using server = await startChat()
    const ann = await comeIn(server, 'Ann')
    const { seq } = await say(ann, 'secret')
    await Promise.allSettled([
      ann.request('edit', { channel: 'general', seq, text: 'secret 2' }),
      ann.request('delete', { channel: 'general', seq }),
      ann.request('edit', { channel: 'general', seq, text: 'secret 3' }),
    ])
    const { messages } = await ann.request('history', { channel: 'general' })
    expect(messages).toMatchObject([{ text: '', deleted: 'author' }])
  })
})

describe('unread messages and mentions', () => {
  const welcomeOf = async (room: Talker, channel = 'general') =>
    (await room.request('welcome', undefined)).channels.find(({ id }) => id === channel)!

  it('[CH6] are counted from where somebody has read, over visits', async () => {
    await using server = await startChat()
    const ann = await comeIn(server, 'Ann')
    await say(ann, 'before Ben')
    const browser = server.connect()
    const ben = await comeIn(server, 'Ben', browser)
    expect(await welcomeOf(ben), 'a newcomer has nothing to catch up with').toMatchObject({
      last: 1,
      read: 1,
    })
    await say(ben, 'I am Ben')
    await say(ann, 'hello @ben')
    await say(ann, 'are you there, @Ben?')
    // Who says something has read what came before.
    expect(await welcomeOf(ben)).toMatchObject({ last: 4, read: 2, mentions: 2 })
    ben.send('read', { channel: 'general', seq: 4 })
    expect(await welcomeOf(ben)).toMatchObject({ last: 4, read: 4, mentions: 0 })
    ben.send('read', { channel: 'general', seq: 1_000_000 })
    expect(await welcomeOf(ben), 'nobody has read what is not there').toMatchObject({ last: 4, read: 4 })
    await ben.leave()
    await say(ann, 'gone already, @Ben?')
    const back = await comeIn(server, 'Ben', browser)
    expect(await welcomeOf(back)).toMatchObject({ last: 5, read: 4, mentions: 1 })
    expect(back.heard).toEqual([])
  })

  it('[CH6] that were read on one page are read on the other', async () => {
    await using server = await startChat()
    const browser = server.connect()
    const [desk, phone] = [await comeIn(server, 'Ann', browser), await comeIn(server, 'Ann', browser)]
    const seen = vi.fn()
    phone.on('read', seen)
    await say(desk, 'hello')
    desk.send('read', { channel: 'general', seq: 1 })
    await eventually(() => expect(seen).toHaveBeenCalledWith({ channel: 'general', seq: 1 }))
    const { you } = await phone.request('welcome', undefined)
    expect(you.name, 'one person, one name').toBe('Ann')
    await server.step(1, desk, phone)
    expect(phone.state.online).toBe(1)
  })
})

describe('people', () => {
  it('[CH7] have names that nobody else has, also while they are away', async () => {
    await using server = await startChat()
    const ann = await comeIn(server, 'Ann')
    await say(ann, 'hello')
    await ann.leave()
    const other = await comeIn(server, 'ANN')
    expect((await other.request('welcome', undefined)).you.name).toBe('ANN 2')
    expect(await other.request('rename', { name: 'Ann' })).toEqual({ name: 'Ann 2' })
    expect(await other.request('rename', { name: ' Bo ' })).toEqual({ name: 'Bo' })
  })

  it('[CH8] are counted, altogether and by the channel they look at, and told of typing', async () => {
    await using server = await startChat()
    const [ann, ben] = [await comeIn(server, 'Ann'), await comeIn(server, 'Ben')]
    ann.send('look', { channel: 'general' })
    ben.send('look', { channel: 'general' })
    await server.step(1, ann, ben)
    expect(ann.state.online).toBe(2)
    expect(ann.state.channels.get('general')?.here).toBe(2)
    ben.send('look', { channel: 'help' })
    await server.step(1, ann, ben)
    expect([...ann.state.channels].map(([id, { here }]) => [id, here])).toContainEqual(['help', 1])
    const typing: unknown[] = []
    ann.on('typing', (told) => typing.push(told))
    ben.send('typing', { channel: 'help' })
    await server.step(4, ann, ben)
    expect(typing).toMatchObject([{ channel: 'help', count: 1, people: [{ name: 'Ben' }] }])
    await ben.leave()
    await server.step(4, ann)
    expect(typing).toHaveLength(2)
    expect(ann.state.online).toBe(1)
    const { people, online } = await ann.request('people', undefined)
    expect([people.map(({ name }) => name), online]).toEqual([['Ann'], 1])
  })

  it('[CH9] share one chat: a second one with the same space is refused', async () => {
    await using server = await startTestServer({
      rooms: { chat: HouseChat, twin: HouseChat },
      storage: sqliteStorage(':memory:'),
    })
    const ann = await server.connect().joinOrCreate('chat', { name: 'Ann' })
    const twin = server.connect().joinOrCreate('twin', { name: 'Eve' })
    await expect(twin).rejects.toMatchObject({ code: 'JOIN_REFUSED' })
    expect((await server.connect().joinOrCreate('chat', { name: 'Ben' })).id).toBe(ann.id)
  })
})
