/** What can be kept: anything JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** One entry of a log. */
export interface LogEntry {
  /** The log it stands in. */
  readonly log: string
  /** Its place: the first entry of a log is 1, and there are no gaps. */
  readonly seq: number
  /** Unique in its log; chosen by whoever appended it. */
  readonly id: string
  readonly value: Json
}

/** What {@link GameStorage.append} writes. */
export interface NewEntry {
  readonly log: string
  readonly id: string
  readonly value: Json
}

/** What became of a {@link NewEntry}: `isNew` is false where the log had that id already, and holds what it had. */
export interface Appended extends LogEntry {
  readonly isNew: boolean
}

/** Which part of a log: the last entries before a place, or the first ones after it. */
export interface PageOptions {
  /** Entries with a smaller number only; the nearest ones. */
  readonly before?: number
  /** Entries with a larger number only; the nearest ones. Wins over `before`. */
  readonly after?: number
  /** 1 to 1,000. */
  readonly limit: number
}

/**
 * Where rooms keep what must outlive them: records, found by key, and logs, which only grow. Names of logs and keys are
 * 1 to 200 characters; a value is 1 MiB of JSON at most.
 *
 * Every write is on the disk when its promise settles: it survives the end of the process and of the machine's power.
 * Operations take effect in the order of their calls. What fails changes nothing.
 *
 * All methods reject with FairgroundError STORAGE_BUSY (another program holds the lock), STORAGE_FULL (no room on the
 * disk), STORAGE_INVALID (a name or value that cannot be kept) or STORAGE_FAILED (anything else, with the cause).
 */
export interface GameStorage {
  /**
   * Opens what is there, or makes it new. The server calls this once, when it begins to listen.
   *
   * @throws FairgroundError STORAGE_UNUSABLE
   */
  open(): Promise<void>

  /**
   * Appends all of these or none. An id that its log has already is not appended again: who is not sure whether a write
   * arrived repeats it, and nothing is doubled.
   *
   * @returns one answer for each entry, in order
   */
  append(entries: readonly NewEntry[]): Promise<readonly Appended[]>

  /** Replaces the value of one entry; its place and id stay. @returns undefined where there is no such entry */
  amend(log: string, seq: number, value: Json): Promise<LogEntry | undefined>

  /** Entries in the order of the log. Without `before` and `after`, the last ones. */
  page(log: string, options: PageOptions): Promise<readonly LogEntry[]>

  /** The entry with that id. */
  find(log: string, id: string): Promise<LogEntry | undefined>

  /** Number of the last entry, which is also how many there are; 0 for a log that has none. */
  last(log: string): Promise<number>

  get(key: string): Promise<Json | undefined>

  /** Writes a record, or removes it with undefined. */
  put(key: string, value: Json | undefined): Promise<void>

  /** Records whose keys begin with `prefix`, by key. @param limit 1 to 100,000, default 1,000 */
  list(prefix: string, limit?: number): Promise<readonly { readonly key: string; readonly value: Json }[]>

  /** Finishes what was asked for and lets go. The server calls this when its rooms are closed. */
  close(): Promise<void>
}
