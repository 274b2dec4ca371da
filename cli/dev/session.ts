import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'
import type { ServerAddress } from '../../server/index.ts'
import { FairgroundError } from '../../shared/errors.ts'
import { printError } from '../print-error.ts'
import { Child } from './child.ts'
import type { ServeMessage } from './messages.ts'
import { Screen } from './screen.ts'
import { watchProject } from './watch.ts'

export interface DevOptions {
  file: string
  port: number | undefined
  host: string | undefined
  bots: number
  watch: boolean
}

/** This file's own kind: source in the repository, compiled in the package. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const SERVE = fileURLToPath(new URL(`../serve.${EXTENSION}`, import.meta.url))

/** Where a project keeps its bots, whatever this package's own files are. */
const BOTS = ['bots/main.ts', 'bots/main.js']

/** One run of `fairground dev`: a server that restarts when its files change, and the bots that play on it. */
export class DevSession {
  readonly #options: DevOptions
  readonly #folder: string
  readonly #screen = new Screen()
  readonly #stopWatching: (() => void) | undefined
  #server: Child | undefined
  #bots: Child | undefined
  #address: ServerAddress | undefined
  #work: Promise<void> = Promise.resolve()
  #stopping = false
  #end!: (code: number) => void
  /** Settles with the exit code when the session is over. */
  readonly ended: Promise<number>

  constructor(options: DevOptions) {
    this.#options = options
    this.#folder = dirname(options.file)
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
    if (options.watch)
      this.#stopWatching = watchProject(options.file, (paths) => this.#queue(() => this.#changed(paths)))
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void this.stop(0))
    this.#queue(() => this.#serve())
  }

  async stop(code: number): Promise<void> {
    this.#stopping = true
    this.#stopWatching?.()
    this.#screen.end()
    await this.#bots?.stop()
    await this.#server?.stop()
    this.#end(code)
  }

  /** One thing at a time: a restart must not overtake another. */
  #queue(work: () => Promise<void> | void): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      printError(error)
      this.#end(1)
    })
  }

  #serve(): void {
    const { file, port, host } = this.#options
    // A restarted server stays where players found it.
    const options = { port: this.#address?.port ?? port, host }
    this.#server = new Child(SERVE, {
      args: [file, JSON.stringify(options)],
      env: colours(),
      onOutput: (text) => this.#screen.write(text),
      onMessage: (message) => this.#heard(message as ServeMessage),
      onExit: (code) => this.#queue(() => this.#exited(code)),
    })
  }

  #heard(message: ServeMessage): void {
    switch (message.type) {
      case 'status':
        this.#screen.status(message.status)
        return
      case 'failed':
        this.#screen.end()
        this.#showFailure(message.error)
        return
      case 'listening':
        if (!this.#address) this.#screen.welcome(message.address)
        this.#address = message.address
        if (!this.#bots) this.#startBots(message.address)
    }
  }

  #showFailure({ code, text, next, stack }: Extract<ServeMessage, { type: 'failed' }>['error']): void {
    if (code === undefined) {
      this.#screen.write(`${styleText('red', text)}\n`)
      return
    }
    const cause = stack === undefined ? undefined : Object.assign(new Error(text), { stack })
    printError(new FairgroundError(code, { message: text, ...(next !== undefined && { next }), cause }))
  }

  async #exited(code: number | null): Promise<void> {
    if (this.#stopping) return
    // Before it ever listened nothing is worth waiting for, unless the next save may mend it.
    if (!this.#options.watch || !this.#address) return this.stop(code ?? 1)
    this.#screen.note('The server stopped. It starts again when a file changes.')
  }

  async #changed(paths: string[]): Promise<void> {
    const areas = new Set(paths.map((path) => path.split(sep)[0]))
    const only = (area: string) => areas.size === 1 && areas.has(area)
    const shown = paths.slice(0, 3).join(', ') + (paths.length > 3 ? ', …' : '')
    if (!only('web') && !only('bots')) {
      this.#screen.note(`${shown} changed: restarting the server`)
      await this.#server?.stop()
      this.#serve()
    }
    if (only('bots')) {
      this.#screen.note(`${shown} changed: restarting the bots`)
      await this.#bots?.stop()
      this.#bots = undefined
      if (this.#address) this.#startBots(this.#address)
    }
    if (paths.some(isPageSource)) await this.#buildPages()
  }

  #startBots({ url, caPath }: ServerAddress): void {
    const file = BOTS.map((name) => join(this.#folder, name)).find((path) => existsSync(path))
    if (this.#options.bots === 0 || file === undefined) return
    this.#bots = new Child(file, {
      env: {
        FAIRGROUND_URL: url.replace('https:', 'wss:'),
        FAIRGROUND_BOTS: String(this.#options.bots),
        ...(caPath !== undefined && { NODE_EXTRA_CA_CERTS: caPath }),
      },
      onOutput: (text) => this.#screen.write(text),
    })
  }

  /** Pages are built by Vite where the project has it; a reload of the page then shows the change. */
  #buildPages(): Promise<void> {
    const vite = join(this.#folder, 'node_modules', 'vite', 'bin', 'vite.js')
    if (!existsSync(vite) || !existsSync(join(this.#folder, 'vite.config.ts'))) return Promise.resolve()
    return new Promise((resolve) => {
      const build = spawn(process.execPath, [vite, 'build', '--logLevel', 'error'], { cwd: this.#folder })
      for (const stream of [build.stdout, build.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => this.#screen.write(text))
      }
      build.once('close', (code) => {
        if (code === 0) this.#screen.note(`Pages are built: reload them in the browser.`)
        resolve()
      })
    })
  }
}

function isPageSource(path: string): boolean {
  return /^(web|client-sdk|shared|rooms)\b/.test(path) && !path.endsWith(`${sep}room.ts`)
}

/** The children write to a pipe; their colours are still wanted on a terminal. */
function colours(): NodeJS.ProcessEnv {
  return process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
}
