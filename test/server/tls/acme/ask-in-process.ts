/**
 * A process of its own that gets a certificate: `node ask-in-process.ts start|renew <JSON of what it needs>`.
 * It says `ready`, waits for a line on its input so that several can start at the same moment, and prints JSON.
 */
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { createServer, GameRoom } from '../../../../server/index.ts'
import type { AcmeOptions } from '../../../../server/tls/acme/acme-options.ts'
import { AcmeSource } from '../../../../server/tls/acme/acme-source.ts'
import { makeProofs } from '../../../../server/tls/tls-option.ts'

class Hall extends GameRoom {}

const [mode = '', json = ''] = process.argv.slice(2)
const {
  acme,
  certsFolder,
  port = 0,
} = JSON.parse(json) as { acme: AcmeOptions; certsFolder: string; port?: number }
await import('../../../../server/tls/acme/certificate-request.ts') // loaded before the race
const answer = mode === 'renew' ? await renewed() : await started()
process.stdout.write(JSON.stringify(answer))
process.exit()

async function letGo(): Promise<void> {
  process.stdout.write('ready\n')
  await once(process.stdin, 'data')
}

/** A match server, as people start it; what it serves. */
async function started(): Promise<object> {
  const server = createServer({
    rooms: { hall: Hall },
    log: 'silent',
    certsFolder,
    dataFolder: join(certsFolder, 'data'),
    tls: { acme },
  })
  await letGo()
  try {
    const address = await server.listen({ port, host: '127.0.0.1' })
    const socket = connect({
      port: address.port,
      host: '127.0.0.1',
      servername: 'game.example',
      rejectUnauthorized: false,
    })
    await once(socket, 'secureConnect')
    return { serial: socket.getPeerX509Certificate()!.serialNumber }
  } catch (error) {
    return told(error)
  }
}

/** Somebody who wants a new certificate now; what they get. */
async function renewed(): Promise<object> {
  const { challenges, http: proofs } = makeProofs({ certsFolder, dataFolder: certsFolder })
  const source = new AcmeSource({ acme, folder: join(certsFolder, 'acme'), challenges, proofs })
  await source.load()
  await letGo()
  try {
    const { secure } = await source.renew({ changed: () => {}, failed: () => {} })
    return { serial: new X509Certificate(String(secure.cert)).serialNumber }
  } catch (error) {
    return told(error)
  }
}

function told(error: unknown): object {
  const { code, message } = error as { code?: string; message?: string }
  return { code, message }
}
