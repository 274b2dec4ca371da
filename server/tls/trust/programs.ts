import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where root's programs are; a user's PATH often lacks them. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin']

/** Longest that a program may take, in milliseconds: rebuilding a system's store takes some seconds. */
const LONGEST_MS = 120_000

/** Full path of a program, or nothing if this machine lacks it. */
export function findProgram(name: string, pathVariable = process.env['PATH'] ?? ''): string | undefined {
  return [...pathVariable.split(delimiter), ...SYSTEM_FOLDERS]
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

export interface Ran {
  readonly ok: boolean
  readonly output: string
  /** Last line of what it said about its failure. */
  readonly reason: string
}

/** Runs a program to its end, without a terminal: it must not ask. */
export function runProgram(path: string, args: readonly string[]): Ran {
  const { status, stdout, stderr, error } = spawnSync(path, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_MS,
  })
  const said = (stderr || stdout || '').trim().split('\n').at(-1)
  return {
    ok: status === 0,
    output: stdout ?? '',
    reason: error?.message ?? (said || `it ended with code ${status}`),
  }
}

/** A word of a command, for a person to copy into a POSIX shell. */
export function shellQuote(text: string): string {
  return /^[\w/.@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
