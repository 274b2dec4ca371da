import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { join } from 'node:path'

/** A Node process on a core of its own, spoken to by IPC messages. */
export class BenchChild {
  readonly #process: ChildProcess
  readonly #ended: Promise<never>

  constructor(part: string, core: number, env: NodeJS.ProcessEnv = {}) {
    const file = join(import.meta.dirname, part)
    // With one core all share it, which is enough to prove that a benchmark works.
    const there = String(core % cpus().length)
    this.#process = spawn('taskset', ['-c', there, process.execPath, file], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...env },
    })
    this.#ended = once(this.#process, 'exit').then(([code, signal]) => {
      throw new Error(`${part} ended with ${code === null ? signal : `code ${code}`}`)
    })
    this.#ended.catch(() => {}) // whoever asks next is told
  }

  /**
   * Sends a message and waits for the answer.
   *
   * @throws when the process has ended, or answers with a `failure`
   */
  async ask<T>(message: object): Promise<T> {
    const answer = once(this.#process, 'message')
    this.#process.send(message)
    const [answered] = await Promise.race([answer, this.#ended])
    const failure = (answered as { failure?: string } | undefined)?.failure
    if (failure !== undefined) throw new Error(failure)
    return answered as T
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const exit = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await exit
  }
}
