/** An https server whose certificates are kept as a match server keeps them, and clients that look at them. */
import { once } from 'node:events'
import { copyFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import { createLogger } from '../../../server/log.ts'
import { Metrics } from '../../../server/metrics/metrics.ts'
import type { CertificateFiles } from '../../../server/tls/certificate-files.ts'
import { type CertificateEvent, CertificateKeeper } from '../../../server/tls/certificate-keeper.ts'
import { FilesSource } from '../../../server/tls/files-source.ts'
import { ServingCertificates } from '../../../server/tls/serving.ts'
import { TicketKeys } from '../../../server/tls/ticket-keys.ts'
import type { Chain } from './openssl-chain.ts'

export const SECRET = new Uint8Array(32).fill(7)

/** Answers "hello" until the test is over, with what happens to its certificates. */
export async function serve(
  files: readonly CertificateFiles[],
  { secret = SECRET, names }: { secret?: Uint8Array; names?: readonly string[] } = {},
) {
  const events: CertificateEvent[] = []
  const metrics = new Metrics()
  const keeper = new CertificateKeeper({
    source: new FilesSource({ files, names, roots: [], lookEveryMs: 20 }),
    log: createLogger('silent'),
    metrics,
    tell: (event) => void events.push(event),
  })
  const serving = new ServingCertificates({ tickets: new TicketKeys(secret) })
  const options = serving.options(await keeper.load(), Date.now())
  const server = createServer(options, (_request, response) => response.end('hello'))
  server.on('secureConnection', (socket: TLSSocket) => socket.on('error', () => {}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  keeper.attach(serving, server)
  await keeper.keep()
  onTestFinished(async () => {
    await keeper.close()
    metrics.close()
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { port, events, metrics, server }
}

export async function handshake(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'secureConnect')
  return socket
}

export async function servedName(port: number, servername?: string): Promise<string | undefined> {
  const socket = await handshake(port, servername === undefined ? {} : { servername })
  return socket.getPeerX509Certificate()?.subjectAltName
}

/** Puts another chain where the server looks. */
export function put(chain: Chain, place: { cert: string; key: string }): void {
  copyFileSync(chain.fullchain, place.cert)
  copyFileSync(chain.key, place.key)
}
