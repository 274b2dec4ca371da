import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../free-port.ts'
import { missing } from '../needs.ts'
import { Program, run } from '../program.ts'
import { openFolder } from './game-example.ts'
import { type Filling, fillIn, readShipped } from './shipped.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..')
const UNITS = ['fairground.service', 'fairground@.service'] as const

function scratch(): { stack: AsyncDisposableStack; folder: string } {
  const stack = new AsyncDisposableStack()
  onTestFinished(() => stack.disposeAsync())
  return { stack, folder: openFolder(stack) }
}

/** The units with nothing changed but where Node is, which systemd-analyze looks for. */
function units(folder: string): void {
  const fillings: Filling[] = [['/usr/bin/node', process.execPath]]
  for (const unit of UNITS) fillIn({ [`systemd/${unit}`]: join(folder, unit) }, fillings)
  const dropIn = join(folder, 'fairground.service.d', 'own-tls.conf')
  fillIn({ 'systemd/own-tls/fairground.conf': dropIn }, fillings)
}

function setting(unit: string, name: string): string[] {
  return readShipped(`systemd/${unit}`)
    .split('\n')
    .filter((line) => line.startsWith(`${name}=`))
    .map((line) => line.slice(name.length + 1))
}

describe.skipIf(missing('systemdAnalyze'))('systemd units', () => {
  it.each([...UNITS, 'fairground@1.service'])('systemd finds no fault in %s', async (unit) => {
    const { folder } = scratch()
    units(folder)
    const output = await run('systemd-analyze', ['verify', '--man=no', join(folder, unit)], {
      ...{ cwd: folder, env: { PATH: process.env['PATH'] } },
    })
    expect(output).toBe('')
  })

  it.each(UNITS)('systemd calls the exposure of %s OK', async (unit) => {
    const { folder } = scratch()
    units(folder)
    const ask = (threshold: number) =>
      run('systemd-analyze', ['security', '--offline=yes', `--threshold=${threshold}`, join(folder, unit)], {
        ...{ cwd: folder, env: { PATH: process.env['PATH'], SYSTEMD_COLORS: '0' } },
      })
    expect(await ask(15)).toMatch(/Overall exposure level for .*: [01]\.\d OK/)
    await expect(ask(5)).rejects.toThrow('Overall exposure level')
  })
})

describe('the command of a systemd unit', () => {
  it.each(UNITS)('in %s serves behind a proxy, and ends in time when it is told to', async (unit) => {
    const { stack, folder } = scratch()
    const game = join(folder, 'game')
    mkdirSync(join(game, 'node_modules'), { recursive: true })
    symlinkSync(REPOSITORY, join(game, 'node_modules', 'fairground'))
    writeFileSync(
      join(game, 'server.ts'),
      `import { createServer, GameRoom } from '${REPOSITORY}/server/index.ts'
       class Hall extends GameRoom {}
       export const server = createServer({ rooms: { hall: Hall } })`,
    )
    const port = await freePort()
    const [, ...args] = setting(unit, 'ExecStart')[0]!.replace('2567', String(port)).split(' ')
    const environment = setting(unit, 'Environment').map((line) => line.split('=') as [string, string])
    const program = new Program(process.execPath, args, {
      cwd: game,
      env: {
        ...{ PATH: process.env['PATH'], HOME: folder, PORT: String(port) },
        ...Object.fromEntries(environment),
        FAIRGROUND_DATA: join(folder, 'state'),
      },
    })
    stack.use(program)
    await program.shows(/listening/)
    const health = await fetch(`http://127.0.0.1:${port}/healthz`)
    expect(health.status).toBe(200)
    const startMs = performance.now()
    process.kill(program.pid, 'SIGTERM')
    expect(await program.ended).toBe(0)
    const stopSeconds = Number(setting(unit, 'TimeoutStopSec')[0])
    expect(performance.now() - startMs).toBeLessThan(stopSeconds * 1000)
  })

  it('keeps pauses for garbage short', () => {
    for (const unit of [...UNITS, 'own-tls/fairground.conf'])
      expect(setting(unit, 'ExecStart').at(-1)).toContain('/node --max-semi-space-size=2 ')
  })

  it('waits longer for the server than the server for its rooms', async () => {
    const { DEFAULT_LIMITS } = await import('../../server/index.ts')
    for (const unit of UNITS) {
      expect(Number(setting(unit, 'TimeoutStopSec')[0]) * 1000).toBeGreaterThan(DEFAULT_LIMITS.shutdownMs)
    }
  })
})
