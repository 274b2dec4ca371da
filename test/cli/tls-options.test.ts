import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readTls } from '../../cli/tls-options.ts'
import { project } from './command.ts'

it('[CE1] says nothing when neither options nor environment do, so that the server file decides', () => {
  expect(readTls({}, {})).toEqual({})
  expect(readTls({}, { FAIRGROUND_CERT: '', FAIRGROUND_ACME_DOMAINS: '', FAIRGROUND_TLS: '' })).toEqual({})
})

it('[CE1] reads a whole ACME way from the environment', () => {
  const hmac = join(project(), 'hmac')
  writeFileSync(hmac, 'c2VjcmV0\n')
  const env = {
    FAIRGROUND_ACME_DOMAINS: 'game.example, www.game.example',
    FAIRGROUND_ACME_EMAIL: 'ann@game.example',
    FAIRGROUND_ACME_DIRECTORY: 'https://acme.example/directory',
    FAIRGROUND_ACME_CHALLENGE: 'http-01',
    FAIRGROUND_ACME_PROFILE: 'classic',
    FAIRGROUND_ACME_CA: 'root.pem',
    FAIRGROUND_ACME_EAB_KID: 'kid-1',
    FAIRGROUND_ACME_EAB_HMAC_FILE: hmac,
    FAIRGROUND_HTTP_PORT: '8080',
  }
  expect(readTls({}, env)).toEqual({
    httpPort: 8080,
    tls: {
      acme: {
        names: ['game.example', 'www.game.example'],
        email: 'ann@game.example',
        directory: 'https://acme.example/directory',
        challenge: 'http-01',
        profile: 'classic',
        ca: 'root.pem',
        eab: { kid: 'kid-1', hmacKey: 'c2VjcmV0' },
      },
    },
  })
})

it('[CE1] puts options over the environment, also when they choose another way', () => {
  const env = { FAIRGROUND_CERT: 'a.pem', FAIRGROUND_KEY: 'a.key', FAIRGROUND_TLS: 'files' }
  expect(readTls({}, env)).toEqual({ tls: { files: { cert: 'a.pem', key: 'a.key' } } })
  expect(readTls({ cert: 'b.pem', key: 'b.key' }, env)).toEqual({
    tls: { files: { cert: 'b.pem', key: 'b.key' } },
  })
  expect(readTls({ pfx: 'b.pfx' }, env)).toEqual({ tls: { files: { pfx: 'b.pfx' } } })
  expect(readTls({ domain: ['Game.Example'], staging: true }, env)).toEqual({
    tls: { acme: { names: ['game.example'], directory: 'letsencrypt-staging' } },
  })
  expect(readTls({ tls: 'proxy' }, env)).toEqual({ tls: 'proxy' })
  const acme = { FAIRGROUND_ACME_DOMAINS: 'a.example', FAIRGROUND_ACME_DIRECTORY: 'https://acme.example/dir' }
  expect(readTls({ domain: ['b.example'] }, acme)).toEqual({
    tls: { acme: { names: ['b.example'], directory: 'https://acme.example/dir' } },
  })
})

it('[CE2] takes the passphrase from a file, or from the environment, and the file first', () => {
  const files = { pfx: 'a.pfx' }
  expect(readTls(files, { FAIRGROUND_PASSPHRASE: 'secret' })).toEqual({
    tls: { files: { ...files, passphrase: 'secret' } },
  })
  const both = { FAIRGROUND_PASSPHRASE: 'secret', FAIRGROUND_PASSPHRASE_FILE: '/run/secrets/p' }
  expect(readTls(files, both)).toEqual({ tls: { files: { ...files, passphraseFile: '/run/secrets/p' } } })
  expect(readTls({ ...files, 'passphrase-file': 'mine' }, both)).toEqual({
    tls: { files: { ...files, passphraseFile: 'mine' } },
  })
})

it('[CE2] an HMAC key that is none is refused without being shown', () => {
  const env = {
    FAIRGROUND_ACME_DOMAINS: 'a.example',
    FAIRGROUND_ACME_EAB_KID: 'k',
    FAIRGROUND_ACME_EAB_HMAC: '"top secret"',
  }
  expect(() => readTls({}, env)).toThrow(/^The HMAC key is not base64url text: copy/)
  const missing = { ...env, FAIRGROUND_ACME_EAB_HMAC_FILE: '/nowhere/hmac' }
  expect(() => readTls({}, missing)).toThrow(
    'The file of the HMAC key, /nowhere/hmac, cannot be read: it does not exist.',
  )
})
