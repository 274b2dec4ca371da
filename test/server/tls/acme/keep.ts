import { once } from 'node:events'
import { createServer } from 'node:https'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { connect as tlsConnect } from 'node:tls'
import { onTestFinished } from 'vitest'
import { WebSocketServer } from 'ws'
import { createLogger } from '../../../../server/log.ts'
import { Metrics } from '../../../../server/metrics/metrics.ts'
import type { AcmeOptions } from '../../../../server/tls/acme/acme-options.ts'
import { AcmeSource } from '../../../../server/tls/acme/acme-source.ts'
import { type CertificateEvent, CertificateKeeper } from '../../../../server/tls/certificate-keeper.ts'
import { ServingCertificates } from '../../../../server/tls/serving.ts'
import { TicketKeys } from '../../../../server/tls/ticket-keys.ts'
import { makeProofs } from '../../../../server/tls/tls-option.ts'

export interface KeepOptions {
  acme: AcmeOptions
  certsFolder: string
  port: number
  /** How far its clock is ahead of the world's; may change while it runs. */
  clock?: { aheadMs: number }
  lookEveryMs?: number
}

/** An https server that echoes over wss, with certificates from an ACME authority kept as a match server keeps them. */
export async function keepFrom({ acme, certsFolder, port, clock, lookEveryMs = 20 }: KeepOptions) {
  const events: CertificateEvent[] = []
  const metrics = new Metrics()
  const proofs = makeProofs({ certsFolder, dataFolder: certsFolder })
  const source = new AcmeSource({
    acme,
    folder: join(certsFolder, 'acme'),
    challenges: proofs.challenges,
    proofs: proofs.http,
    now: () => Date.now() + (clock?.aheadMs ?? 0),
    random: () => 0.5,
    lookEveryMs,
  })
  const keeper = new CertificateKeeper({
    source,
    log: createLogger('silent'),
    metrics,
    tell: (event) => void events.push(event),
  })
  const tickets = new TicketKeys(new Uint8Array(32).fill(7))
  const serving = new ServingCertificates({ tickets, challenges: proofs.challenges })
  const server = createServer(serving.options(await keeper.load(), Date.now()))
  server.on('secureConnection', (socket: TLSSocket) => socket.on('error', () => {}))
  const echo = new WebSocketServer({ server })
  echo.on('connection', (socket) => socket.on('message', (data) => socket.send(data)))
  let closed = false
  const close = async (): Promise<void> => {
    if (closed) return
    closed = true
    await keeper.close()
    metrics.close()
    for (const socket of echo.clients) socket.terminate()
    const freed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await freed
  }
  onTestFinished(close)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  keeper.attach(serving, server)
  try {
    await keeper.keep()
  } catch (error) {
    await close()
    throw error
  }
  return { port, events, metrics, source, close }
}

/** Serial number of the certificate that a client is shown, whoever signed it. */
export async function servedSerial(port: number, servername = 'game.example'): Promise<string> {
  const socket = tlsConnect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'secureConnect')
  const { serialNumber } = socket.getPeerX509Certificate()!
  socket.destroy()
  return serialNumber
}
