import {
  type ChildProcess,
  type ChildProcessByStdio,
  execFileSync,
  spawn,
  spawnSync,
} from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { pathOf } from '../needs.ts'

/** How a line is. Each packet for itself is late, lost or doubled; jitter puts packets out of order. */
export interface Quality {
  delayMs?: number
  jitterMs?: number
  /** Share of packets that get lost, 0 to 1. */
  loss?: number
  /** Share of packets that arrive twice. */
  double?: number
  /** Directions in which nothing is carried. */
  dark?: readonly ('toClient' | 'toServer')[]
}

/** What became of the packets so far. */
export interface Counts {
  carried: number
  lost: number
  doubled: number
  /** Overtaken by one that was sent later. */
  late: number
  dark: number
}

/** Whether this process may make such a network: root may, where the kernel has TUN and network namespaces. */
export function mayMakeLines(): boolean {
  if (process.getuid?.() !== 0 || pathOf('ip') === undefined || pathOf('python3') === undefined) return false
  const name = `fairground-try-${randomInt(1e9)}`
  const made = spawnSync('ip', ['netns', 'add', name]).status === 0
  const device = ['-n', name, 'tuntap', 'add', 'try0', 'mode', 'tun']
  const possible = made && spawnSync('ip', device).status === 0
  spawnSync('ip', ['netns', 'del', name])
  return possible
}

const SIDES = { client: '10.66.0.1', server: '10.66.0.2' } as const
type Side = keyof typeof SIDES

/**
 * Two machines that see nothing but each other, over a line as bad as one likes: network namespaces with TUN devices, and
 * a small program between them, for kernels here have no netem.
 */
export class BadLine implements AsyncDisposable {
  readonly serverAddress = SIDES.server
  readonly #name = `fairground-${randomInt(1e9)}`
  readonly #children: ChildProcess[] = []
  #line!: ChildProcessByStdio<Writable, Readable, null>
  #answers!: Interface

  /** @param seed of the chance by which packets are lost */
  static async open(seed: number): Promise<BadLine> {
    const line = new BadLine()
    try {
      await line.#open(seed)
      return line
    } catch (error) {
      await line[Symbol.asyncDispose]()
      throw error
    }
  }

  async #open(seed: number): Promise<void> {
    for (const space of ['client', 'server', 'line']) ip('netns', 'add', this.#space(space))
    // In a namespace of its own, so that the devices never show up in the machine's own network.
    const script = join(import.meta.dirname, 'line.py')
    const command = [pathOf('python3')!, script, 'client0', 'server0', String(seed)]
    this.#line = spawn('ip', ['netns', 'exec', this.#space('line'), ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#answers = createInterface(this.#line.stdout)
    await once(this.#answers, 'line')
    for (const side of ['client', 'server'] as const) {
      const there = ['-n', this.#space(side)]
      const other = SIDES[side === 'client' ? 'server' : 'client']
      ip('-n', this.#space('line'), 'link', 'set', `${side}0`, 'netns', this.#space(side))
      ip(...there, 'address', 'add', SIDES[side], 'peer', other, 'dev', `${side}0`)
      for (const device of ['lo', `${side}0`]) ip(...there, 'link', 'set', device, 'up')
    }
  }

  /** From now on the line is like that; what is not named stays as it is. Answers with what became of packets so far. */
  async become(quality: Quality): Promise<Counts> {
    return this.#tell(quality)
  }

  /** Drops for ever what belongs to the connections of this moment; new ones are carried. */
  async forgetConnections(): Promise<void> {
    await this.#tell({ forget: true })
  }

  /** Runs a script on one of the machines, with IPC. It ends with the line. */
  run(side: Side, script: string, env: Record<string, string>): ChildProcess {
    const command = ['netns', 'exec', this.#space(side), process.execPath, script]
    const child = spawn('ip', command, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#children.push(child)
    return child
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of [...this.#children, this.#line]) {
      if (!child || child.exitCode !== null || child.signalCode !== null) continue
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    }
    for (const space of ['client', 'server', 'line']) spawnSync('ip', ['netns', 'del', this.#space(space)])
  }

  async #tell(order: object): Promise<Counts> {
    const answer = once(this.#answers, 'line')
    this.#line.stdin.write(`${JSON.stringify(order)}\n`)
    return JSON.parse((await answer)[0] as string) as Counts
  }

  #space(name: string): string {
    return `${this.#name}-${name}`
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: 'pipe' })
}
