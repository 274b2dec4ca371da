import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { join } from 'node:path'

/** A Node process on a core of its own, spoken to by IPC messages. */
export class BenchChild {
  readonly #process: ChildProcess

  constructor(part: string, core: number, env: NodeJS.ProcessEnv = {}) {
    const file = join(import.meta.dirname, part)
    // With one core all share it, which is enough to prove that a benchmark works.
    const there = String(core % cpus().length)
    this.#process = spawn('taskset', ['-c', there, process.execPath, file], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...env },
    })
    this.#process.once('exit', (code) => {
      if (code) throw new Error(`${part} ended with code ${code}`)
    })
  }

  /** Sends a message and waits for the answer. */
  async ask<T>(message: object): Promise<T> {
    const answer = once(this.#process, 'message')
    this.#process.send(message)
    return (await answer)[0] as T
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await exit
  }
}
