import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { vi } from 'vitest'

export interface ProgramOptions {
  cwd: string
  env: NodeJS.ProcessEnv
}

/** A command as a process of its own, with what it prints. It does not outlive its block: `await using`. */
export class Program implements AsyncDisposable {
  output = ''
  readonly ended: Promise<number | null>
  readonly #process: ChildProcess

  constructor(command: string, args: readonly string[], { cwd, env }: ProgramOptions) {
    // A group of its own, so that what the command starts can be ended with it.
    this.#process = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
      })
    }
    this.ended = once(this.#process, 'close').then(([code]) => code as number | null)
  }

  get pid(): number {
    return this.#process.pid!
  }

  /** Waits until its output shows something, `ms` at most, and answers with the match. */
  shows(pattern: RegExp, ms = 20_000): Promise<RegExpExecArray> {
    const look = (): RegExpExecArray => {
      const match = pattern.exec(this.output)
      if (!match) throw new Error(`no ${pattern} in what it printed:\n${this.output}`)
      return match
    }
    return vi.waitFor(look, { timeout: ms, interval: 20 })
  }

  /** Ends it as Ctrl-C does, and waits for that. */
  async stop(): Promise<number | null> {
    this.#signal('SIGINT')
    return this.ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal('SIGKILL')
    await this.ended
  }

  #signal(name: NodeJS.Signals): void {
    if (this.#process.pid === undefined || this.#process.exitCode !== null) return
    try {
      process.kill(-this.#process.pid, name)
    } catch {
      // It ended in that moment.
    }
  }
}

/** Runs a command to its end. @returns what it printed. @throws with that when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<string> {
  await using program = new Program(command, args, options)
  const code = await program.ended
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${program.output}`)
  return program.output
}
