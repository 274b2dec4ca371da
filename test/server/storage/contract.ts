import { describe, expect, it } from 'vitest'
import type { GameStorage, Json } from '../../../server/index.ts'

const say = (log: string, id: string, value: Json = { text: id }) => ({ log, id, value })
const seqs = (entries: readonly { seq: number }[]): number[] => entries.map(({ seq }) => seq)

/**
 * What every storage must do, whatever it is made of.
 *
 * @param make an open, empty storage, which the test's end closes
 */
export function storageContract(kind: string, make: () => Promise<GameStorage>): void {
  describe(`a storage in ${kind}`, () => {
    it('[DB2] numbers the entries of each log from 1, without gaps, in the order of the calls', async () => {
      const storage = await make()
      const writes = Array.from({ length: 300 }, (_, index) =>
        storage.append([say(index % 3 === 0 ? 'fox' : 'owl', `m${index}`)]),
      )
      const written = (await Promise.all(writes)).flat()
      expect(seqs(written.filter(({ log }) => log === 'fox'))).toEqual(range(1, 100))
      expect(seqs(written.filter(({ log }) => log === 'owl'))).toEqual(range(1, 200))
      expect(await storage.last('owl')).toBe(200)
      expect(await storage.last('never written')).toBe(0)
      const page = await storage.page('fox', { limit: 1_000 })
      expect(page.map(({ id }) => id)).toEqual(range(0, 99).map((third) => `m${third * 3}`))
    })

    it('[DB3] appends all of several entries or none', async () => {
      const storage = await make()
      const bad = storage.append([say('fox', 'a'), say('owl', 'b'), say('', 'nameless')])
      await expect(bad).rejects.toMatchObject({ code: 'STORAGE_INVALID' })
      expect([await storage.last('fox'), await storage.last('owl')]).toEqual([0, 0])
      expect(seqs(await storage.append([say('fox', 'a'), say('owl', 'b'), say('fox', 'c')]))).toEqual([
        1, 1, 2,
      ])
    })

    it('[DB3] one that fails takes none of those along that are written in the same moment', async () => {
      const storage = await make()
      const writes = range(1, 20).map((count) =>
        storage.append([say('fox', `m${count}`), ...(count % 5 === 0 ? [say('', 'nameless')] : [])]),
      )
      const settled = await Promise.allSettled(writes)
      expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(4)
      expect(await storage.last('fox')).toBe(16)
      expect(seqs(await storage.page('fox', { limit: 100 }))).toEqual(range(1, 16))
    })

    it('[DB4] an id that a log has is not appended again; what was there first is answered', async () => {
      const storage = await make()
      await storage.append([say('fox', 'a', 'first')])
      const [again, other] = await storage.append([say('fox', 'a', 'second'), say('owl', 'a', 'third')])
      expect(again).toEqual({ log: 'fox', seq: 1, id: 'a', value: 'first', isNew: false })
      expect(other, 'ids are of one log').toMatchObject({ log: 'owl', seq: 1, value: 'third', isNew: true })
      const twice = await storage.append([say('fox', 'b', 1), say('fox', 'b', 2)])
      expect(twice.map(({ seq, value, isNew }) => [seq, value, isNew])).toEqual([
        [2, 1, true],
        [2, 1, false],
      ])
      expect(await storage.last('fox')).toBe(2)
    })

    it('[DB5] gives a log by pages: the last, those before a place, those after one', async () => {
      const storage = await make()
      await storage.append(range(1, 25).map((count) => say('fox', `m${count}`)))
      const page = async (options: Parameters<GameStorage['page']>[1]) =>
        seqs(await storage.page('fox', options))
      expect(await page({ limit: 10 })).toEqual(range(16, 25))
      expect(await page({ limit: 10, before: 16 })).toEqual(range(6, 15))
      expect(await page({ limit: 10, before: 6 })).toEqual(range(1, 5))
      expect(await page({ limit: 10, before: 1 })).toEqual([])
      expect(await page({ limit: 3, after: 0 })).toEqual([1, 2, 3])
      expect(await page({ limit: 10, after: 20 })).toEqual(range(21, 25))
      expect(await page({ limit: 10, after: 25 })).toEqual([])
      expect(await storage.page('owl', { limit: 10 })).toEqual([])
    })

    it('[DB2] amends an entry in its place, and none that is not there', async () => {
      const storage = await make()
      await storage.append([say('fox', 'a', 'old'), say('fox', 'b', 'other')])
      expect(await storage.amend('fox', 1, 'new')).toEqual({ log: 'fox', seq: 1, id: 'a', value: 'new' })
      for (const seq of [0, 3, -1, 1.5, Number.NaN])
        expect(await storage.amend('fox', seq, 'x')).toBeUndefined()
      expect(await storage.amend('owl', 1, 'x')).toBeUndefined()
      expect((await storage.page('fox', { limit: 9 })).map(({ value }) => value)).toEqual(['new', 'other'])
      expect(await storage.find('fox', 'a')).toMatchObject({ seq: 1, value: 'new' })
      expect(await storage.find('fox', 'z')).toBeUndefined()
    })

    it('[DB6] keeps records by key, replaces and removes them, and lists those that begin alike', async () => {
      const storage = await make()
      for (const key of ['mute/b', 'mute/a', 'mute', 'mutex/a', 'mute/%', 'mute/_a', 'MUTE/a', 'mute/ä'])
        await storage.put(key, { key })
      expect((await storage.list('mute/')).map(({ key }) => key)).toEqual([
        'mute/%',
        'mute/_a',
        'mute/a',
        'mute/b',
        'mute/ä',
      ])
      expect(await storage.list('mute/', 1)).toEqual([{ key: 'mute/%', value: { key: 'mute/%' } }])
      expect(await storage.list('mute/_')).toHaveLength(1)
      await storage.put('mute/a', [1, null, true])
      expect(await storage.get('mute/a')).toEqual([1, null, true])
      await storage.put('mute/a', undefined)
      await storage.put('mute/a', undefined)
      expect(await storage.get('mute/a')).toBeUndefined()
      expect(await storage.list('none')).toEqual([])
    })

    it.each<[string, Json]>([
      ['emoji and joined emoji', '👋 👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
      ['right-to-left text', 'שלום עולם مرحبا'],
      ['quotes and statements', `'); DROP TABLE entries; -- "`],
      ['a null character', 'a\0b'],
      ['half a character', 'a\ud83db'],
      ['null', null],
      ['a number', -1.5e300],
      ['nested things', { a: [{ b: '' }, [], {}], c: false } as Json],
      ['half a mebibyte', 'x'.repeat(500_000)],
    ])('[DB6] gives back %s as it was', async (_what, value) => {
      const storage = await make()
      await storage.put('key', value)
      expect(await storage.get('key')).toEqual(value)
      await storage.append([say('log', 'id', value)])
      expect((await storage.page('log', { limit: 1 }))[0]?.value).toEqual(value)
    })

    it.each<[string, (storage: GameStorage) => Promise<unknown>]>([
      ['an empty key', (storage) => storage.put('', 1)],
      ['a key that is too long', (storage) => storage.get('k'.repeat(201))],
      ['a null character in a name', (storage) => storage.append([say('a\0', 'id')])],
      ['half a character in an id', (storage) => storage.find('log', 'a\ud83d')],
      ['a value that JSON cannot carry', (storage) => storage.put('key', (() => 1) as never)],
      ['a value that holds itself', (storage) => storage.put('key', circle())],
      ['a big integer', (storage) => storage.put('key', 1n as never)],
      ['more than a mebibyte', (storage) => storage.put('key', 'x'.repeat(1_048_577))],
      ['a page of nothing', (storage) => storage.page('log', { limit: 0 })],
      ['an endless page', (storage) => storage.page('log', { limit: Number.POSITIVE_INFINITY })],
    ])('[DB7] refuses %s, and goes on', async (_what, ask) => {
      const storage = await make()
      await expect(ask(storage)).rejects.toMatchObject({ code: 'STORAGE_INVALID' })
      await storage.put('key', 'fine')
      expect(await storage.get('key')).toBe('fine')
    })

    it('[DB7] refuses everything when it is closed, and is closed once', async () => {
      const storage = await make()
      const last = storage.put('key', 1)
      await storage.close()
      await last
      await storage.close()
      await expect(storage.get('key')).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
    })
  })
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

function circle(): Json {
  const value: { self?: Json } = {}
  value.self = value as Json
  return value as Json
}
