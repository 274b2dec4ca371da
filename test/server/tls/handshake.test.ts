import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import { ensureDevelopmentCa } from '../../../server/tls/development-ca.ts'
import { ensureDevelopmentCertificate } from '../../../server/tls/development-leaf.ts'
import { issueLeaf } from '../../../server/tls/issue.ts'
import { newKeyPem } from '../../../server/tls/p256-key.ts'
import { tlsPolicy } from '../../../server/tls/tls-policy.ts'
import { scratchFolder } from './scratch-folder.ts'

const DAY_MS = 86_400_000
const nowMs = Date.now() // real handshakes look at the real clock

const develop = () =>
  ensureDevelopmentCertificate({ certsFolder: scratchFolder(), dataFolder: scratchFolder(), nowMs })

async function serve(pair: { certPem: string; keyPem: string }, host = '127.0.0.1'): Promise<number> {
  const server = createServer({ ...tlsPolicy(), cert: pair.certPem, key: pair.keyPem }, (_, response) =>
    response.end('hello'),
  ).listen(0, host)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

async function load(options: { host: string; port: number; ca: string }): Promise<string> {
  const request = get({ ...options, agent: false })
  const [response] = await once(request, 'response')
  return (await response.toArray()).join('')
}

async function handshake(options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', ...options })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'secureConnect')
  return socket
}

it.each([
  ['localhost', '127.0.0.1'],
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '::1'],
])('is accepted as %s by a client that trusts the authority', async (host, listenOn) => {
  const made = await develop()
  const port = await serve(made, listenOn)
  expect(await load({ host, port, ca: made.caPem })).toBe('hello')
})

it('is refused by a client that does not know the authority, or another name is asked for', async () => {
  const [made, other] = [await develop(), await develop()]
  const port = await serve(made)
  await expect(load({ host: 'localhost', port, ca: other.caPem })).rejects.toMatchObject({
    code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  })
  await expect(handshake({ port, ca: made.caPem, servername: 'example.com' })).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  })
})

it('passes the strict check of openssl verify', async () => {
  const { certPath, caPath } = await develop()
  const args = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', caPath, certPath]
  expect(execFileSync('openssl', args, { encoding: 'utf8' })).toBe(`${certPath}: OK\n`)
})

it.each(['example.com', '203.0.113.5', '2001:db8::5', 'localhost,example.com'])(
  'cannot be abused: clients refuse what the authority signs for %s',
  async (list) => {
    const names = list.split(',')
    const folder = scratchFolder()
    const authority = await ensureDevelopmentCa({ dataFolder: folder, hostName: 'box-1', nowMs })
    const keyPem = newKeyPem()
    const validity = { notBeforeMs: nowMs - DAY_MS, notAfterMs: nowMs + DAY_MS }
    const certPem = await issueLeaf({ keyPem, names, authority, ...validity })
    const port = await serve({ certPem, keyPem })
    await expect(
      handshake({ port, ca: authority.certPem, checkServerIdentity: () => undefined }),
    ).rejects.toThrow('permitted subtree violation')
    writeFileSync(join(folder, 'leaf.pem'), certPem)
    expect(() =>
      execFileSync('openssl', ['verify', '-CAfile', authority.certPath, join(folder, 'leaf.pem')], {
        stdio: 'pipe',
      }),
    ).toThrow('permitted subtree violation')
  },
)

it('is still accepted after the authority was renewed', async () => {
  const where = { certsFolder: scratchFolder(), dataFolder: scratchFolder() }
  const longAgoMs = nowMs - 3600 * DAY_MS
  await ensureDevelopmentCertificate({ ...where, nowMs: longAgoMs })
  const made = await ensureDevelopmentCertificate({ ...where, nowMs })
  expect(made).toMatchObject({ caRenewed: true, issued: true })
  expect(await load({ host: 'localhost', port: await serve(made), ca: made.caPem })).toBe('hello')
})

it('speaks TLS 1.3 and offers http/1.1', async () => {
  const made = await develop()
  const port = await serve(made)
  const options = { port, ca: made.caPem, servername: 'localhost', ALPNProtocols: ['h2', 'http/1.1'] }
  const socket = await handshake(options)
  expect(socket.getProtocol()).toBe('TLSv1.3')
  expect(socket.getCipher().name).toBe('TLS_AES_128_GCM_SHA256')
  expect(socket.alpnProtocol).toBe('http/1.1')
})

const [major = 0, minor = 0] = process.versions.openssl.split('.').map(Number)

it.skipIf(major < 3 || (major === 3 && minor < 5))(
  'agrees on keys that a quantum computer cannot break, where OpenSSL knows how',
  async () => {
    const made = await develop()
    const port = await serve(made)
    const only = { ecdhCurve: 'X25519MLKEM768', minVersion: 'TLSv1.3' } as const
    expect((await handshake({ port, ca: made.caPem, servername: 'localhost', ...only })).authorized).toBe(
      true,
    )
  },
)

it('[TL9] does not negotiate a second time on a connection', async () => {
  const made = await develop()
  const client = { port: await serve(made), ca: made.caPem, servername: 'localhost' }
  const socket = await handshake({ ...client, maxVersion: 'TLSv1.2' })
  const refusal = new Promise((resolve) => {
    socket.on('error', resolve)
    socket.renegotiate({}, (error) => error && resolve(error))
  })
  expect(String(await refusal)).toMatch(/no renegotiation/i)
})

it('still takes TLS 1.2 with forward secrecy, and nothing older or weaker', async () => {
  const made = await develop()
  const client = { port: await serve(made), ca: made.caPem, servername: 'localhost' }
  const socket = await handshake({ ...client, maxVersion: 'TLSv1.2' })
  expect(socket.getCipher().name).toBe('ECDHE-ECDSA-AES128-GCM-SHA256')
  const weak = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' } as const
  await expect(handshake({ ...client, ...weak })).rejects.toThrow(/handshake failure/i)
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  await expect(handshake({ ...client, ...old })).rejects.toThrow(/protocol version/i)
})
