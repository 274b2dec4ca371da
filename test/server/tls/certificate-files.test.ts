import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadCertificateFiles } from '../../../server/tls/certificate-files.ts'
import { ensureDevelopmentCertificate } from '../../../server/tls/development-leaf.ts'
import { newKeyPem } from '../../../server/tls/p256-key.ts'
import { servedChain } from '../../../server/tls/served-chain.ts'
import { openssl, opensslChain } from './openssl-chain.ts'
import { scratchFolder } from './scratch-folder.ts'

const NOW_MS = Date.UTC(2026, 10, 23)
const DAY_MS = 86_400_000

/** A good pair, and functions that write bad neighbours of it. */
async function pair() {
  const folder = scratchFolder()
  const options = { certsFolder: folder, dataFolder: folder, nowMs: NOW_MS, hostName: 'box-1', addresses: [] }
  const made = await ensureDevelopmentCertificate(options)
  const write = (name: string, text: string | Buffer) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  return { ...made, folder, write, cert: made.certPath, key: made.keyPath, nowMs: NOW_MS }
}

it('reads a certificate and its key, and serves them as they are', async () => {
  const { fullchain, key } = opensslChain(scratchFolder())
  const credential = await loadCertificateFiles({ cert: fullchain, key }, { nowMs: Date.now() })
  expect(credential).toMatchObject({ names: ['game.example'], issuer: 'Test Intermediate', path: fullchain })
  expect(credential.expiresAtMs - credential.validFromMs).toBe(30 * DAY_MS)
  const served = await servedChain(credential.secure)
  expect(served.map(({ subject }) => subject)).toEqual(['CN=x', 'CN=Test Intermediate'])
})

it('puts a chain in order, however the file mixed it', async () => {
  const { leaf, intermediate, root, key, fullchain } = opensslChain(scratchFolder())
  const mixed = [root, intermediate, leaf].map((path) => readFileSync(path, 'utf8')).join('a comment\n')
  writeFileSync(fullchain, mixed)
  const { secure } = await loadCertificateFiles({ cert: fullchain, key }, { nowMs: Date.now() })
  const [first, second] = await servedChain(secure)
  expect([first?.subject, second?.subject]).toEqual(['CN=x', 'CN=Test Intermediate'])
})

it('says which intermediate certificate is missing', async () => {
  const { leaf, key } = opensslChain(scratchFolder())
  await expect(loadCertificateFiles({ cert: leaf, key }, { nowMs: Date.now() })).rejects.toMatchObject({
    code: 'CERTIFICATE_CHAIN_INCOMPLETE',
    message: expect.stringMatching(
      /^The intermediate certificate is missing: .*leaf\.pem.*"Test Intermediate"/,
    ),
    next: expect.stringContaining('fullchain'),
  })
})

it('takes a certificate that a root of the players signed itself, once that is named', async () => {
  const { cert, key, nowMs, caPath } = await pair()
  await expect(loadCertificateFiles({ cert, key }, { nowMs })).rejects.toMatchObject({
    code: 'CERTIFICATE_CHAIN_INCOMPLETE',
  })
  const { names } = await loadCertificateFiles({ cert, key, ca: caPath }, { nowMs })
  expect(names).toEqual(['localhost', '127.0.0.1', '::1', 'box-1', 'box-1.local'])
})

it('refuses a certificate without the names that players use, and tells which it has', async () => {
  const { fullchain, key } = opensslChain(scratchFolder())
  const checks = { nowMs: Date.now(), names: ['game.example', 'other.example'] }
  await expect(loadCertificateFiles({ cert: fullchain, key }, checks)).rejects.toMatchObject({
    code: 'CERTIFICATE_WRONG_NAME',
    message: expect.stringMatching(/is for game\.example and not for other\.example/),
  })
})

it('refuses a certificate that names no host', async () => {
  const folder = scratchFolder()
  const [cert, key] = [join(folder, 'x.pem'), join(folder, 'x.key')]
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=x', '-out', cert, '-keyout', key)
  await expect(loadCertificateFiles({ cert, key }, { nowMs: Date.now() })).rejects.toMatchObject({
    code: 'CERTIFICATE_INVALID',
    message: expect.stringContaining('subjectAltName'),
  })
})

it('reads an RSA pair with a PKCS #1 key and Windows line ends', async () => {
  const folder = scratchFolder()
  const [cert, key] = [join(folder, 'rsa.pem'), join(folder, 'rsa.key')]
  const request =
    'req -x509 -newkey rsa:2048 -nodes -subj /CN=x -days 2 -addext subjectAltName=DNS:*.example.com'
  openssl(...request.split(' '), '-keyout', key, '-out', cert)
  openssl('rsa', '-in', key, '-traditional', '-out', key)
  expect(readFileSync(key, 'utf8')).toContain('BEGIN RSA PRIVATE KEY')
  for (const file of [cert, key]) {
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('\n', '\r\n'))
  }
  const { names } = await loadCertificateFiles({ cert, key }, { nowMs: Date.now() })
  expect(names).toEqual(['*.example.com'])
})

it.each(['cert', 'key'] as const)('says why the %s file cannot be read', async (which) => {
  const { folder, ...good } = await pair()
  const { cert, key, nowMs } = good
  mkdirSync(join(folder, 'sub'))
  const cases = { missing: 'does not exist', sub: 'is a folder', 'development.pem/x': 'is a file' }
  for (const [name, why] of Object.entries(cases)) {
    const path = join(folder, name)
    await expect(loadCertificateFiles({ cert, key, [which]: path }, { nowMs })).rejects.toThrow(
      expect.objectContaining({
        code: 'CERTIFICATE_UNREADABLE',
        message: expect.stringMatching(new RegExp(`${path} cannot be read: .*${why}`)),
      }),
    )
  }
})

it.each(['cert', 'key'] as const)('says what the %s file holds instead', async (which) => {
  const { cert, key, nowMs, write, certPem, keyPem } = await pair()
  const [text, other] = which === 'cert' ? [certPem, keyPem] : [keyPem, certPem]
  const cases = [
    ['', 'is empty'],
    [' \n', 'is empty'],
    ['hello', 'is not PEM text'],
    [Buffer.from([0x30, 0x82, 0, 1, 0xff]), 'is not PEM text'],
    [other, which === 'cert' ? 'holds a private key instead' : 'holds a certificate instead'],
    [text.slice(0, text.length / 2), 'is damaged or cut off'],
    [text.replaceAll(/^[A-Za-z0-9+/]{4}/gm, 'AAAA'), 'is damaged or cut off'],
  ] as const
  for (const [content, what] of cases) {
    const path = write('bad', content)
    await expect(loadCertificateFiles({ cert, key, [which]: path }, { nowMs })).rejects.toThrow(
      expect.objectContaining({
        code: 'CERTIFICATE_INVALID',
        message: expect.stringMatching(new RegExp(`${path} ${what}`)),
      }),
    )
  }
})

it('refuses a chain with a damaged second certificate', async () => {
  const { write, key, nowMs, certPem, caPem } = await pair()
  const cert = write('chain.pem', `${certPem}\n${caPem.slice(0, 300)}`)
  await expect(loadCertificateFiles({ cert, key }, { nowMs })).rejects.toThrow(
    expect.objectContaining({ code: 'CERTIFICATE_INVALID' }),
  )
})

it('opens an encrypted key with its passphrase only', async () => {
  const { fullchain, key } = opensslChain(scratchFolder())
  const locked = `${key}.locked`
  openssl('pkcs8', '-topk8', '-in', key, '-out', locked, '-passout', 'pass:right')
  const open = (passphrase?: string) =>
    loadCertificateFiles(
      { cert: fullchain, key: locked, ...(passphrase && { passphrase }) },
      { nowMs: Date.now() },
    )
  expect((await servedChain((await open('right')).secure)).length).toBe(2)
  const code = 'CERTIFICATE_PASSPHRASE'
  await expect(open('wrong')).rejects.toMatchObject({ code, message: expect.stringContaining(locked) })
  await expect(open()).rejects.toMatchObject({ code, message: expect.stringContaining('no passphrase') })
})

it('reads a PFX file with its passphrase only', async () => {
  const { fullchain, key } = opensslChain(scratchFolder())
  const pfx = `${key}.pfx`
  openssl('pkcs12', '-export', '-in', fullchain, '-inkey', key, '-out', pfx, '-passout', 'pass:right')
  const open = (passphrase?: string) =>
    loadCertificateFiles({ pfx, ...(passphrase && { passphrase }) }, { nowMs: Date.now() })
  expect(await open('right')).toMatchObject({ names: ['game.example'], issuer: 'Test Intermediate' })
  const code = 'CERTIFICATE_PASSPHRASE'
  await expect(open('wrong')).rejects.toMatchObject({ code, message: expect.stringContaining(pfx) })
  await expect(open()).rejects.toMatchObject({ code, message: expect.stringContaining('no passphrase') })
  writeFileSync(pfx, 'not a PFX')
  await expect(open('right')).rejects.toMatchObject({ code: 'CERTIFICATE_INVALID' })
})

it('sees that a PFX file lacks the intermediate certificate', async () => {
  const { leaf, key } = opensslChain(scratchFolder())
  const pfx = `${key}.pfx`
  openssl('pkcs12', '-export', '-in', leaf, '-inkey', key, '-out', pfx, '-passout', 'pass:')
  await expect(loadCertificateFiles({ pfx, passphrase: '' }, { nowMs: Date.now() })).rejects.toMatchObject({
    code: 'CERTIFICATE_CHAIN_INCOMPLETE',
  })
})

it('refuses the key of another certificate', async () => {
  const { cert, nowMs, write } = await pair()
  const key = write('other.key', newKeyPem())
  await expect(loadCertificateFiles({ cert, key }, { nowMs })).rejects.toThrow(
    expect.objectContaining({
      code: 'CERTIFICATE_KEY_MISMATCH',
      message: expect.stringContaining(key),
    }),
  )
})

it('refuses a certificate whose time has passed or has not come', async () => {
  const { cert, key, caPath: ca } = await pair()
  const at = (nowMs: number) => loadCertificateFiles({ cert, key, ca }, { nowMs })
  await expect(at(NOW_MS + 397 * DAY_MS)).rejects.toMatchObject({
    code: 'CERTIFICATE_EXPIRED',
    message: expect.stringContaining('2027-12-24'),
  })
  await expect(at(NOW_MS - DAY_MS)).rejects.toMatchObject({
    code: 'CERTIFICATE_INVALID',
    next: expect.stringContaining('clock'),
  })
})
