import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { main } from '../../cli/main.ts'
import { nearestName } from '../../shared/nearest-name.ts'
import { project, ROOT, run } from './command.ts'

/** A Node this machine has besides the tests' own, if it is too old for us. */
const oldNode = ((): string | undefined => {
  try {
    const version = execFileSync('/usr/bin/node', ['--version'], { encoding: 'utf8' }).slice(1).split('.')
    return Number(version[0]) < 22 ? '/usr/bin/node' : undefined
  } catch {
    return undefined
  }
})()

it('--help lists the commands and ends well', async () => {
  const { code, stdout, stderr } = await run(['--help'], { cwd: project() })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('Usage: fairground <command> [options]')
  expect(stdout).toMatch(/^ {2}dev /m)
  expect(stdout).toMatch(/^ {2}start /m)
})

it.each(['dev', 'start'])('%s --help tells about its options', async (verb) => {
  const { code, stdout } = await run([verb, '--help'], { cwd: project() })
  expect(code).toBe(0)
  expect(stdout).toContain(`Usage: fairground ${verb} [file]`)
  for (const option of ['--port', '--host']) expect(stdout).toContain(option)
})

it("tells this package's version", async () => {
  const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string }
  const { code, stdout } = await run(['--version'], { cwd: project() })
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${version}\n` })
})

it('without a command shows the overview and counts as misuse', async () => {
  const { code, stdout } = await run([], { cwd: project() })
  expect(code).toBe(2)
  expect(stdout).toContain('Usage:')
})

it('suggests the nearest command for one that does not exist', async () => {
  const { code, stderr } = await run(['strat'], { cwd: project() })
  expect(nearestName('strat', ['dev', 'start'])).toBe('start')
  expect(code).toBe(2)
  expect(stderr).toContain('There is no command "strat". Did you mean "start"?')
})

it('explains an unknown option, shows the help, and ends with 2', async () => {
  const { code, stdout, stderr } = await run(['dev', '--prot', '1'], { cwd: project() })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('--prot')
  expect(stderr).toContain('Usage: fairground dev [file]')
  expect(stderr).not.toMatch(/^ {4}at /m)
})

// In this process: a start of Node for each would take longer than everything else here.
it.each([
  ['a port that is no number', ['dev', '--port', 'http'], '--port is "http"'],
  ['a port that is too large', ['start', '--port', '70000'], 'from 0 to 65535'],
  ['a negative port', ['start', '--port=-1'], '--port is "-1"'],
  ['too many bots', ['dev', '--bots', '65'], 'from 0 to 64'],
  ['an option without its value', ['start', '--port'], '--port'],
  ['two server files', ['start', 'a.ts', 'b.ts'], 'One server file at a time'],
  ['a certificate without its key', ['start', '--cert', 'cert.pem'], '--cert and --key belong together'],
  ['an option of another command', ['start', '--bots', '3'], '--bots'],
])('explains %s and shows the help', async (_what, args, named) => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  expect(await main(args)).toBe(2)
  const text = said.mock.calls.join('\n')
  said.mockRestore()
  expect(text).toContain(named)
  expect(text).toContain(`Usage: fairground ${args[0]}`)
})

it.skipIf(oldNode === undefined)('on a Node too old says so in a sentence, and ends with 1', async () => {
  const { code, stdout, stderr } = await run(['dev'], { cwd: project(), node: oldNode! })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^Fairground needs Node 22\.19 or later; this is Node \d+\.\d+\.\d+\.\nInstall/)
  expect(stderr.trim().split('\n')).toHaveLength(2)
})
