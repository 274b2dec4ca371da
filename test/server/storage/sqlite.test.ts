import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type GameStorage, type SqliteOptions, sqliteStorage } from '../../../server/index.ts'
import { scratchFolder } from '../tls/scratch-folder.ts'
import { range, storageContract } from './contract.ts'

async function opened(file: string | URL, options?: SqliteOptions): Promise<GameStorage> {
  const storage = sqliteStorage(file, options)
  onTestFinished(() => storage.close())
  await storage.open()
  return storage
}

storageContract('a SQLite file', () => opened(join(scratchFolder(), 'data/game.db')))
storageContract('memory', () => opened(':memory:'))

describe('a SQLite file', () => {
  it('[DB1] is there again after a restart, and its folder is for its owner only', async () => {
    const file = pathToFileURL(join(scratchFolder(), 'deep/data/game.db'))
    const first = await opened(file)
    await first.append([{ log: 'fox', id: 'a', value: 'kept' }])
    await first.close()
    expect(statSync(new URL('.', file)).mode & 0o077).toBe(0)
    const second = await opened(file)
    expect(await second.append([{ log: 'fox', id: 'b', value: 'next' }])).toMatchObject([{ seq: 2 }])
    expect((await second.page('fox', { limit: 9 })).map(({ value }) => value)).toEqual(['kept', 'next'])
  })

  it('[DB1] waits for the disk at each commit, and removes what is overwritten', async () => {
    const file = join(scratchFolder(), 'game.db')
    const storage = await opened(file)
    await storage.append([{ log: 'fox', id: 'a', value: 'a secret that was deleted' }])
    await storage.amend('fox', 1, null)
    await storage.close()
    expect(readFileSync(file).includes('a secret')).toBe(false)
  })

  it('[DB1] has every write that was acknowledged, whole and once, after its process was killed in the midst', async () => {
    const file = join(scratchFolder(), 'game.db')
    let acknowledged = 0
    for (let round = 0; round < 3; round++) {
      const writer = fork(join(import.meta.dirname, 'writer-in-process.ts'), [file])
      const until = acknowledged + 80
      const exit = once(writer, 'exit')
      writer.on('message', (count: number) => {
        acknowledged = Math.max(acknowledged, count)
        if (count >= until) writer.kill('SIGKILL')
      })
      await exit
    }
    const storage = await opened(file)
    const [fox, owl] = [
      await storage.page('fox', { limit: 1_000 }),
      await storage.page('owl', { limit: 1_000 }),
    ]
    expect(fox.length).toBeGreaterThanOrEqual(acknowledged)
    expect(fox.map(({ value }) => value)).toEqual(range(1, fox.length))
    expect(
      owl.map(({ value }) => value),
      'what belongs together',
    ).toEqual(range(1, fox.length))
  })

  it('[DB8] that another program holds is waited for, then refused; nothing is lost when it is free again', async () => {
    const file = join(scratchFolder(), 'game.db')
    const storage = await opened(file, { busyMs: 50 })
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const writes = [1, 2, 3].map((count) => storage.put(`key${count}`, count))
    for (const write of writes) await expect(write).rejects.toMatchObject({ code: 'STORAGE_BUSY' })
    expect(await storage.get('key1'), 'reading goes on').toBeUndefined()
    other.exec('COMMIT')
    other.close()
    await storage.put('key1', 1)
    expect(await storage.get('key1')).toBe(1)
  })

  it('[DB8] two servers may share one: neither doubles or skips a number', async () => {
    const file = join(scratchFolder(), 'game.db')
    const [one, two] = [await opened(file), await opened(file)]
    await Promise.all(
      range(1, 50).flatMap((count) =>
        [one, two].map((storage, index) =>
          storage.append([{ log: 'fox', id: `${index}/${count}`, value: count }]),
        ),
      ),
    )
    const page = await one.page('fox', { limit: 1_000 })
    expect(page.map(({ seq }) => seq)).toEqual(range(1, 100))
    expect(await two.page('fox', { limit: 1_000 })).toEqual(page)
  })

  it.each<[string, (folder: string) => string, RegExp]>([
    ['is no database', (folder) => noDatabase(folder), /file is not a database/],
    ['is a folder', (folder) => folder, /unable to open/],
    ['stands below a file', (folder) => join(noDatabase(folder), 'game.db'), /file stands|part of its path/],
    ['is of a newer version', (folder) => newerDatabase(folder), /newer version/],
  ])('[DB1] that %s is told when the server starts', async (_what, make, reason) => {
    const path = make(scratchFolder())
    await expect(sqliteStorage(path).open()).rejects.toMatchObject({
      code: 'STORAGE_UNUSABLE',
      message: expect.stringMatching(reason),
    })
  })
})

describe.skipIf(!mayMount())('on a full disk', () => {
  it('[DB8] what cannot be written is refused, what is there can be read, and it goes on when there is room', async () => {
    const folder = scratchFolder()
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'fairground-test', folder])
    onTestFinished(() => void spawnSync('umount', [folder]))
    const storage = await opened(join(folder, 'game.db'))
    await storage.append([{ log: 'fox', id: 'first', value: 'kept' }])
    const errors: unknown[] = []
    for (let count = 0; errors.length === 0; count++) {
      const value = 'x'.repeat(20_000)
      await storage.append([{ log: 'fox', id: `m${count}`, value }]).catch((error) => errors.push(error))
    }
    expect(errors).toMatchObject([{ code: 'STORAGE_FULL' }])
    const kept = await storage.last('fox')
    expect(await storage.find('fox', 'first')).toMatchObject({ value: 'kept' })
    spawnSync('mount', ['-o', 'remount,size=4m', folder])
    expect(await storage.append([{ log: 'fox', id: 'later', value: 1 }])).toMatchObject([{ seq: kept + 1 }])
  })
})

function noDatabase(folder: string): string {
  const path = join(folder, 'letter.txt')
  writeFileSync(path, 'Dear Ann, this is no database.'.repeat(50))
  return path
}

function newerDatabase(folder: string): string {
  const path = join(folder, 'newer.db')
  const database = new DatabaseSync(path)
  database.exec('PRAGMA user_version = 999')
  database.close()
  return path
}

function mayMount(): boolean {
  if (process.getuid?.() !== 0) return false
  const probe = 'mount -t tmpfs -o size=4k fairground-probe /mnt && umount /mnt'
  return spawnSync('unshare', ['-m', 'sh', '-c', probe]).status === 0
}
