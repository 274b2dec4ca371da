import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { connect } from '../../../client-sdk/index.ts'
import type { Typing } from '../../../rooms/chat/messages.ts'
import type { FairgroundServer } from '../../../server/index.ts'
import { freePort } from '../../free-port.ts'
import { scratchFolder } from '../../server/tls/scratch-folder.ts'
import { Victim } from '../../victim.ts'
import { comeIn, type rooms, say, type Talker } from './chat-house.ts'

beforeEach(() => void vi.spyOn(console, 'info').mockImplementation(() => {}))

const HOUR_MS = 3_600_000
const preload = pathToFileURL(join(import.meta.dirname, '../../server/clock/jumping-clock.ts')).href
const eventually = (assertion: () => unknown): Promise<unknown> =>
  vi.waitFor(assertion, { timeout: 20_000, interval: 100 })

const startChat = (env: { CHAT_PORT: string; CHAT_FOLDER: string }) =>
  Victim.start(join(import.meta.dirname, 'chat-with-clock.ts'), {
    ...env,
    NODE_OPTIONS: `--import ${preload}`,
  })
const jump = (victim: Victim, ms: number) => victim.ask<number>(`jump ${ms}`)

async function house() {
  const env = { CHAT_PORT: String(await freePort()), CHAT_FOLDER: scratchFolder() }
  const browser = () => connect<FairgroundServer<typeof rooms>>(`wss://localhost:${env.CHAT_PORT}`)
  const enter = (name: string, own = browser()) => comeIn({ connect: () => own } as never, name, own)
  return { env, browser, enter }
}

const idOf = async (room: Talker) => (await room.request('welcome', undefined)).you.id
const attempt = async (room: Talker, channel = 'general') =>
  (await room.request('say', { channel, id: crypto.randomUUID(), text: 'hello' })) as {
    ok: boolean
    reason?: string
    waitMs?: number
  }

/** Within a time: more than nothing, and no longer than it was to be. */
function expectWait(refusal: Awaited<ReturnType<typeof attempt>>, reason: string, mostMs: number): void {
  expect(refusal).toMatchObject({ ok: false, reason })
  expect(refusal.waitMs).toBeGreaterThan(0)
  expect(refusal.waitMs).toBeLessThanOrEqual(mostMs)
}

describe.each([-HOUR_MS, HOUR_MS])('a time of day that jumps by %s ms', { timeout: 60_000 }, (ms) => {
  it('[CH15] neither ends nor prolongs a mute, a ban, slow mode, a flood or typing', async () => {
    const { env, enter, browser } = await house()
    await using victim = await startChat(env)
    const eves = browser()
    const [mod, ann, ben, cid, eve] = await Promise.all([
      ...['Mod', 'Ann', 'Ben', 'Cid'].map((name) => enter(name)),
      enter('Eve', eves),
    ])
    const typing: Typing[] = []
    mod!.on('typing', (told) => typing.push(told))
    await mod!.request('moderate', { act: 'mute', person: await idOf(ann!), seconds: 3_000 })
    await mod!.request('moderate', { act: 'mute', person: await idOf(ben!), seconds: 2 })
    await mod!.request('moderate', { act: 'kick', person: await idOf(eve!), seconds: 3_000 })
    await mod!.request('moderate', { act: 'slow', channel: 'help', seconds: 3_000 })
    await say(cid!, 'help me', 'help')
    cid!.send('typing', { channel: 'random' })
    await eventually(() => expect(typing.at(-1)).toMatchObject({ channel: 'random', count: 1 }))
    const sinceMs = performance.now()
    while ((await attempt(cid!)).ok);
    expect(await jump(victim, ms)).toBe(ms)

    const answers = await Promise.all(Array.from({ length: 10 }, () => attempt(cid!)))
    const allowed = Math.ceil((performance.now() - sinceMs) / 1000)
    expect(answers.filter(({ ok }) => ok).length, 'of ten').toBeLessThanOrEqual(allowed)
    expectWait(await attempt(ann!), 'muted', 3_000_000)
    expectWait(await attempt(cid!, 'help'), 'slow', 3_000_000)
    await expect(enter('Eve', eves)).rejects.toMatchObject({
      message: 'A moderator sent you away. You may come back in 50 minutes.',
    })
    await eventually(async () => expect(await attempt(ben!)).toMatchObject({ ok: true }))
    await eventually(async () => expect(await attempt(cid!)).toMatchObject({ ok: true }))
    await eventually(() => expect(typing.at(-1)).toMatchObject({ channel: 'random', count: 0 }))
  })
})

describe('a restart', { timeout: 60_000 }, () => {
  it('[CH15] with the time of day set back makes no mute and no ban longer than it was; set on, they are over', async () => {
    const { env, enter, browser } = await house()
    const [anns, eves] = [browser(), browser()]
    {
      await using _victim = await startChat(env)
      const [mod, ann, eve] = await Promise.all([enter('Mod'), enter('Ann', anns), enter('Eve', eves)])
      await mod.request('moderate', { act: 'mute', person: await idOf(ann), seconds: 3_000 })
      await mod.request('moderate', { act: 'kick', person: await idOf(eve), seconds: 3_000 })
    }
    {
      await using victim = await startChat(env)
      await jump(victim, -2 * HOUR_MS)
      const ann = await enter('Ann', anns)
      expectWait(await attempt(ann), 'muted', 3_000_000)
      await expect(enter('Eve', eves)).rejects.toMatchObject({
        message: 'A moderator sent you away. You may come back in 50 minutes.',
      })
    }
    await using victim = await startChat(env)
    await jump(victim, HOUR_MS)
    expect(await attempt(await enter('Ann', anns))).toMatchObject({ ok: true })
    expect(await attempt(await enter('Eve', eves))).toMatchObject({ ok: true })
  })
})
