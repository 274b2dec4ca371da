import { beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../../eventually.ts'
import { comeIn, say, startChat, type Talker, textsOf } from './chat-house.ts'

beforeEach(() => void vi.spyOn(console, 'info').mockImplementation(() => {}))

const idOf = async (room: Talker) => (await room.request('welcome', undefined)).you.id
const attempt = (room: Talker, text: string) =>
  room.request('say', { channel: 'general', id: crypto.randomUUID(), text })

describe('moderators', () => {
  it('[CH10] are made by the server: nobody else can mute, kick or slow down', async () => {
    await using server = await startChat()
    const [ann, ben] = [await comeIn(server, 'Ann'), await comeIn(server, 'Ben')]
    const person = await idOf(ben)
    for (const what of [
      { act: 'mute', person, seconds: 60 },
      { act: 'kick', person, seconds: 60 },
      { act: 'slow', channel: 'general', seconds: 60 },
    ] as const)
      await expect(ann.request('moderate', what)).rejects.toMatchObject({ code: 'REQUEST_REFUSED' })
    await say(ben, 'still here')
    const mod = await comeIn(server, 'Mod')
    expect((await mod.request('welcome', undefined)).you.moderator).toBe(true)
    const own = mod.request('moderate', { act: 'kick', person: await idOf(mod), seconds: 60 })
    await expect(own).rejects.toMatchObject({ message: 'Moderators cannot be muted or sent away.' })
  })

  it('[CH10] mute: who is muted is told for how long, and speaks again when it is taken back', async () => {
    await using server = await startChat()
    const browser = server.connect()
    const [mod, ann] = [await comeIn(server, 'Mod'), await comeIn(server, 'Ann', browser)]
    const told = vi.fn()
    ann.on('muted', told)
    const person = await idOf(ann)
    const { seq } = await say(ann, 'rude')
    await mod.request('moderate', { act: 'mute', person, seconds: 60 })
    await eventually(() => expect(told).toHaveBeenCalledOnce())
    expect(told.mock.calls[0]![0].forMs).toBeGreaterThan(50_000)
    const refusal = await attempt(ann, 'ruder')
    expect(refusal).toMatchObject({ ok: false, reason: 'muted' })
    const edit = ann.request('edit', { channel: 'general', seq, text: 'rudest' })
    await expect(edit).rejects.toMatchObject({ message: 'You are muted.' })
    await ann.leave()
    const again = await comeIn(server, 'Ann', browser)
    expect(await attempt(again, 'back'), 'coming again changes nothing').toMatchObject({ reason: 'muted' })
    await mod.request('moderate', { act: 'mute', person, seconds: 0 })
    expect(await attempt(again, 'sorry')).toMatchObject({ ok: true })
    await eventually(() => expect(textsOf(mod.heard)).toEqual(['rude', 'sorry']))
  })

  it('[CH10] kick: every page of that person closes with the reason, and a return is refused for that time', async () => {
    await using server = await startChat()
    const browser = server.connect()
    const mod = await comeIn(server, 'Mod')
    const [desk, phone] = [await comeIn(server, 'Ann', browser), await comeIn(server, 'Ann', browser)]
    const reasons: unknown[] = []
    for (const room of [desk, phone]) room.onStatus((status, reason) => reasons.push([status, reason?.code]))
    const person = await idOf(desk)
    await mod.request('moderate', { act: 'kick', person, seconds: 300 })
    await eventually(() =>
      expect(reasons).toEqual([
        ['closed', 'KICKED'],
        ['closed', 'KICKED'],
      ]),
    )
    await expect(comeIn(server, 'Ann', browser)).rejects.toMatchObject({
      code: 'JOIN_REFUSED',
      message: 'A moderator sent you away. You may come back in 5 minutes.',
    })
    await mod.request('moderate', { act: 'kick', person, seconds: 0 })
    await say(await comeIn(server, 'Ann', browser), 'thank you')
  })

  it('[CH10] slow mode: everybody sees it, waits for it, and moderators do not', async () => {
    await using server = await startChat()
    const [mod, ann] = [await comeIn(server, 'Mod'), await comeIn(server, 'Ann')]
    await mod.request('moderate', { act: 'slow', channel: 'general', seconds: 30 })
    await server.step(1, ann, mod)
    expect(ann.state.channels.get('general')?.slowModeSeconds).toBe(30)
    await say(ann, 'one')
    const refusal = await attempt(ann, 'two')
    expect(refusal).toMatchObject({ ok: false, reason: 'slow' })
    expect((refusal as { waitMs: number }).waitMs).toBeGreaterThan(20_000)
    await say(ann, 'elsewhere', 'help')
    for (const text of ['a', 'b']) await say(mod, text)
    await mod.request('moderate', { act: 'slow', channel: 'general', seconds: 0 })
    await say(ann, 'two')
  })

  it.each([
    { act: 'mute', person: 'x', seconds: -1 },
    { act: 'mute', person: 'x', seconds: 1e12 },
    { act: 'kick', person: '', seconds: 1 },
    { act: 'ban', person: 'x', seconds: 1 },
    { act: 'slow', channel: 'general', seconds: 1.5 },
  ])('[CH10] a wish such as %j is refused', async (what) => {
    await using server = await startChat()
    const mod = await comeIn(server, 'Mod')
    await expect(mod.request('moderate', what as never)).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
  })
})

describe('floods', () => {
  it('[CH11] are answered with the time to wait; others notice nothing, and nobody is thrown out', async () => {
    await using server = await startChat()
    const [ann, ben] = [await comeIn(server, 'Ann'), await comeIn(server, 'Ben')]
    const answers = await Promise.all(Array.from({ length: 30 }, (_, count) => attempt(ann, `spam ${count}`)))
    const taken = answers.filter(({ ok }) => ok)
    expect(taken.length).toBeGreaterThanOrEqual(5)
    expect(taken.length).toBeLessThan(10)
    const refusal = answers.find(({ ok }) => !ok) as { reason: string; waitMs: number }
    expect(refusal.reason).toBe('flood')
    expect(refusal.waitMs).toBeGreaterThan(0)
    expect(refusal.waitMs).toBeLessThanOrEqual(1000)
    await say(ben, 'calm')
    await eventually(() => expect(textsOf(ann.heard)).toContain('calm'))
    expect(ann.heard).toHaveLength(taken.length + 1)
    await eventually(async () => expect((await attempt(ann, 'later')).ok).toBe(true))
  })

  it('[CH11] from two pages of one person count together', async () => {
    await using server = await startChat()
    const browser = server.connect()
    const [desk, phone] = [await comeIn(server, 'Ann', browser), await comeIn(server, 'Ann', browser)]
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, count) => attempt(count % 2 ? desk : phone, `spam ${count}`)),
    )
    expect(answers.filter(({ ok }) => ok).length).toBeLessThan(8)
  })
})

describe('the word filter', () => {
  it('[CH12] masks and refuses, in messages, edits and names', async () => {
    await using server = await startChat()
    const [ann, ben] = [await comeIn(server, 'Ann'), await comeIn(server, 'Ben')]
    const { seq } = await say(ann, 'darn it')
    await eventually(() => expect(textsOf(ben.heard)).toEqual(['**** it']))
    expect(await attempt(ann, 'you slimeball')).toMatchObject({ ok: false, reason: 'filtered' })
    const edit = ann.request('edit', { channel: 'general', seq, text: 'slimeball' })
    await expect(edit).rejects.toMatchObject({ code: 'REQUEST_REFUSED' })
    await expect(ann.request('rename', { name: 'Slimeball' })).rejects.toMatchObject({
      code: 'REQUEST_REFUSED',
    })
    await expect(comeIn(server, 'Slimeball')).rejects.toMatchObject({ code: 'JOIN_REFUSED' })
    expect(textsOf(ben.heard)).toEqual(['**** it'])
  })
})
