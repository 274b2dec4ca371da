import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import type { TestNetwork } from './test-network.ts'

const ROOT = join(import.meta.dirname, '../..')

interface Surroundings {
  /** To run in, on all its addresses; without one on loopback only. */
  network?: TestNetwork
  /** Which server file of this folder; default: the quick arena. */
  file?: string
}

/** `fairground dev` on a server file of these tests in a process of its own, with an authority of its own. */
export class ArenaServer implements AsyncDisposable {
  readonly url: string
  readonly caPath: string
  readonly #folder: string
  readonly #port: number
  readonly #network: TestNetwork | undefined
  readonly #file: string
  /** What it has printed. */
  output = ''
  #child: ChildProcess | undefined

  private constructor(port: number, folder: string, { network, file = 'quick-arena.ts' }: Surroundings) {
    this.#port = port
    this.#network = network
    this.#file = file
    this.#folder = folder
    this.url = `https://localhost:${port}`
    this.caPath = join(folder, 'data/ca.pem')
  }

  static async start(surroundings: Surroundings = {}): Promise<ArenaServer> {
    const folder = mkdtempSync(join(tmpdir(), 'fairground-arena-'))
    const server = new ArenaServer(await freePort(), folder, surroundings)
    await server.run()
    return server
  }

  /** Starts the process, again after {@link stop} on the same port. */
  async run(): Promise<void> {
    const options = ['--no-watch', '--bots', '0', '--port', String(this.#port)]
    if (!this.#network) options.push('--host', '127.0.0.1')
    const [program, ...args] = [
      ...(this.#network?.prefix ?? []),
      ...[process.execPath, 'cli/main.ts', 'dev', `test/e2e/${this.#file}`, ...options],
    ]
    const child = spawn(program!, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        FAIRGROUND_DATA: join(this.#folder, 'data'),
        QUICK_ARENA_CERTS: join(this.#folder, 'certs'),
      },
    })
    this.#child = child
    this.output = ''
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        this.output += String(chunk)
        if (this.output.includes(this.url)) resolve()
      }
      child.stdout.on('data', read)
      child.stderr.on('data', read)
      child.once('exit', () => reject(new Error(`The server did not start:\n${this.output}`)))
    })
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (!child || child.exitCode !== null) return
    child.kill('SIGINT')
    await once(child, 'exit')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
