import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { missing } from '../needs.ts'
import { canDropPrivileges } from '../server/tls/processes.ts'
import { project, ROOT, run } from './command.ts'

/** Never without: root runs these tests, and the system's store is everybody's. */
const TRUST = ['certs', 'trust', '--no-system']
const caIn = (cwd: string) => join(cwd, '../home/data/fairground/ca.pem')

describe.skipIf(missing('certutil'))('fairground certs trust', () => {
  it('[CI7] trusts in every browser here, once, and undoes it, and says where', async () => {
    const cwd = project()
    const home = join(cwd, '../home')
    const firefox = join(home, '.mozilla/firefox/ab12.default')
    mkdirSync(firefox, { recursive: true })
    execFileSync('certutil', ['-d', `sql:${firefox}`, '-N', '--empty-password'])
    const names = (folder: string) =>
      execFileSync('certutil', ['-d', `sql:${folder}`, '-L'], { encoding: 'utf8' }).match(/Fairground.*C,,/g)

    const first = await run(TRUST, { cwd })
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' })
    expect(first.stdout.match(/trusted from now on\n {2}\S+/g)).toEqual(
      [join(home, '.pki/nssdb'), firefox].map((folder) => `trusted from now on\n  ${folder}`),
    )
    expect(first.stdout).toContain('Close the browser and open it again.')
    for (const folder of [join(home, '.pki/nssdb'), firefox]) expect(names(folder)).toHaveLength(1)
    expect(readFileSync(caIn(cwd), 'utf8')).toContain('BEGIN CERTIFICATE')

    const second = await run(TRUST, { cwd })
    expect(second.code).toBe(0)
    expect(second.stdout.match(/trusted already/g)).toHaveLength(2)
    expect(second.stdout).not.toContain('Close the browser')
    for (const folder of [join(home, '.pki/nssdb'), firefox]) expect(names(folder)).toHaveLength(1)

    const undone = await run([...TRUST, '--undo'], { cwd })
    expect(undone.code).toBe(0)
    expect(undone.stdout.match(/no longer trusted/g)).toHaveLength(2)
    for (const folder of [join(home, '.pki/nssdb'), firefox]) expect(names(folder)).toBeNull()
    expect((await run([...TRUST, '--undo'], { cwd })).stdout.match(/nothing to undo/g)).toHaveLength(2)
  })

  it('goes on with the other browsers when one refuses, and ends with 1', async () => {
    const cwd = project()
    const broken = join(cwd, '../home/.mozilla/firefox/broken')
    mkdirSync(broken, { recursive: true })
    writeFileSync(join(broken, 'cert9.db'), 'no database')
    const { code, stdout } = await run(TRUST, { cwd })
    expect(code).toBe(1)
    expect(stdout).toContain('Chromium, Chrome, Edge: trusted from now on')
    expect(stdout).toMatch(/Firefox: failed, because .*BAD_DATABASE/)
  })

  it.skipIf(!canDropPrivileges())('without root names the command that needs it', async () => {
    const cwd = project()
    const home = join(cwd, '../home')
    for (const folder of [join(cwd, '..'), home]) chmodSync(folder, 0o777)
    const { status, stdout } = spawnSync(process.execPath, [`${ROOT}cli/main.ts`, 'certs', 'trust'], {
      encoding: 'utf8',
      ...(process.getuid?.() === 0 && { uid: 65_534, gid: 65_534 }),
      env: { PATH: process.env['PATH'], HOME: home, FAIRGROUND_DATA: join(home, 'it’s'), NO_COLOR: '1' },
    })
    expect(status).toBe(0)
    expect(stdout).toContain('Chromium, Chrome, Edge: trusted from now on')
    if (!stdout.includes('system (')) return // a system whose store is none of those we know
    expect(stdout).toMatch(/left as it is, because only root may change it/)
    expect(stdout).toMatch(/ {2}sudo install -m 644 '.*ca\.pem' \/\S+fairground-\w{8}\.\w+ && sudo \w/)
  })
})

it('an undo before anything was trusted makes no authority', async () => {
  const cwd = project()
  const { code, stdout } = await run([...TRUST, '--undo'], { cwd })
  expect(code).toBe(0)
  expect(stdout).toContain('nothing to undo')
  expect(() => readFileSync(caIn(cwd))).toThrow(/ENOENT/)
})

it('an undo that finds a broken authority says that it cannot know what to undo', async () => {
  const cwd = project()
  mkdirSync(join(caIn(cwd), '..'), { recursive: true })
  writeFileSync(caIn(cwd), 'scribble')
  const { code, stderr } = await run([...TRUST, '--undo'], { cwd })
  expect(code).toBe(1)
  expect(stderr).toContain('what to undo is not known')
})

it('--print changes nothing and tells what to do on every system', async () => {
  const cwd = project()
  const { code, stdout } = await run(['certs', 'trust', '--print'], { cwd })
  expect(code).toBe(0)
  for (const part of [
    'iPhone',
    'Android',
    'security add-trusted-cert',
    'certutil -user -addstore',
    'Firefox',
  ]) {
    expect(stdout).toContain(part)
  }
  expect(stdout).not.toContain('ca.key')
  expect(() => readFileSync(join(cwd, '../home/.pki/nssdb/cert9.db'))).toThrow(/ENOENT/)
})

it('refuses to run under sudo, where home and authority would be those of root', async () => {
  if (process.getuid?.() !== 0) return
  const { code, stderr } = await run(TRUST, { cwd: project(), env: { SUDO_UID: '1000' } })
  expect(code).toBe(2)
  expect(stderr).toContain('Run it without sudo')
})

it.each([
  [['certs'], 'Which of these: '],
  [['certs', 'trst'], 'Did you mean certs trust?'],
  [['certs', 'trust', 'chrome'], 'takes options only'],
  [['certs', 'trust', '--undoo'], '--undoo'],
])('explains %j and shows the help', async (args, named) => {
  const { code, stderr } = await run(args, { cwd: project() })
  expect(code).toBe(2)
  expect(stderr).toContain(named)
  expect(stderr).toContain('Usage: fairground certs')
})
