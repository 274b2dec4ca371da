import { randomBytes } from 'node:crypto'
import {
  linkSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { readIfThere, systemCode } from '../files.ts'

/** A lock whose owner has not touched it for this long belongs to a process that died, in milliseconds. */
const STALE_MS = 30_000
const TOUCH_EVERY_MS = 5_000

/** Which of several processes may ask an authority: a file that one of them can make, and that it keeps young. */
export class AcmeLock {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Answers with what lets the next one, or nothing while another process has it. @throws the system's error */
  take(): (() => void) | undefined {
    const mine = `${process.pid} ${randomBytes(8).toString('hex')} ${MACHINE}`
    if (!this.#create(mine)) {
      this.#breakDead()
      return undefined
    }
    const touching = setInterval(() => this.#touch(), TOUCH_EVERY_MS)
    touching.unref()
    return () => {
      clearInterval(touching)
      // After a long sleep of this machine another process may have broken this lock and made its own.
      if (readIfThere(this.#path) === mine) rmSync(this.#path, { force: true })
    }
  }

  #create(text: string): boolean {
    try {
      writeFileSync(this.#path, text, { flag: 'wx', mode: 0o600 })
      return true
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false
      // On a full disk it is there all the same, empty.
      rmSync(this.#path, { force: true })
      throw error
    }
  }

  #touch(): void {
    try {
      const now = new Date()
      utimesSync(this.#path, now, now)
    } catch {
      // Somebody has taken it away; the next touch, or the end, will do.
    }
  }

  /** Of processes that see the same dead lock, one takes it away; a living one that was caught instead is put back. */
  #breakDead(): void {
    const aside = `${this.#path}.${randomBytes(4).toString('hex')}`
    try {
      if (!isDead(this.#path)) return
      renameSync(this.#path, aside)
      if (!isDead(aside)) linkSync(aside, this.#path)
    } catch (error) {
      if (!['ENOENT', 'EEXIST'].includes(systemCode(error) ?? '')) throw error
    } finally {
      rmSync(aside, { force: true })
    }
  }
}

/** Process ids mean something within one machine and one container only. */
const MACHINE = `${hostname()} ${processNamespace()}`

function isDead(path: string): boolean {
  if (Date.now() - statSync(path).mtimeMs >= STALE_MS) return true
  const [, pid, machine] = /^(\d+) \S+ (.*)$/.exec(readFileSync(path, 'utf8')) ?? []
  return machine === MACHINE && !isAlive(Number(pid))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) !== 'ESRCH'
  }
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return process.platform
  }
}
