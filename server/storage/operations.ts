import { FairgroundError } from '../../shared/errors.ts'
import type { GameStorage, Json } from './storage.ts'

/** What a storage can be asked for once it is open. */
export type Operation = Exclude<keyof GameStorage, 'open' | 'close'>
export type Arguments<O extends Operation> = Parameters<GameStorage[O]>
export type Result<O extends Operation> = Awaited<ReturnType<GameStorage[O]>>

/** Operations that change something: they share transactions, the others run between them. */
export const WRITES: ReadonlySet<string> = new Set<Operation>(['append', 'amend', 'put'])

const MAX_NAME_CHARS = 200
const MAX_VALUE_CHARS = 1_048_576
const MAX_PAGE = 1_000
const MAX_LIST = 100_000

/** A name of a log, a key or an id that every implementation can keep. @throws FairgroundError STORAGE_INVALID */
export function checkName(what: string, name: unknown): void {
  const fits = typeof name === 'string' && name.length >= 1 && name.length <= MAX_NAME_CHARS
  // A null character ends a text in some databases, and half a character is none in any.
  if (fits && !name.includes('\0') && name.isWellFormed()) return
  throw invalid(`${what} must be 1 to ${MAX_NAME_CHARS} characters without null characters.`)
}

/** The text that carries a value. @throws FairgroundError STORAGE_INVALID */
export function textOf(value: Json): string {
  const text = toJson(value)
  if (text === undefined) throw invalid('A value must be something that JSON can carry.')
  if (text.length > MAX_VALUE_CHARS) throw invalid(`A value of ${text.length} characters is too large.`)
  return text
}

export function checkPage(limit: unknown): void {
  checkLimit(limit, MAX_PAGE)
}

export function checkList(limit: unknown): void {
  checkLimit(limit, MAX_LIST)
}

function checkLimit(limit: unknown, most: number): void {
  if (Number.isInteger(limit) && (limit as number) >= 1 && (limit as number) <= most) return
  throw invalid(`A limit must be a whole number from 1 to ${most}, not ${String(limit)}.`)
}

function toJson(value: Json): string | undefined {
  try {
    // JSON.stringify escapes half characters and null characters, so that any database keeps the text as it is.
    return JSON.stringify(value)
  } catch (cause) {
    throw new FairgroundError('STORAGE_INVALID', { cause })
  }
}

function invalid(message: string): FairgroundError {
  return new FairgroundError('STORAGE_INVALID', { message })
}
