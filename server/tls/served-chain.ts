import type { X509Certificate } from 'node:crypto'
import { duplexPair } from 'node:stream'
import { connect, createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls'

/**
 * The certificates that a client would be sent with these options, the server's own first: found out by a handshake
 * within this process, since Node tells nothing about what is inside a PFX file.
 *
 * @throws the TLS library's error for options it cannot use
 */
export async function servedChain(options: SecureContextOptions): Promise<X509Certificate[]> {
  const secureContext = createSecureContext(options)
  const [near, far] = duplexPair()
  const server = new TLSSocket(far, { isServer: true, secureContext })
  const client = connect({ socket: near, rejectUnauthorized: false })
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('secureConnect', resolve)
      client.once('error', reject)
      server.once('error', reject)
    })
    return [...issuers(client.getPeerX509Certificate())]
  } finally {
    client.destroy()
    server.destroy()
  }
}

function* issuers(first: X509Certificate | undefined): Generator<X509Certificate> {
  for (let next = first; next; next = next.issuerCertificate) yield next
}
