import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { SQLITE_MIGRATIONS } from './migrations/sqlite.ts'
import { type Arguments, checkList, checkName, checkPage, type Operation, textOf } from './operations.ts'
import type { Appended, Json, LogEntry, NewEntry, PageOptions } from './storage.ts'

interface Row {
  seq: number
  id: string
  value: string
}

/** The tables behind a SQLite storage, spoken to by blocking calls: it lives in a thread of its own. */
export class SqliteDatabase {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  /**
   * @param path of the file, or `:memory:`
   * @param busyMs longest wait for another program's lock, in milliseconds
   */
  constructor(path: string, busyMs: number) {
    this.#database = new DatabaseSync(path, { timeout: busyMs })
    try {
      // FULL: a commit is on the disk before it is answered, also when the power goes.
      this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON')
      this.transaction(() => this.#migrate())
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  /** Runs `body` as one write, all of it or nothing. */
  transaction<R>(body: () => R): R {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = body()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      // After some failures, such as a full disk, SQLite has rolled back by itself.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  /** Runs `body` as a part of the running transaction that can fail alone. */
  part<R>(body: () => R): R {
    this.#database.exec('SAVEPOINT part')
    try {
      const result = body()
      this.#database.exec('RELEASE part')
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK TO part; RELEASE part')
      throw error
    }
  }

  /** Whether a failure ended the whole transaction. */
  get isTransaction(): boolean {
    return this.#database.isTransaction
  }

  run<O extends Operation>(operation: O, args: Arguments<O>): unknown {
    return (this[operation] as (...args: unknown[]) => unknown)(...args)
  }

  append(entries: readonly NewEntry[]): Appended[] {
    return entries.map(({ log, id, value }) => {
      checkName('The name of a log', log)
      checkName('An id', id)
      const text = textOf(value)
      const had = this.find(log, id)
      if (had) return { ...had, isNew: false }
      const { number, last } = this.#sql(
        `INSERT INTO logs (name, last) VALUES (?, 1)
         ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING number, last`,
      ).get(log) as { number: number; last: number }
      this.#sql('INSERT INTO entries (log, seq, id, value) VALUES (?, ?, ?, ?)').run(number, last, id, text)
      return { log, seq: last, id, value, isNew: true }
    })
  }

  amend(log: string, seq: number, value: Json): LogEntry | undefined {
    checkName('The name of a log', log)
    const row = this.#sql(
      'UPDATE entries SET value = ? WHERE log = (SELECT number FROM logs WHERE name = ?) AND seq = ? RETURNING id',
    ).get(textOf(value), log, Number.isSafeInteger(seq) ? seq : 0) as { id: string } | undefined
    return row && { log, seq, id: row.id, value }
  }

  page(log: string, { before, after, limit }: PageOptions): LogEntry[] {
    checkName('The name of a log', log)
    checkPage(limit)
    const from = 'SELECT seq, id, value FROM entries WHERE log = (SELECT number FROM logs WHERE name = ?)'
    if (after !== undefined) {
      const rows = this.#sql(`${from} AND seq > ? ORDER BY seq LIMIT ?`).all(log, after, limit)
      return rows.map((row) => entryOf(log, row as unknown as Row))
    }
    const end = before ?? Number.MAX_SAFE_INTEGER
    const rows = this.#sql(`${from} AND seq < ? ORDER BY seq DESC LIMIT ?`).all(log, end, limit)
    return rows.map((row) => entryOf(log, row as unknown as Row)).reverse()
  }

  find(log: string, id: string): LogEntry | undefined {
    checkName('The name of a log', log)
    checkName('An id', id)
    const row = this.#sql(
      'SELECT seq, id, value FROM entries WHERE log = (SELECT number FROM logs WHERE name = ?) AND id = ?',
    ).get(log, id) as Row | undefined
    return row && entryOf(log, row)
  }

  last(log: string): number {
    checkName('The name of a log', log)
    const row = this.#sql('SELECT last FROM logs WHERE name = ?').get(log) as { last: number } | undefined
    return row?.last ?? 0
  }

  get(key: string): Json | undefined {
    checkName('A key', key)
    const row = this.#sql('SELECT value FROM records WHERE key = ?').get(key) as Row | undefined
    return row && (JSON.parse(row.value) as Json)
  }

  put(key: string, value: Json | undefined): void {
    checkName('A key', key)
    if (value === undefined) this.#sql('DELETE FROM records WHERE key = ?').run(key)
    else this.#sql('INSERT OR REPLACE INTO records (key, value) VALUES (?, ?)').run(key, textOf(value))
  }

  list(prefix: string, limit = 1_000): { key: string; value: Json }[] {
    checkName('A prefix', prefix)
    checkList(limit)
    // Not LIKE, for which % and _ are no letters. Keys that begin so stand together in the index.
    const rows = this.#sql(
      'SELECT key, value FROM records WHERE key >= ? AND substr(key, 1, length(?)) = ? ORDER BY key LIMIT ?',
    ).all(prefix, prefix, prefix, limit) as unknown as { key: string; value: string }[]
    return rows.map(({ key, value }) => ({ key, value: JSON.parse(value) as Json }))
  }

  close(): void {
    this.#database.close()
  }

  #migrate(): void {
    const { user_version: taken } = this.#sql('PRAGMA user_version').get() as { user_version: number }
    if (taken > SQLITE_MIGRATIONS.length)
      throw new Error('it was written by a newer version of Fairground, which this one cannot read')
    for (const step of SQLITE_MIGRATIONS.slice(taken)) this.#database.exec(step)
    if (taken < SQLITE_MIGRATIONS.length)
      this.#database.exec(`PRAGMA user_version = ${SQLITE_MIGRATIONS.length}`)
  }

  #sql(text: string): StatementSync {
    let statement = this.#statements.get(text)
    if (!statement) {
      statement = this.#database.prepare(text)
      this.#statements.set(text, statement)
    }
    return statement
  }
}

function entryOf(log: string, { seq, id, value }: Row): LogEntry {
  return { log, seq, id, value: JSON.parse(value) as Json }
}
