/** Servers that are not what a client hopes for. Each is closed when its test is over. */
import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer, type ServerOptions } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { onTestFinished } from 'vitest'
import { ensureDevelopmentCa } from '../../server/tls/development-ca.ts'
import { issueLeaf } from '../../server/tls/issue.ts'
import { newKeyPem } from '../../server/tls/p256-key.ts'
import { scratchFolder } from '../server/tls/scratch-folder.ts'

const DAY_MS = 86_400_000

export interface CertificateWishes {
  names?: readonly string[]
  notBeforeMs?: number
  notAfterMs?: number
  /** Whether this process trusts the authority behind it. */
  trusted?: boolean
}

async function listen(server: Server | TcpServer): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

/** A web server without TLS. Its port. */
export function plainServer(onRequest: RequestListener): Promise<number> {
  return listen(createHttpServer(onRequest))
}

/** Something that hangs up on everybody. Its port. */
export function rudeServer(): Promise<number> {
  return listen(createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy())))
}

/** A web server with a certificate of its own. Its port. */
export async function tlsServer(
  onRequest: RequestListener,
  { tls = {}, ...wishes }: CertificateWishes & { tls?: ServerOptions } = {},
): Promise<number> {
  return listen(createHttpsServer({ ...(await certificate(wishes)), ...tls }, onRequest))
}

/** A key and a certificate of an authority made for it. */
export async function certificate({
  names = ['localhost'],
  notBeforeMs,
  notAfterMs,
  trusted = true,
}: CertificateWishes) {
  const nowMs = Date.now()
  const authority = await ensureDevelopmentCa({ dataFolder: scratchFolder(), hostName: 'box-1', nowMs })
  const keyPem = newKeyPem()
  const validity = {
    notBeforeMs: notBeforeMs ?? nowMs - 2 * DAY_MS,
    notAfterMs: notAfterMs ?? nowMs + DAY_MS,
  }
  const certPem = await issueLeaf({ keyPem, names, authority, ...validity })
  if (trusted) setDefaultCACertificates([...getCACertificates('default'), authority.certPem])
  return { key: keyPem, cert: certPem }
}
