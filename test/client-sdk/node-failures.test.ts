import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpsServer } from 'node:https'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect, FairgroundError } from '../../client-sdk/index.ts'
import { freePort } from '../free-port.ts'
import { missing } from '../needs.ts'
import { openssl, opensslChain } from '../server/tls/openssl-chain.ts'
import { scratchFolder } from '../server/tls/scratch-folder.ts'
import { certificate, tlsServer } from './stranger-servers.ts'

interface AnyRooms {
  readonly '~rooms': { readonly arena: new () => object }
}

async function failure(port: number): Promise<FairgroundError> {
  const error = await connect<AnyRooms>(`wss://localhost:${port}`)
    .joinOrCreate('arena')
    .catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(FairgroundError)
  return error as FairgroundError
}

/** A web server with these files, which are paths. Its port. */
async function serving(cert: string, key: string): Promise<number> {
  const server = createHttpsServer({ cert: readFileSync(cert), key: readFileSync(key) })
  const port = await freePort()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return port
}

describe.skipIf(missing('openssl'))('[CL11] a certificate that Node does not trust', () => {
  it('for it signs itself, is told as such', async () => {
    const folder = scratchFolder()
    const [cert, key] = [join(folder, 'own.pem'), join(folder, 'own.key')]
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-subj', '/CN=me')
    const error = await failure(await serving(cert, key))
    expect(error.code).toBe('CERTIFICATE_UNTRUSTED')
    expect(error.message).toContain('self-signed ("me"): no authority vouches for it')
  })

  it('for its intermediate one is missing, is told with the name of what is missing', async () => {
    const { root, leaf, key } = opensslChain(scratchFolder(), { name: 'localhost' })
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(root, 'utf8')])
    const error = await failure(await serving(leaf, key))
    expect(error.code).toBe('CERTIFICATE_CHAIN_INCOMPLETE')
    expect(error.message).toMatch(/intermediate certificate is missing: .*"Test Intermediate"/)
    expect(error.next).toContain('fullchain')
  })

  it('for nobody knows its authority, is told with the name of that', async () => {
    const { fullchain, key } = opensslChain(scratchFolder(), { name: 'localhost' })
    const error = await failure(await serving(fullchain, key))
    expect(error.code).toBe('CERTIFICATE_UNTRUSTED')
    expect(error.message).toContain('from "Test Root", which is not trusted here')
    expect(error.next).toContain('NODE_EXTRA_CA_CERTS')
  })
})

it('[CL11] a server that speaks old versions of TLS only is told as such', async () => {
  const tls = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  const error = await failure(await tlsServer((_, response) => response.end(), { tls }))
  expect(error.code).toBe('TLS_HANDSHAKE_FAILED')
  expect(error.message).toContain('neither TLS 1.2 nor TLS 1.3')
})

it('[CL11] a server that asks for certificates of clients is told as such', async () => {
  const tls = { requestCert: true, rejectUnauthorized: true, ca: (await certificate({})).cert }
  const error = await failure(await tlsServer((_, response) => response.end(), { tls }))
  expect(error.code).toBe('TLS_HANDSHAKE_FAILED')
  expect(error.message).toContain('certificate of their own')
})

it('[CL11] a server that does not answer ends in CONNECT_TIMEOUT', async () => {
  const server = createTcpServer((socket) => socket.on('error', () => {}))
  const port = await freePort()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  expect(await failure(port)).toMatchObject({ code: 'CONNECT_TIMEOUT', retry: 'later' })
})
