import { type ChildProcess, fork } from 'node:child_process'

/** Time a child has to end by itself before it is killed, in milliseconds; a server's own deadline is shorter. */
const STOP_MS = 12_000

export interface ChildOptions {
  args?: string[]
  env?: NodeJS.ProcessEnv
  /** Each piece of what it prints. */
  onOutput(text: string): void
  onMessage?(message: unknown): void
  /** Ended by itself, not by {@link Child.stop}. */
  onExit?(code: number | null): void
}

/** A Node process of ours: its output passes through the terminal's one writer, and it never outlives us. */
export class Child {
  readonly #process: ChildProcess
  readonly #ended: Promise<void>
  #stopping = false

  constructor(file: string, { args = [], env, onOutput, onMessage, onExit }: ChildOptions) {
    this.#process = fork(file, args, {
      // It notices by its closed channel when this process is gone.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...env },
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', onOutput)
    }
    if (onMessage) this.#process.on('message', onMessage)
    this.#ended = new Promise((resolve) => {
      this.#process.once('exit', (code) => {
        resolve()
        if (!this.#stopping) onExit?.(code)
      })
    })
  }

  /** Ends the process and waits until it has ended. */
  async stop(): Promise<void> {
    this.#stopping = true
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    this.#process.kill('SIGTERM')
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MS)
    await this.#ended
    clearTimeout(timer)
  }
}
