import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CertificateFiles, loadCertificateFiles } from '../../server/tls/certificate-files.ts'
import { missing } from '../needs.ts'
import { openssl, opensslChain } from '../server/tls/openssl-chain.ts'
import { scratchFolder } from '../server/tls/scratch-folder.ts'
import { text } from './tables.ts'

const GUIDE = text('docs/guides/certificate-files.md')
const BLOCKS = [...GUIDE.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block)

/** The block of the guide with these words in it. */
function block(words: string): string {
  const found = BLOCKS.filter((text) => text.includes(words))
  if (found.length !== 1) throw new Error(`${found.length} blocks of the guide have "${words}" in them`)
  return found[0]!
}

/** The guide's reader with an empty folder, and the authority that answers the request. */
function reader() {
  const folder = scratchFolder()
  const authority = join(folder, 'authority')
  const path = (name: string) => join(folder, name)
  mkdirSync(authority)
  const { intermediate } = opensslChain(authority)
  const run = (words: string) => execFileSync('sh', ['-ec', block(words)], { cwd: folder, stdio: 'pipe' })
  const sign = (): void => {
    const by = ['-CA', intermediate, '-CAkey', join(authority, 'a-intermediate.key'), '-CAcreateserial']
    const names = ['-copy_extensions', 'copy', '-days', '90']
    openssl('x509', '-req', '-in', path('game.csr'), ...by, ...names, '-out', path('signed.crt'))
    // As downloads often are: without an end of the last line.
    writeFileSync(path('game_example.crt'), readFileSync(path('signed.crt'), 'utf8').trimEnd())
    writeFileSync(path('DigiCertCA.crt'), readFileSync(intermediate))
  }
  const load = (files: CertificateFiles) =>
    loadCertificateFiles(files, { nowMs: Date.now(), names: ['game.example', 'www.game.example'] })
  return { path, run, sign, load }
}

describe.skipIf(missing('openssl'))('the guide to certificate files', () => {
  it('leads from a request to a certificate that the server takes, and to the next one', async () => {
    const { path, run, sign, load } = reader()
    run('openssl req -new')
    sign()
    run('cat game_example.crt DigiCertCA.crt > fullchain.pem\n')
    const files = { cert: path('fullchain.pem'), key: path('game.key') }
    const first = await load(files)
    expect(first).toMatchObject({ issuer: 'Test Intermediate' })
    sign()
    run('mv fullchain.pem.new')
    expect((await load(files)).fingerprint).not.toBe(first.fingerprint)
  })

  it('converts what authorities hand out, and locks the key', async () => {
    const { path, run, sign, load } = reader()
    run('openssl req -new')
    sign()
    const [cert, key] = [path('fullchain.pem'), path('game.key')]
    const both = ['-certfile', path('signed.crt'), '-certfile', path('DigiCertCA.crt')]
    openssl('crl2pkcs7', '-nocrl', ...both, '-out', path('game.p7b'))
    run('openssl pkcs7')
    await load({ cert, key })
    openssl('x509', '-in', path('signed.crt'), '-outform', 'DER', '-out', path('game.cer'))
    run('openssl x509 -inform DER')
    run('cat game_example.crt DigiCertCA.crt > fullchain.pem\n')
    await load({ cert, key })
    writeFileSync(path('passphrase.txt'), 'open sesame\n')
    run('openssl pkey')
    await load({ cert, key: path('game.locked.key'), passphraseFile: path('passphrase.txt') })
    expect(existsSync(path('game.locked.key'))).toBe(true)
  })

  it('has no command that these tests do not run', () => {
    expect(BLOCKS).toHaveLength(6)
  })
})
