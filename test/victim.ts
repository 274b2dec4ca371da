import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

/** Longest time without a sign of life after which a server counts as hanging, in milliseconds. */
const HANG_MS = 4_000

/** A server in a process of its own, which a test may crash or hang without losing its own. */
export class Victim implements AsyncDisposable {
  readonly url: string
  readonly #process: ChildProcess
  readonly #folder: string
  #exitCode: number | null | undefined

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url
    this.#process = child
    this.#folder = folder
    child.once('exit', (code) => {
      this.#exitCode = code
    })
  }

  /** @param file a script that says over IPC where it listens, and then beats; `SIDE` and `FOLDER` are in its environment */
  static async start(file: string, env: Record<string, string>): Promise<Victim> {
    const folder = await mkdtemp(join(tmpdir(), 'fairground-victim-'))
    const child = fork(file, {
      env: { ...process.env, ...env, FOLDER: folder },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const [told] = (await once(child, 'message')) as [{ url: string; caPath?: string }]
    if (told.caPath !== undefined)
      setDefaultCACertificates([...getCACertificates('default'), await readFile(told.caPath, 'utf8')])
    return new Victim(told.url, child, folder)
  }

  /** Asks the process something over IPC and waits for the answer. */
  async ask<T>(question: string): Promise<T> {
    const answer = new Promise<T>((resolve) => {
      const hear = (message: { answer?: string; value: T } | 'beat') => {
        if (message === 'beat' || message.answer !== question) return
        this.#process.off('message', hear)
        resolve(message.value)
      }
      this.#process.on('message', hear)
    })
    this.#process.send(question)
    return answer
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name)
  }

  /** Its exit code, once it has ended by itself; null when a signal ended it. */
  async ended(): Promise<number | null> {
    if (this.#exitCode === undefined) await once(this.#process, 'exit')
    return this.#exitCode ?? null
  }

  /** What became of it: it still works, its event loop stands still, or it ended with that code. */
  async fate(): Promise<'works' | 'hangs' | `ended with ${string}`> {
    // Two signs: the first may have been under way before whatever happened to it.
    for (let seen = 0; seen < 2; seen++) {
      const nothing = new AbortController()
      const ended = once(this.#process, 'exit', { signal: nothing.signal }).catch(() => {})
      const beat = once(this.#process, 'message', { signal: nothing.signal }).then(
        () => 'beat',
        () => {},
      )
      const sign =
        this.#exitCode === undefined ? await Promise.race([ended, beat, wait(HANG_MS, 'none')]) : undefined
      nothing.abort()
      if (sign === 'none') return 'hangs'
      if (this.#exitCode !== undefined || sign !== 'beat') return `ended with ${this.#exitCode}`
    }
    return 'works'
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#exitCode === undefined) {
      const exit = once(this.#process, 'exit')
      this.#process.kill('SIGKILL')
      await exit
    }
    await rm(this.#folder, { recursive: true, force: true })
  }
}
