import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { type ErrorCode, FairgroundError } from '../../shared/errors.ts'
import { systemReason } from '../tls/files.ts'
import type { Arguments, Operation, Result } from './operations.ts'
import type { Answer, Question, Refusal, SqliteWorkerData } from './sqlite-protocol.ts'
import type { GameStorage, Json, NewEntry, PageOptions } from './storage.ts'

/** This file's own kind: source in the repository, compiled in the package. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

/** SQLite's result codes, without their extensions. */
const BUSY = 5
const LOCKED = 6
const FULL = 13
const PRIMARY_MASK = 0xff

export interface SqliteOptions {
  /** Longest wait for a lock that another program holds, in milliseconds, 0 or more (default 5,000). */
  readonly busyMs?: number
}

interface Waiting {
  resolve(result: unknown): void
  reject(error: FairgroundError): void
}

/**
 * Keeps things in one SQLite file, by Node's own `node:sqlite`: nothing to install, nothing to run. A thread of its own
 * waits for the disk, and writes that come meanwhile share the next transaction.
 *
 * @param file path or file: URL; its folder is made if need be. `:memory:` keeps nothing beyond the process: for tests
 */
export function sqliteStorage(file: string | URL, options: SqliteOptions = {}): GameStorage {
  return new SqliteStorage(file, options)
}

class SqliteStorage implements GameStorage {
  readonly #path: string
  readonly #busyMs: number
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #count = 0

  constructor(file: string | URL, { busyMs = 5_000 }: SqliteOptions) {
    const path = typeof file === 'string' ? file : fileURLToPath(file)
    this.#path = path === ':memory:' ? path : resolve(path)
    this.#busyMs = busyMs
  }

  async open(): Promise<void> {
    if (this.#worker) return
    try {
      if (this.#path !== ':memory:') mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    } catch (cause) {
      throw this.#unusable(systemReason(cause), cause)
    }
    this.#worker = this.#start()
    try {
      await this.#ask('open', [])
    } catch (cause) {
      await this.#end()
      throw this.#unusable(reasonOf(cause), cause)
    }
  }

  append(entries: readonly NewEntry[]): Promise<Result<'append'>> {
    return this.#ask('append', [entries])
  }

  amend(log: string, seq: number, value: Json): Promise<Result<'amend'>> {
    return this.#ask('amend', [log, seq, value])
  }

  page(log: string, options: PageOptions): Promise<Result<'page'>> {
    return this.#ask('page', [log, options])
  }

  find(log: string, id: string): Promise<Result<'find'>> {
    return this.#ask('find', [log, id])
  }

  last(log: string): Promise<number> {
    return this.#ask('last', [log])
  }

  get(key: string): Promise<Json | undefined> {
    return this.#ask('get', [key])
  }

  put(key: string, value: Json | undefined): Promise<void> {
    return this.#ask('put', [key, value])
  }

  list(prefix: string, limit?: number): Promise<Result<'list'>> {
    return this.#ask('list', [prefix, limit])
  }

  async close(): Promise<void> {
    if (!this.#worker) return
    await this.#ask('close', []).catch(() => {})
    await this.#end()
  }

  #start(): Worker {
    const workerData: SqliteWorkerData = { path: this.#path, busyMs: this.#busyMs }
    const url = new URL(`./sqlite-worker.${EXTENSION}`, import.meta.url)
    // Node 22 warns that node:sqlite is new; whoever runs a game cannot do anything about it.
    const worker = new Worker(url, { workerData, execArgv: ['--disable-warning=ExperimentalWarning'] })
    worker.on('message', (answers: Answer[]) => {
      for (const answer of answers) this.#take(answer)
    })
    worker.on('error', (cause) => this.#fail(cause))
    worker.on('exit', () => this.#fail(undefined))
    worker.unref()
    return worker
  }

  /** A process may end while nothing is asked for, but not before an answer. */
  #ask<O extends Operation>(operation: O | 'open' | 'close', args: Arguments<O> | []): Promise<Result<O>> {
    return new Promise((resolve, reject) => {
      const worker = this.#worker
      if (!worker) {
        reject(new FairgroundError('STORAGE_FAILED', { message: 'The storage is not open.' }))
        return
      }
      const question: Question = { number: this.#count++, operation, args }
      try {
        worker.postMessage(question)
      } catch (cause) {
        // A function, a symbol: nothing that JSON could carry either.
        reject(new FairgroundError('STORAGE_INVALID', { cause }))
        return
      }
      this.#waiting.set(question.number, { resolve: resolve as Waiting['resolve'], reject })
      worker.ref()
    })
  }

  #take({ number, result, refusal }: Answer): void {
    const waiting = this.#waiting.get(number)
    this.#waiting.delete(number)
    if (this.#waiting.size === 0) this.#worker?.unref()
    if (refusal) waiting?.reject(toError(refusal))
    else waiting?.resolve(result)
  }

  /** The thread has ended, by whatever cause: nobody waits for it in vain. */
  #fail(cause: unknown): void {
    this.#worker = undefined
    for (const { reject } of this.#waiting.values()) reject(new FairgroundError('STORAGE_FAILED', { cause }))
    this.#waiting.clear()
  }

  async #end(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  #unusable(reason: string, cause: unknown): FairgroundError {
    return new FairgroundError('STORAGE_UNUSABLE', {
      message: `The storage ${this.#path} cannot be used: ${reason.replace(/\.$/, '')}.`,
      cause,
    })
  }
}

/** What the database itself said. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error ? cause.message : message
}

function toError({ message, code, sqlite }: Refusal): FairgroundError {
  if (code) return new FairgroundError(code, { message })
  return new FairgroundError(codeOf(sqlite), { cause: new Error(message) })
}

function codeOf(sqlite: number | undefined): ErrorCode {
  if (sqlite === undefined) return 'STORAGE_FAILED'
  const primary = sqlite & PRIMARY_MASK
  if (primary === BUSY || primary === LOCKED) return 'STORAGE_BUSY'
  return primary === FULL ? 'STORAGE_FULL' : 'STORAGE_FAILED'
}
