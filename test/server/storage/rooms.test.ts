import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { z } from 'zod'
import { type Client, GameRoom, request, sqliteStorage } from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'
import { scratchFolder } from '../tls/scratch-folder.ts'

/** Remembers how often somebody came, and takes notes. */
class DiaryRoom extends GameRoom {
  override requests = {
    visits: request(z.undefined(), ({ auth }: Client) => this.storage.get(`visits/${auth!.id}`)),
    note: request(z.string(), async (_client, text) => {
      const [entry] = await this.storage.append([{ log: 'notes', id: text, value: text }])
      return entry!.seq
    }),
  }

  override async onJoin({ auth }: Client) {
    const key = `visits/${auth!.id}`
    await this.storage.put(key, (((await this.storage.get(key)) as number | undefined) ?? 0) + 1)
  }
}

it('[DB1] what a room kept is there for the next server', async () => {
  const file = join(scratchFolder(), 'game.db')
  for (const visit of [1, 2, 3]) {
    await using server = await startTestServer({ rooms: { diary: DiaryRoom }, storage: sqliteStorage(file) })
    const room = await server.connect().joinOrCreate('diary')
    // Each of these servers has a key of its own for guests, so each knows the visitor as another one.
    expect(await room.request('visits', undefined)).toBe(1)
    expect(await room.request('note', `note ${visit}`)).toBe(visit)
  }
})

it('[DB1] a storage that cannot be used stops the server before anybody comes', async () => {
  const starting = startTestServer({ rooms: { diary: DiaryRoom }, storage: sqliteStorage(scratchFolder()) })
  await expect(starting).rejects.toMatchObject({ code: 'STORAGE_UNUSABLE' })
})

it('a room that asks for a storage where there is none tells its developer what to do', async () => {
  const lines: { err?: { message: string } }[] = []
  const { pino } = await import('pino')
  const log = pino({ level: 'error' }, { write: (line) => void lines.push(JSON.parse(line)) })
  await using server = await startTestServer({ rooms: { diary: DiaryRoom }, log })
  await expect(server.connect().joinOrCreate('diary')).rejects.toMatchObject({ code: 'JOIN_FAILED' })
  expect(lines[0]?.err?.message).toContain('createServer({ storage })')
})

it('[DB8] a failure is the answer to who caused it, counted and logged; the room goes on', async () => {
  const storage = sqliteStorage(':memory:')
  const logged = vi.fn()
  const { pino } = await import('pino')
  const log = pino({ level: 'error' }, { write: (line) => logged(JSON.parse(line)) })
  await using server = await startTestServer({ rooms: { diary: DiaryRoom }, storage, log, metrics: 'open' })
  const [ann, ben] = [
    await server.connect().joinOrCreate('diary'),
    await server.connect().joinOrCreate('diary'),
  ]
  await expect(ann.request('note', 'x'.repeat(300))).rejects.toMatchObject({ code: 'STORAGE_INVALID' })
  expect(logged).not.toHaveBeenCalled()
  await storage.close()
  await expect(ann.request('note', 'hello')).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
  expect(logged.mock.calls[0]?.[0]).toMatchObject({ code: 'STORAGE_FAILED', operation: 'append' })
  await storage.open()
  expect(await ben.request('note', 'hello')).toBe(1)
  expect(await ann.request('note', 'hello too')).toBe(2)
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  expect(metrics).toContain('fairground_storage_errors_total{code="STORAGE_FAILED"} 1')
})
