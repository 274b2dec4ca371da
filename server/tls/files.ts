import { randomBytes } from 'node:crypto'
import { chmodSync, linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Text of a file, or `undefined` if there is none. @throws the system's error for every other failure. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Creates a file whole or not at all, and never over another one.
 * @returns what the file holds now: `text`, or what another process put there first.
 */
export function createOnce(path: string, text: string, mode: number): string {
  return withTemporary(path, { text, mode }, (temporary) => {
    try {
      linkSync(temporary, path)
      return text
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return readFileSync(path, 'utf8')
      throw error
    }
  })
}

/** Replaces a file in one step: a reader sees the old text or the new, never a half. */
export function replaceFile(path: string, text: string | Uint8Array, mode: number): void {
  withTemporary(path, { text, mode }, (temporary) => renameSync(temporary, path))
}

/** Takes other users' rights to a private file away, should somebody have given them. */
export function keepPrivate(path: string): void {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
}

/** Why the system refused, in words that fit behind a colon. */
export function systemReason(error: unknown): string {
  const code = systemCode(error)
  return (code && REASONS[code]) ?? (error instanceof Error ? error.message : String(error))
}

export function systemCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'this user has no permission',
  EPERM: 'this user has no permission',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a file stands in its place',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
}

function withTemporary<Result>(
  path: string,
  { text, mode }: { text: string | Uint8Array; mode: number },
  use: (temporary: string) => Result,
): Result {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    writeFileSync(temporary, text, { mode, flag: 'wx', flush: true })
    return use(temporary)
  } finally {
    rmSync(temporary, { force: true })
  }
}
