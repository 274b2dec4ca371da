import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { inCertsFolder } from '../certs-folder.ts'
import { createOnce, keepPrivate, readIfThere, replaceFile } from '../files.ts'
import { newKeyPem } from '../p256-key.ts'
import { AcmeLock } from './acme-lock.ts'

const ASK_AGAIN_MS = 250
/** More than certificate, chain and key of a hundred names take. */
const ROOM_BYTES = 64 * 1024

/**
 * What one authority issued for one set of names, in a folder that several processes may share: the account's key, and
 * certificate and key together in one file, so that nobody ever reads halves that do not belong together.
 */
export class AcmeStore {
  readonly #folder: string
  readonly certificatePath: string
  /** What was asked for, without secrets: who renews later asks for the same. */
  readonly requestPath: string
  /** The last attempt that failed. */
  readonly failurePath: string
  readonly #lock: AcmeLock

  /**
   * @param folder made with mode 0700 if it is not there
   * @param name the first of the names, which names the file
   */
  constructor(folder: string, name: string) {
    this.#folder = folder
    const base = join(folder, name.replaceAll(/[^\w.-]/g, '_'))
    this.certificatePath = `${base}.pem`
    this.requestPath = `${base}.json`
    this.failurePath = `${base}.failed.json`
    this.#lock = new AcmeLock(`${base}.lock`)
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

  /** What the same authority issued for other sets of names. @throws FairgroundError CERTS_FOLDER_UNUSABLE */
  readOthers(): { path: string; pem: string }[] {
    return this.#use(() =>
      readdirSync(this.#folder)
        .filter((file) => file.endsWith('.pem') && !file.startsWith('.'))
        .map((file) => join(this.#folder, file))
        .filter((path) => path !== this.certificatePath)
        .map((path) => ({ path, pem: readIfThere(path) ?? '' })),
    )
  }

  /** Replaces chain and key in one step. @throws FairgroundError CERTS_FOLDER_UNUSABLE */
  write(pem: string, request: object): void {
    this.#use(() => {
      replaceFile(this.certificatePath, pem, 0o600)
      replaceFile(this.requestPath, `${JSON.stringify(request, undefined, 2)}\n`, 0o600)
    })
  }

  /**
   * Makes sure that a certificate can be kept, before one is asked for that would then be lost and still count.
   *
   * @throws FairgroundError CERTS_FOLDER_UNUSABLE
   */
  checkRoom(): void {
    const path = `${this.certificatePath}.${randomBytes(4).toString('hex')}.room`
    this.#use(() => {
      try {
        writeFileSync(path, Buffer.alloc(ROOM_BYTES), { flag: 'wx', mode: 0o600, flush: true })
      } finally {
        rmSync(path, { force: true })
      }
    })
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

  /** When the certificate was written, in milliseconds since 1970 by this machine's clock; 0 if it never was. */
  obtainedMs(): number {
    return statSync(this.certificatePath, { throwIfNoEntry: false })?.mtimeMs ?? 0
  }

  /** Waits until no other process asks the authority for this certificate. Answers with what lets the next one. */
  async lock(signal: AbortSignal): Promise<() => void> {
    for (;;) {
      const unlock = this.#use(() => this.#lock.take())
      if (unlock) return unlock
      await wait(ASK_AGAIN_MS, undefined, { signal })
    }
  }

  #use<Result>(action: () => Result): Result {
    return inCertsFolder(this.#folder, () => {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
      return action()
    })
  }
}
