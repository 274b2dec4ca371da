import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { pathOf } from '../needs.ts'
import { Program } from '../program.ts'

/** Debian's Redis on a port of its own, with a password. It can go away and come back. */
export class RedisServer {
  readonly port: number
  readonly password = 'correct-horse-battery'
  readonly #folder: string
  #program: Program | undefined

  private constructor(port: number, folder: string) {
    this.port = port
    this.#folder = folder
  }

  static async start(stack: AsyncDisposableStack, folder: string): Promise<RedisServer> {
    const redis = new RedisServer(await freePort(), join(folder, 'redis'))
    mkdirSync(redis.#folder)
    stack.defer(() => redis.stop())
    await redis.start()
    return redis
  }

  get url(): string {
    return `redis://:${this.password}@127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    this.#program = new Program(
      pathOf('redis')!,
      [
        ...['--port', String(this.port), '--bind', '127.0.0.1', '--requirepass', this.password],
        // Nothing is kept: what comes back after stop() knows nobody.
        ...['--dir', this.#folder, '--save', '', '--daemonize', 'no'],
      ],
      { cwd: this.#folder, env: { PATH: process.env['PATH'] } },
    )
    await this.#program.shows(/Ready to accept connections/)
  }

  async stop(): Promise<void> {
    await this.#program?.[Symbol.asyncDispose]()
  }
}
