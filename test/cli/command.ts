import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { eventually } from '../eventually.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LAUNCHER = join(ROOT, 'bin', 'fairground.mjs')

/** Longest life of a command in a test; one that hangs is ended by its process id. */
const LIFETIME_MS = 25_000

/** A folder of somebody's game: its files by name, and a home of its own beside it, where the authority is made. */
export function project(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairground-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const game = join(folder, 'game')
  for (const path of [game, join(folder, 'home')]) mkdirSync(path)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(game, name), text)
  return game
}

/** Text of a server file with one room. */
export function serverFile(room: string, more = ''): string {
  return `
    import { createServer, GameRoom } from '${ROOT}server/index.ts'
    class Room extends GameRoom {}
    ${more}
    export const server = createServer({ rooms: { '${room}': Room }, limits: { joinBurst: 10_000 } })
  `
}

export interface CommandOptions {
  cwd: string
  env?: Readonly<Record<string, string>>
  /** Path of the Node that runs it; the tests' own by default. */
  node?: string
}

/** One run of `fairground`, as a process of its own. It does not outlive its test. */
export class Command {
  stdout = ''
  stderr = ''
  readonly ended: Promise<number | null>
  readonly #process: ChildProcess

  constructor(args: readonly string[], { cwd, env = {}, node = process.execPath }: CommandOptions) {
    const home = join(cwd, '..', 'home')
    this.#process = spawn(node, [LAUNCHER, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Nothing of the tests' own surroundings: no PORT, no NODE_ENV, no data folder of a real user.
      env: {
        ...{ PATH: process.env['PATH'], HOME: home, XDG_DATA_HOME: join(home, 'data'), NO_COLOR: '1' },
        ...env,
      },
    })
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    this.ended = once(this.#process, 'close').then(([code]) => code as number | null)
    const lifetime = setTimeout(() => this.#process.kill('SIGKILL'), LIFETIME_MS)
    void this.ended.then(() => clearTimeout(lifetime))
    onTestFinished(async () => {
      this.#process.kill('SIGKILL')
      await this.ended
    })
  }

  get output(): string {
    return this.stdout + this.stderr
  }

  /** Waits until its output shows something, and answers with the match. */
  shows(pattern: RegExp): Promise<RegExpExecArray> {
    return eventually(() => {
      const match = pattern.exec(this.output)
      if (!match) throw new Error(`no ${pattern} in what it printed:\n${this.output}`)
      return match
    })
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name)
  }
}

/** Runs a command to its end. */
export async function run(
  args: readonly string[],
  options: CommandOptions,
): Promise<Command & { code: number | null }> {
  const command = new Command(args, options)
  return Object.assign(command, { code: await command.ended })
}
