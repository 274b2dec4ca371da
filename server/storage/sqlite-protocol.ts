import type { ErrorCode } from '../../shared/errors.ts'
import type { Operation } from './operations.ts'

/** What a SQLite storage and its thread say to each other. */
export interface SqliteWorkerData {
  readonly path: string
  readonly busyMs: number
}

export interface Question {
  readonly number: number
  readonly operation: Operation | 'open' | 'close'
  readonly args: readonly unknown[]
}

export interface Refusal {
  readonly message: string
  /** Set where it is an answer of ours. */
  readonly code: ErrorCode | undefined
  /** SQLite's own result code. */
  readonly sqlite: number | undefined
}

export interface Answer {
  readonly number: number
  readonly result?: unknown
  readonly refusal?: Refusal
}
