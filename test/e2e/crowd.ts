import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ArenaServer } from './arena-server.ts'

const ROOT = join(import.meta.dirname, '../..')

/** `fairground bots` in a process of its own, on a server of these tests. */
export class Crowd implements AsyncDisposable {
  readonly #child: ChildProcess
  /** Settles when all of them have joined. */
  readonly in: Promise<void>
  /** What it has printed. */
  output = ''

  constructor(
    { url, caPath }: ArenaServer,
    { room, load, bots }: { room: string; load: number; bots: number },
  ) {
    const options = ['--count', String(bots), '--load', String(load), '--ca', caPath]
    const address = ['--url', url.replace('https:', 'wss:')]
    this.#child = spawn(process.execPath, ['cli/main.ts', 'bots', room, ...options, ...address], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.in = new Promise((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        this.output += String(chunk)
        if (this.output.includes('are in')) resolve()
      }
      this.#child.stdout?.on('data', read)
      this.#child.stderr?.on('data', read)
      this.#child.once('exit', () => reject(new Error(`The crowd did not come in:\n${this.output}`)))
    })
  }

  /** Ends it as Ctrl-C does. @returns the exit code */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGINT')
      await once(this.#child, 'exit')
    }
    return this.#child.exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}
