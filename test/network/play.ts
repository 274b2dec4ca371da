import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import type { ServerAddress } from '../../server/index.ts'
import { scratchFolder } from '../server/tls/scratch-folder.ts'
import { BadLine } from './bad-line.ts'
import type { Diary } from './ledger-player.ts'
import type { Books } from './ledger-server.ts'

/** A player and a server who keep books, and the line between them. */
export class Play implements AsyncDisposable {
  readonly line: BadLine
  readonly #server: ChildProcess
  readonly #player: ChildProcess

  private constructor(line: BadLine, server: ChildProcess, player: ChildProcess) {
    this.line = line
    this.#server = server
    this.#player = player
  }

  static async begin(seed: number): Promise<Play> {
    const line = await BadLine.open(seed)
    try {
      const env = { ADDRESS: line.serverAddress, FOLDER: scratchFolder() }
      const server = line.run('server', join(import.meta.dirname, 'ledger-server.ts'), env)
      const [address] = (await once(server, 'message')) as [ServerAddress]
      const URL = `wss://${line.serverAddress}:${address.port}`
      const player = line.run('client', join(import.meta.dirname, 'ledger-player.ts'), {
        URL,
        NODE_EXTRA_CA_CERTS: address.caPath!,
      })
      await once(player, 'message')
      return new Play(line, server, player)
    } catch (error) {
      await line[Symbol.asyncDispose]()
      throw error
    }
  }

  async diary(question: 'diary' | 'be still' = 'diary'): Promise<Diary> {
    return ask<Diary>(this.#player, question)
  }

  async books(question: 'books' | 'be still' = 'books'): Promise<Books> {
    return ask<Books>(this.#server, question)
  }

  /** Waits until so many further requests have been answered, `ms` at most. */
  async answers(count: number, ms = 60_000): Promise<void> {
    const before = (await this.diary()).answered.length
    const enough = async () =>
      expect((await this.diary()).answered.length).toBeGreaterThanOrEqual(before + count)
    await vi.waitFor(enough, { timeout: ms, interval: 50 })
  }

  /** Lets everything come to rest on a good line, and holds the two sides' accounts against each other. */
  async settle(): Promise<{ diary: Diary; books: Books }> {
    await this.line.become({ delayMs: 0, jitterMs: 0, loss: 0, double: 0, dark: [] })
    await this.diary('be still')
    await this.books('be still')
    const equal = async () => {
      const [diary, books] = [await this.diary(), await this.books()]
      expect(diary.statuses.at(-1) ?? 'open').toBe('open')
      expect(diary.state).toEqual(books.state)
      return { diary, books }
    }
    const { diary, books } = await vi.waitFor(equal, { timeout: 30_000, interval: 100 })
    expect(new Set(books.booked).size, 'nothing is booked twice').toBe(books.booked.length)
    expect(new Set(diary.answered).size, 'nothing is answered twice').toBe(diary.answered.length)
    const booked = new Set(books.booked)
    expect(
      diary.answered.filter((id) => !booked.has(id)),
      'what was answered is booked',
    ).toEqual([])
    const failed = Object.keys(diary.failed)
    expect(
      diary.answered.filter((id) => failed.includes(id)),
      'a request ends once',
    ).toEqual([])
    return { diary, books }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.line[Symbol.asyncDispose]()
  }
}

async function ask<T>(child: ChildProcess, question: string): Promise<T> {
  const answer = once(child, 'message')
  child.send(question)
  return (await answer)[0] as T
}
