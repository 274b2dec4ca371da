import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { FairgroundError } from '../../../server/index.ts'
import { type CertificateFiles, loadCertificateFiles } from '../../../server/tls/certificate-files.ts'
import { servedChain } from '../../../server/tls/served-chain.ts'
import { openssl, opensslChain } from './openssl-chain.ts'
import { canDropPrivileges } from './processes.ts'
import { scratchFolder } from './scratch-folder.ts'

const load = (files: CertificateFiles) => loadCertificateFiles(files, { nowMs: Date.now() })

/** A chain in a folder whose name a shell must have in quotes. */
function chainInOddFolder() {
  const folder = scratchFolder()
  const chain = opensslChain(folder, { id: "it's a" })
  return { ...chain, folder, path: (name: string) => join(folder, `it's ${name}`) }
}

async function refusal(files: CertificateFiles): Promise<FairgroundError> {
  return load(files).then(
    () => Promise.reject(new Error('it was taken')),
    (error: FairgroundError) => error,
  )
}

/** Does what the error says, and answers with the file that comes of it. */
function follow({ next }: FairgroundError): string {
  const [, command = ''] = /: (openssl .*)$/.exec(next)!
  execFileSync('sh', ['-c', command], { stdio: 'pipe' })
  return /-out '?(.*?)'?$/.exec(command)![1]!.replaceAll("'\\''", "'")
}

it('[TF1] tells a certificate in DER from other files, and the command that converts it', async () => {
  const { leaf, intermediate, key, path } = chainInOddFolder()
  const cert = path('leaf.crt')
  openssl('x509', '-in', leaf, '-outform', 'DER', '-out', cert)
  const error = await refusal({ cert, key })
  expect(error).toMatchObject({
    code: 'CERTIFICATE_INVALID',
    message: `The certificate file ${cert} is a certificate in DER, not in PEM.`,
  })
  const pem = follow(error)
  writeFileSync(pem, readFileSync(intermediate), { flag: 'a' })
  expect(await load({ cert: pem, key })).toMatchObject({ names: ['game.example'] })
})

it.each([
  ['pkcs8', ['pkcs8', '-topk8', '-nocrypt', '-outform', 'DER']],
  ['sec1', ['ec', '-outform', 'DER']],
])('[TF1] tells a key in DER (%s), and the command that converts it', async (_form, convert) => {
  const { fullchain, key: pem, path } = chainInOddFolder()
  const key = path('leaf.der')
  openssl(...convert, '-in', pem, '-out', key)
  const error = await refusal({ cert: fullchain, key })
  expect(error.message).toBe(`The private key file ${key} is a private key in DER, not in PEM.`)
  expect(await load({ cert: fullchain, key: follow(error) })).toMatchObject({ names: ['game.example'] })
})

it.each(['PEM', 'DER'])('[TF1] tells PKCS #7 in %s, and the command that converts it', async (form) => {
  const { fullchain, key, path } = chainInOddFolder()
  const cert = path('bundle.p7b')
  openssl('crl2pkcs7', '-nocrl', '-certfile', fullchain, '-outform', form, '-out', cert)
  const error = await refusal({ cert, key })
  expect(error.message).toContain(`${cert} holds PKCS #7 (.p7b) instead`)
  expect(await load({ cert: follow(error), key })).toMatchObject({ issuer: 'Test Intermediate' })
})

it('[TF1] tells a PFX file, a request, a public key, a Java key store and UTF-16 from a certificate', async () => {
  const { fullchain, key, path, folder } = chainInOddFolder()
  const pfx = path('all.pfx')
  openssl('pkcs12', '-export', '-in', fullchain, '-inkey', key, '-out', pfx, '-passout', 'pass:right')
  const publicKey = path('public.pem')
  openssl('pkey', '-in', key, '-pubout', '-out', publicKey)
  const [wide, store] = [path('wide.pem'), path('store.jks')]
  writeFileSync(wide, Buffer.from(`\uFEFF${readFileSync(fullchain, 'utf8')}`, 'utf16le'))
  writeFileSync(store, Buffer.from('feedfeed00000002', 'hex'))
  const cases: [string, RegExp, RegExp][] = [
    [pfx, /is a PFX file/, /Give it as pfx/],
    [join(folder, "it's a-leaf.csr"), /holds a certificate request instead/, /sent back/],
    [publicKey, /holds a public key instead/, /./],
    [store, /is a Java key store/, /keytool -importkeystore/],
    [wide, /is UTF-16 text/, /ASCII/],
  ]
  for (const [cert, message, next] of cases) {
    expect(await refusal({ cert, key })).toMatchObject({
      code: 'CERTIFICATE_INVALID',
      message: expect.stringMatching(message),
      next: expect.stringMatching(next),
    })
  }
  expect((await refusal({ pfx: fullchain })).message).toBe(`The PFX file ${fullchain} is PEM text.`)
})

it('reads certificate and key from one file, behind a byte order mark and parameters of the curve', async () => {
  const { fullchain, key, path } = chainInOddFolder()
  const both = path('both.pem')
  const parameters = execFileSync('openssl', ['ecparam', '-name', 'prime256v1'], { encoding: 'utf8' })
  writeFileSync(both, `\uFEFF${readFileSync(fullchain, 'utf8')}${parameters}${readFileSync(key, 'utf8')}`)
  expect(await load({ cert: both, key: both })).toMatchObject({ names: ['game.example'] })
})

it('[TF3] leaves a root out that the file holds: players have it', async () => {
  const { root, fullchain, key } = chainInOddFolder()
  writeFileSync(fullchain, readFileSync(root), { flag: 'a' })
  const { secure } = await load({ cert: fullchain, key })
  expect(String(secure.cert).match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
  expect((await servedChain(secure)).map(({ subject }) => subject)).toEqual(['CN=x', 'CN=Test Intermediate'])
})

it.each(['right', 'right\n', 'right\r\n'])('takes a passphrase from a file: %j', async (text) => {
  const { fullchain, key, path } = chainInOddFolder()
  const [locked, pfx, passphraseFile] = [path('locked.key'), path('all.pfx'), path('passphrase')]
  openssl('pkcs8', '-topk8', '-in', key, '-out', locked, '-passout', 'pass:right')
  openssl('pkcs12', '-export', '-in', fullchain, '-inkey', key, '-out', pfx, '-passout', 'pass:right')
  writeFileSync(passphraseFile, text)
  const names = ['game.example']
  expect(await load({ cert: fullchain, key: locked, passphraseFile })).toMatchObject({ names })
  expect(await load({ pfx, passphraseFile })).toMatchObject({ names })
})

it('says what is wrong with a passphrase file, and never what it holds', async () => {
  const { fullchain, key, path } = chainInOddFolder()
  const [locked, passphraseFile] = [path('locked.key'), path('passphrase')]
  openssl('pkcs8', '-topk8', '-in', key, '-out', locked, '-passout', 'pass:right')
  const files = { cert: fullchain, key: locked, passphraseFile }
  expect(await refusal(files)).toMatchObject({
    code: 'CERTIFICATE_UNREADABLE',
    message: `The passphrase file ${passphraseFile} cannot be read: it does not exist.`,
  })
  writeFileSync(passphraseFile, '\n')
  expect(await refusal(files)).toMatchObject({
    code: 'CERTIFICATE_PASSPHRASE',
    message: `The passphrase file ${passphraseFile} is empty.`,
  })
  writeFileSync(passphraseFile, 'hush-hush')
  const error = await refusal(files)
  expect(error.code).toBe('CERTIFICATE_PASSPHRASE')
  expect(JSON.stringify([error.message, error.next, String(error.cause)])).not.toContain('hush')
  expect(await refusal({ ...files, passphrase: 'right' })).toMatchObject({ code: 'OPTION_INVALID' })
})

/** Root may read everything, so somebody else must try. */
it.skipIf(!canDropPrivileges())('says that this user may not read a file', () => {
  const folder = scratchFolder()
  const { fullchain: cert, key } = opensslChain(folder)
  chmodSync(folder, 0o755)
  const closed = join(folder, 'closed.key')
  copyFileSync(key, closed)
  chmodSync(closed, 0o000)
  const script = `
    import { loadCertificateFiles } from ${JSON.stringify(import.meta.resolve('../../../server/tls/certificate-files.ts'))}
    const files = ${JSON.stringify({ cert, key: closed })}
    await loadCertificateFiles(files, { nowMs: Date.now() }).catch(({ code, message }) => console.log(code, message))`
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    ...user,
    encoding: 'utf8',
  })
  const expected = `CERTIFICATE_UNREADABLE The private key file ${closed} cannot be read: this user has no permission.\n`
  expect(stdout, stderr).toBe(expected)
})
