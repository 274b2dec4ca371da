import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import type { TestNetwork } from './test-network.ts'

const ROOT = join(import.meta.dirname, '../..')

/** `fairground dev` on quick-arena.ts in a process of its own, with an authority of its own. */
export class ArenaServer implements AsyncDisposable {
  readonly url: string
  readonly caPath: string
  readonly #folder: string
  readonly #port: number
  readonly #network: TestNetwork | undefined
  /** What it has printed. */
  output = ''
  #child: ChildProcess | undefined

  private constructor(port: number, folder: string, network: TestNetwork | undefined) {
    this.#port = port
    this.#network = network
    this.#folder = folder
    this.url = `https://localhost:${port}`
    this.caPath = join(folder, 'data/ca.pem')
  }

  /** @param network to run in, on all its addresses; without one on loopback only */
  static async start(network?: TestNetwork): Promise<ArenaServer> {
    const folder = mkdtempSync(join(tmpdir(), 'fairground-arena-'))
    const server = new ArenaServer(await freePort(), folder, network)
    await server.run()
    return server
  }

  /** Starts the process, again after {@link stop} on the same port. */
  async run(): Promise<void> {
    const options = ['--no-watch', '--bots', '0', '--port', String(this.#port)]
    if (!this.#network) options.push('--host', '127.0.0.1')
    const [program, ...args] = [
      ...(this.#network?.prefix ?? []),
      ...[process.execPath, 'cli/main.ts', 'dev', 'test/e2e/quick-arena.ts', ...options],
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
