import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { connect, type Fairground } from '../../../client-sdk/index.ts'
import type { ChatMessage } from '../../../rooms/chat/messages.ts'
import { type FairgroundServer, type ServerAddress, sqliteStorage } from '../../../server/index.ts'
import { freePort } from '../../free-port.ts'
import { scratchFolder } from '../../server/tls/scratch-folder.ts'
import { comeIn, type rooms, say, startChat, type Talker, textsOf } from './chat-house.ts'

beforeEach(() => void vi.spyOn(console, 'info').mockImplementation(() => {}))

type Client = Fairground<FairgroundServer<typeof rooms>>

/** A chat server that can be killed and started again on the same port, with the same files. */
class MortalServer {
  readonly #folder = scratchFolder()
  #port = 0
  #child: ChildProcess | undefined

  async start(): Promise<void> {
    this.#port ||= await freePort()
    const child = fork(join(import.meta.dirname, 'chat-in-process.ts'), [this.#folder, String(this.#port)])
    this.#child = child
    onTestFinished(() => void child.kill('SIGKILL'))
    const [{ caPath }] = (await once(child, 'message')) as [ServerAddress]
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(caPath!, 'utf8')])
  }

  async kill(): Promise<void> {
    const exit = once(this.#child!, 'exit')
    this.#child!.kill('SIGKILL')
    await exit
  }

  connect(): Client {
    return connect<FairgroundServer<typeof rooms>>(`wss://localhost:${this.#port}`)
  }
}

const joinWith = (client: Client, name: string) => comeIn({ connect: () => client } as never, name, client)

/** All of a channel, page by page, as somebody sees it who scrolls up to its beginning. */
async function wholeHistory(room: Talker, channel = 'general'): Promise<ChatMessage[]> {
  const all: ChatMessage[] = []
  for (;;) {
    const before = all[0]?.seq
    const place = { channel, limit: 100, ...(before !== undefined && { before }) }
    const { messages } = await room.request('history', place)
    if (messages.length === 0) return all
    all.unshift(...messages)
    if (messages[0]!.seq === 1) return all
  }
}

describe('a chat that begins again', () => {
  it('[CH13] has its history, its names, its marks, and everything that moderators did', async () => {
    const file = join(scratchFolder(), 'chat.db')
    let id = ''
    {
      await using server = await startChat(sqliteStorage(file))
      const [ann, ben, mod] = await Promise.all(['Ann', 'Ben', 'Mod'].map((name) => comeIn(server, name)))
      await say(ann!, 'one')
      const { seq } = await say(ann!, 'two')
      await ann!.request('edit', { channel: 'general', seq, text: 'two, edited' })
      id = (await ben!.request('welcome', undefined)).you.id
      await mod!.request('moderate', { act: 'mute', person: id, seconds: 300 })
      await mod!.request('moderate', { act: 'slow', channel: 'help', seconds: 60 })
    }
    await using server = await startChat(sqliteStorage(file))
    const eve = await comeIn(server, 'Ann')
    expect((await eve.request('welcome', undefined)).you.name, 'Ann spoke here: the name is hers').toBe(
      'Ann 2',
    )
    const { messages } = await eve.request('history', { channel: 'general' })
    expect(messages).toMatchObject([{ text: 'one' }, { text: 'two, edited', editedAtMs: expect.any(Number) }])
    expect(eve.state.channels.get('help')?.slowModeSeconds).toBe(60)
    expect(await say(eve, 'three')).toMatchObject({ seq: 3 })
  })

  it('[CH13] has every acknowledged message exactly once, in order, after kill -9 in the midst of a storm', async () => {
    const server = new MortalServer()
    const texts = new Map<string, number | undefined>()
    const browsers: Client[] = []
    for (let round = 0; round < 3; round++) {
      await server.start()
      if (round === 0) browsers.push(...Array.from({ length: 12 }, () => server.connect()))
      const talkers = await Promise.all(browsers.map((browser, who) => joinWith(browser, `P${who}`)))
      // What got no answer before the server died is sent again first, under its old id.
      let acknowledged = 0
      const enough = 25
      let killed: Promise<void> | undefined
      const speak = async (who: number, key: string): Promise<void> => {
        const asked = { channel: 'general', id: key, text: key }
        for (;;) {
          const answer = await talkers[who]!.request('say', asked).catch(() => undefined)
          if (!answer) return // killed
          if (!answer.ok) {
            if (answer.reason === 'filtered') throw new Error('nothing here is filtered')
            await new Promise((resolve) => setTimeout(resolve, answer.waitMs))
            continue
          }
          const before = texts.get(key)
          if (before !== undefined) expect(answer.seq).toBe(before)
          texts.set(key, answer.seq)
          if (++acknowledged >= enough && round < 2) killed ??= server.kill()
          return
        }
      }
      await Promise.all(
        talkers.map(async (_, who) => {
          for (const [key, seq] of [...texts]) {
            if (key.startsWith(`p${who}-`) && seq === undefined) await speak(who, key)
          }
          await Promise.all(
            [0, 1, 2, 3, 4].map((count) => {
              const key = `p${who}-${round}-${count}`
              texts.set(key, undefined)
              return speak(who, key)
            }),
          )
        }),
      )
      await killed
      if (round < 2) expect(acknowledged).toBeGreaterThanOrEqual(enough)
    }
    const reader = await joinWith(server.connect(), 'Reader')
    const history = await wholeHistory(reader)
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1))
    const kept = textsOf(history)
    expect(new Set(kept).size, 'nothing is doubled').toBe(kept.length)
    for (const [text, seq] of texts) {
      expect(seq, `${text} was acknowledged in the end`).toBeDefined()
      expect(history[seq! - 1], `${text} is where its receipt says`).toMatchObject({ text, id: text })
    }
    expect(kept).toHaveLength(texts.size)
  }, 120_000)
})

describe('a chat whose disk fails', () => {
  it('[CH14] tells whoever speaks, loses nothing that was acknowledged, and goes on when the disk is back', async () => {
    const file = join(scratchFolder(), 'chat.db')
    const storage = sqliteStorage(file, { busyMs: 50 })
    await using server = await startChat(storage)
    const [ann, ben] = [await comeIn(server, 'Ann'), await comeIn(server, 'Ben')]
    await say(ann, 'before')
    // It waits for whatever the chat still writes.
    const backup = new DatabaseSync(file, { timeout: 5_000 })
    backup.exec('BEGIN IMMEDIATE')
    const lost = { channel: 'general', id: 'during', text: 'during' }
    for (let count = 0; count < 8; count++)
      await expect(ann.request('say', lost), 'costs no allowance').rejects.toMatchObject({
        code: 'STORAGE_BUSY',
      })
    expect(textsOf((await ben.request('history', { channel: 'general' })).messages)).toEqual(['before'])
    backup.exec('COMMIT')
    backup.close()
    expect(await ann.request('say', lost)).toMatchObject({ ok: true, seq: 2 })
    expect(await ben.request('history', { channel: 'general' })).toMatchObject({ last: 2 })
    expect(textsOf(ben.heard)).toEqual(['before', 'during'])
  })
})
