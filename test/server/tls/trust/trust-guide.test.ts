import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { accountCommands } from '../../../../server/tls/trust/account-store.ts'
import { ownTarget, TRUST_TARGETS, trustGuide } from '../../../../server/tls/trust/trust-guide.ts'
import { trustPlaces } from '../../../../server/tls/trust/trust-places.ts'
import { missing } from '../../../needs.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { authority } from './authority.ts'

const NAME = 'Fairground development CA 8ac45873'

it.each([
  ['linux', '/d/ca.pem', '-A -t C,, -n Fairground-$(date +%s) -i /d/ca.pem'],
  ['linux', "/it's/ca.pem", "-i '/it'\\''s/ca.pem'"],
  ['macos', '/Users/a/Application Support/ca.pem', "keychain-db '/Users/a/Application Support/ca.pem'"],
  ['macos', '~/Downloads/ca.pem', 'keychain-db ~/Downloads/ca.pem'],
  ['windows', 'C:\\d e\\ca.pem', 'certutil -user -addstore Root "C:\\d e\\ca.pem"'],
] as const)('gives a command for %s and the file %s', (target, caPath, command) => {
  expect(trustGuide(target, { caPath, name: NAME }).command).toContain(command)
})

it.each(TRUST_TARGETS)('says for %s what to do and how to undo it, and never speaks of the key', (target) => {
  const guide = trustGuide(target, { caPath: '/d/ca.pem', name: NAME })
  expect(guide.steps.length).toBeGreaterThan(1)
  expect(guide.undo).not.toBe('')
  expect(JSON.stringify(guide)).not.toContain('ca.key')
})

it('knows the guide of each system', () => {
  const systems = ['darwin', 'win32', 'linux', 'freebsd'] as const
  expect(systems.map((platform) => ownTarget(platform))).toEqual(['macos', 'windows', 'linux', 'linux'])
})

it('macOS and Windows have one store for the user; the undo goes by the fingerprint', async () => {
  const ca = await authority()
  const sha1 = ca.certificate.fingerprint.replaceAll(':', '')
  expect(sha1).toMatch(/^[0-9A-F]{40}$/)
  const mac = accountCommands('darwin', '/Users/ann')
  const keychain = '/Users/ann/Library/Keychains/login.keychain-db'
  expect(mac.trust(ca)).toEqual([
    ['security', 'add-trusted-cert', '-r', 'trustRoot', '-k', keychain, ca.certPath],
  ])
  expect(mac.distrust(ca)).toEqual([
    ['security', 'remove-trusted-cert', ca.certPath],
    ['security', 'delete-certificate', '-Z', sha1, keychain],
  ])
  const windows = accountCommands('win32')
  expect(windows.trust(ca)).toEqual([['certutil', '-user', '-addstore', 'Root', ca.certPath]])
  expect(windows.distrust(ca)).toEqual([['certutil', '-user', '-delstore', 'Root', sha1]])
  for (const platform of ['darwin', 'win32'] as const) {
    expect(trustPlaces({ system: true, platform, homeFolder: '/Users/ann' })).toHaveLength(1)
  }
})

describe.skipIf(missing('certutil'))('the command for Linux', () => {
  it.each(['a home folder that has never seen a browser', 'one where Chromium ran'])(
    'is accepted by certutil in %s, twice',
    async (home_) => {
      const [first, second] = [await authority(), await authority()]
      const home = scratchFolder()
      if (home_.includes('Chromium')) {
        mkdirSync(join(home, '.pki/nssdb'), { recursive: true })
        execFileSync('certutil', ['-N', '-d', `sql:${home}/.pki/nssdb`, '--empty-password'])
      }
      for (const [index, { certPath }] of [first, second].entries()) {
        const { command } = trustGuide('linux', { caPath: certPath, name: NAME })
        // Instead of waiting a second between the two, the clock the command asks is replaced.
        const once = command!.replace('$(date +%s)', String(index))
        execFileSync('sh', ['-c', once], { env: { ...process.env, HOME: home } })
      }
      const list = ['-L', '-d', `sql:${home}/.pki/nssdb`]
      expect(execFileSync('certutil', list, { encoding: 'utf8' }).match(/Fairground-\d +C,,/g)).toHaveLength(
        2,
      )
    },
  )
})
