import { execFileSync, spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathOf } from '../needs.ts'

/** Whether this process may make networks of its own: root may, where the kernel has them. */
export function mayMakeNetworks(): boolean {
  if (pathOf('ip') === undefined || process.getuid?.() !== 0) return false
  const name = `fairground-try-${randomInt(1e9)}`
  const made = spawnSync('ip', ['netns', 'add', name]).status === 0
  const linked = made && spawnSync('ip', ['-n', name, 'link', 'add', 'lan0', 'type', 'veth']).status === 0
  spawnSync('ip', ['netns', 'del', name])
  return linked
}

/** A network without a way out, in which this machine has an address like the ones that routers give at home. */
export class TestNetwork implements Disposable {
  readonly address = '192.168.77.20'
  /** What a command begins with so that it runs there. */
  readonly prefix: readonly string[]
  readonly #name = `fairground-${randomInt(1e9)}`
  readonly #folder = mkdtempSync(join(tmpdir(), 'fairground-network-'))

  constructor() {
    this.prefix = ['ip', 'netns', 'exec', this.#name]
    const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' })
    ip('netns', 'add', this.#name)
    try {
      ip('-n', this.#name, 'link', 'set', 'lo', 'up')
      ip('-n', this.#name, 'link', 'add', 'lan0', 'type', 'veth', 'peer', 'name', 'router0')
      ip('-n', this.#name, 'address', 'add', `${this.address}/24`, 'dev', 'lan0')
      for (const device of ['router0', 'lan0']) ip('-n', this.#name, 'link', 'set', device, 'up')
    } catch (error) {
      this[Symbol.dispose]()
      throw error
    }
  }

  /** A program that runs another one there. */
  wrapped(program: string): string {
    const path = join(this.#folder, 'run')
    writeFileSync(path, `#!/bin/sh\nexec ${this.prefix.join(' ')} '${program}' "$@"\n`)
    chmodSync(path, 0o755)
    return path
  }

  [Symbol.dispose](): void {
    spawnSync('ip', ['netns', 'del', this.#name])
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
