import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ensureDevelopmentCa } from '../../../server/tls/development-ca.ts'
import { trustInstructions } from '../../../server/tls/trust-instructions.ts'
import { missing } from '../../needs.ts'
import { scratchFolder } from './scratch-folder.ts'

const address = 'https://192.168.1.20:2567'

it.each([
  ['linux', '/d/ca.pem', '-A -t C,, -n Fairground-$(date +%s) -i /d/ca.pem'],
  [
    'darwin',
    '/Users/a/Application Support/ca.pem',
    "login.keychain-db '/Users/a/Application Support/ca.pem'",
  ],
  ['win32', 'C:\\d e\\ca.pem', 'certutil -user -addstore Root "C:\\d e\\ca.pem"'],
] as const)('gives one line for this machine and one for phones on %s', (platform, caPath, command) => {
  const lines = trustInstructions({ caPath, address, platform }).split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toContain(command)
  expect(lines[1]).toContain('ca.pem')
  expect(lines[1]).toContain(address)
})

it('says nothing of phones where none gets through', () => {
  expect(trustInstructions({ caPath: '/d/ca.pem', platform: 'linux' }).split('\n')).toHaveLength(1)
})

it('quotes a path so that the shell takes it as it is', () => {
  const text = trustInstructions({ caPath: "/it's/ca.pem", address, platform: 'linux' })
  expect(text).toContain(`-i '/it'\\''s/ca.pem'`)
})

it.skipIf(process.platform !== 'linux' || missing('certutil'))(
  'names a command that works before the first browser start, and again for a second authority',
  async () => {
    const home = scratchFolder()
    for (const [index, name] of ['first one', 'second one'].entries()) {
      const dataFolder = join(home, name)
      mkdirSync(dataFolder)
      const { certPath } = await ensureDevelopmentCa({ dataFolder, hostName: 'box-1', nowMs: Date.now() })
      const [line = ''] = trustInstructions({ caPath: certPath, address, platform: 'linux' }).split('\n')
      // Instead of waiting a second between the two, the clock the command asks is replaced.
      const command = line.replace(/^.*machine: /, '').replace('$(date +%s)', String(index))
      execFileSync('sh', ['-c', command], { env: { ...process.env, HOME: home } })
    }
    const list = ['-L', '-d', `sql:${home}/.pki/nssdb`]
    expect(execFileSync('certutil', list, { encoding: 'utf8' }).match(/Fairground-\d +C,,/g)).toHaveLength(2)
  },
)
