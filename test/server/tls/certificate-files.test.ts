import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadCertificateFiles } from '../../../server/tls/certificate-files.ts'
import { ensureDevelopmentCertificate } from '../../../server/tls/development-leaf.ts'
import { newKeyPem } from '../../../server/tls/p256-key.ts'
import { scratchFolder } from './scratch-folder.ts'

const NOW_MS = Date.UTC(2026, 10, 23)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

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

it('reads a certificate and its key', async () => {
  const { cert, key, nowMs, certPem, keyPem } = await pair()
  expect(loadCertificateFiles({ cert, key, nowMs })).toEqual({
    ...{ certPem, keyPem, leafOnly: true },
    names: ['localhost', '127.0.0.1', '::1', 'box-1', 'box-1.local'],
    expiresAtMs: NOW_MS - HOUR_MS + 397 * DAY_MS,
  })
})

it('sees that a chain is complete, and that a self-signed certificate needs none', async () => {
  const { write, key, nowMs, certPem, caPem, caPath, folder } = await pair()
  const chain = write('chain.pem', `Subject: a comment\n${certPem}\n${caPem}`)
  expect(loadCertificateFiles({ cert: chain, key, nowMs }).leafOnly).toBe(false)
  const caKey = join(folder, 'ca.key')
  expect(loadCertificateFiles({ cert: caPath, key: caKey, nowMs }).leafOnly).toBe(false)
})

it('reads an RSA pair with a PKCS #1 key and Windows line ends', () => {
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
  expect(loadCertificateFiles({ cert, key, nowMs: Date.now() }).names).toEqual(['*.example.com'])
})

it.each(['cert', 'key'] as const)('says why the %s file cannot be read', async (which) => {
  const { folder, ...good } = await pair()
  const { cert, key, nowMs } = good
  mkdirSync(join(folder, 'sub'))
  const cases = { missing: 'does not exist', sub: 'is a folder', 'development.pem/x': 'is a file' }
  for (const [name, why] of Object.entries(cases)) {
    const path = join(folder, name)
    expect(() => loadCertificateFiles({ cert, key, nowMs, [which]: path })).toThrow(
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
    expect(() => loadCertificateFiles({ cert, key, nowMs, [which]: path })).toThrow(
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
  expect(() => loadCertificateFiles({ cert, key, nowMs })).toThrow(
    expect.objectContaining({ code: 'CERTIFICATE_INVALID' }),
  )
})

it('tells how to decrypt an encrypted key', async () => {
  const { cert, key, nowMs, folder } = await pair()
  const locked = join(folder, 'locked.key')
  openssl('pkcs8', '-topk8', '-in', key, '-out', locked, '-passout', 'pass:x')
  expect(() => loadCertificateFiles({ cert, key: locked, nowMs })).toThrow(
    expect.objectContaining({
      code: 'CERTIFICATE_INVALID',
      message: expect.stringContaining('is encrypted'),
      next: expect.stringContaining(`openssl pkey -in ${locked}`),
    }),
  )
})

it('refuses the key of another certificate', async () => {
  const { cert, nowMs, write } = await pair()
  const key = write('other.key', newKeyPem())
  expect(() => loadCertificateFiles({ cert, key, nowMs })).toThrow(
    expect.objectContaining({
      code: 'CERTIFICATE_KEY_MISMATCH',
      message: expect.stringContaining(key),
    }),
  )
})

it('refuses a certificate whose time has passed or has not come', async () => {
  const { cert, key } = await pair()
  const at = (nowMs: number) => () => loadCertificateFiles({ cert, key, nowMs })
  expect(at(NOW_MS + 397 * DAY_MS)).toThrow(
    expect.objectContaining({ code: 'CERTIFICATE_EXPIRED', message: expect.stringContaining('2027-12-24') }),
  )
  expect(at(NOW_MS - DAY_MS)).toThrow(
    expect.objectContaining({ code: 'CERTIFICATE_INVALID', next: expect.stringContaining('clock') }),
  )
})

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' })
}
