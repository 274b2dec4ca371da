/**
 * Tokens of devices and operators, all made of one key: nothing has to be kept to know them again.
 *
 *     node rooms/devices/keys.ts device greenhouse-7
 *     node rooms/devices/keys.ts operator
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('../../data/devices.key', import.meta.url))
const KEY_BYTES = 32

/** The fleet's key: DEVICES_KEY, else one that is made on this machine and stays on it. */
export function fleetKey(): Buffer {
  const given = process.env['DEVICES_KEY']
  if (given) return Buffer.from(given)
  const kept = readKept()
  if (kept) return kept
  mkdirSync(dirname(FILE), { recursive: true })
  try {
    writeFileSync(FILE, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    // Another process was faster: its key counts.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readKept()!
}

function readKept(): Buffer | undefined {
  try {
    return readFileSync(FILE)
  } catch {
    return undefined
  }
}

/** The token by which the device of that id proves itself. */
export function deviceToken(key: Buffer, id: string): string {
  return tokenFor(key, `device ${id}`)
}

/** The token of who may operate the fleet. */
export function operatorToken(key: Buffer): string {
  return tokenFor(key, 'operator')
}

/** Compares in a time that says nothing about where two tokens differ. */
export function sameToken(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function tokenFor(key: Buffer, whom: string): string {
  return createHmac('sha256', key).update(whom).digest('base64url')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [who, id] = process.argv.slice(2)
  const token =
    who === 'operator' ? operatorToken(fleetKey()) : who === 'device' && id && deviceToken(fleetKey(), id)
  if (!token) process.exitCode = 2
  process.stdout.write(`${token || 'Usage: node rooms/devices/keys.ts operator | device <id>'}\n`)
}
