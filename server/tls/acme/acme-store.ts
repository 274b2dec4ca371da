import { randomBytes } from 'node:crypto'
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { inCertsFolder } from '../certs-folder.ts'
import { createOnce, keepPrivate, readIfThere, replaceFile, systemCode } from '../files.ts'
import { newKeyPem } from '../p256-key.ts'

/** A lock whose owner has not touched it for this long belongs to a process that died, in milliseconds. */
const STALE_MS = 60_000
const TOUCH_EVERY_MS = 10_000
const ASK_AGAIN_MS = 250

/**
 * What one authority issued for one set of names, in a folder that several processes may share: the account's key, and
 * certificate and key together in one file, so that nobody ever reads halves that do not belong together.
 */
export class AcmeStore {
  readonly #folder: string
  readonly certificatePath: string
  readonly #lockPath: string

  /**
   * @param folder made with mode 0700 if it is not there
   * @param name the first of the names, which names the file
   */
  constructor(folder: string, name: string) {
    this.#folder = folder
    this.certificatePath = join(folder, `${name.replaceAll(/[^\w.-]/g, '_')}.pem`)
    this.#lockPath = `${this.certificatePath}.lock`
  }

  /** The account's key, made at the first call. @throws FairgroundError CERTS_FOLDER_UNUSABLE */
  accountKey(): string {
    return this.#use(() => {
      const path = join(this.#folder, 'account.key')
      const found = readIfThere(path)
      if (found !== undefined) keepPrivate(path)
      return found ?? createOnce(path, newKeyPem(), 0o600)
    })
  }

  /** Chain and key as they were written, if they were. @throws FairgroundError CERTS_FOLDER_UNUSABLE */
  read(): string | undefined {
    return this.#use(() => readIfThere(this.certificatePath))
  }

  /** Replaces chain and key in one step. @throws FairgroundError CERTS_FOLDER_UNUSABLE */
  write(pem: string): void {
    this.#use(() => replaceFile(this.certificatePath, pem, 0o600))
  }

  /** Tells one version of the file from the next. */
  version(): string {
    try {
      const { ino, mtimeMs, size } = statSync(this.certificatePath)
      return `${ino}:${mtimeMs}:${size}`
    } catch {
      return ''
    }
  }

  /** Waits until no other process asks the authority for this certificate. Answers with what lets the next one. */
  async lock(signal: AbortSignal): Promise<() => void> {
    while (!this.#use(() => this.#tryLock())) await wait(ASK_AGAIN_MS, undefined, { signal })
    const touching = setInterval(() => {
      const now = new Date()
      utimesSync(this.#lockPath, now, now)
    }, TOUCH_EVERY_MS)
    touching.unref()
    return () => {
      clearInterval(touching)
      rmSync(this.#lockPath, { force: true })
    }
  }

  #tryLock(): boolean {
    try {
      writeFileSync(this.#lockPath, `${process.pid}\n`, { flag: 'wx', mode: 0o600 })
      return true
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
      this.#breakStaleLock()
      return false
    }
  }

  /** Of processes that see the same dead lock, one takes it away; a living one that was caught instead is put back. */
  #breakStaleLock(): void {
    const aside = `${this.#lockPath}.${randomBytes(4).toString('hex')}`
    try {
      if (Date.now() - statSync(this.#lockPath).mtimeMs < STALE_MS) return
      renameSync(this.#lockPath, aside)
      if (Date.now() - statSync(aside).mtimeMs < STALE_MS) linkSync(aside, this.#lockPath)
    } catch (error) {
      if (!['ENOENT', 'EEXIST'].includes(systemCode(error) ?? '')) throw error
    } finally {
      rmSync(aside, { force: true })
    }
  }

  #use<Result>(action: () => Result): Result {
    return inCertsFolder(this.#folder, () => {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
      return action()
    })
  }
}

const TOKEN = /^[\w-]{1,128}$/

/** Answers to http-01 challenges, in files: whichever of several processes holds port 80 can give them. */
export class HttpProofs {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Puts an answer in place. @returns what takes it away */
  add(token: string, keyAuthorization: string): () => void {
    const path = join(this.#folder, token)
    inCertsFolder(this.#folder, () => {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
      replaceFile(path, keyAuthorization, 0o600)
    })
    return () => rmSync(path, { force: true })
  }

  /** The answer for a token out of a request, whatever that holds. */
  find(token: string): string | undefined {
    if (!TOKEN.test(token)) return undefined
    try {
      return readFileSync(join(this.#folder, token), 'utf8')
    } catch {
      return undefined
    }
  }
}
