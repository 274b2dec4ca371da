import type { Server, Socket } from 'node:net'
import { addressOfConnection } from '../proxy/caller.ts'
import type { TrustedProxies } from '../proxy/trusted-proxies.ts'
import { runDueSteps } from '../room/step-clock.ts'
import type { Admission } from './admission.ts'
import { networkOf } from './network.ts'
import { TurnQueue } from './turn-queue.ts'

/** Connections that are begun with in one turn of the event loop: a handshake takes a millisecond. */
const HANDSHAKES_PER_TURN = 4

/**
 * Makes a server cut connections beyond `maxConnections` and `maxConnectionsPerAddress` before it spends anything on
 * them, a TLS handshake least of all, and begin with the others a few at a time. A trusted proxy's connections are those
 * of all its clients: by address they are not counted.
 *
 * @param server an http or https server that does not listen yet
 */
export function limitConnections(
  server: Server,
  { admission, trusted }: { admission: Admission; trusted: TrustedProxies },
): void {
  const serve = server.listeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection')
  const handshakes = new TurnQueue(HANDSHAKES_PER_TURN)
  for (const event of ['secureConnection', 'tlsClientError']) server.prependListener(event, runDueSteps)
  server.on('connection', (socket: Socket) => {
    runDueSteps()
    const address = addressOfConnection(socket)
    const sender = address === undefined || trusted.trusts(address) ? undefined : networkOf(address)
    const release = admission.connect(sender)
    if (!release) {
      socket.destroy()
      return
    }
    socket.once('close', () => {
      runDueSteps()
      release()
    })
    socket.on('error', ignore)
    handshakes.push(() => {
      socket.off('error', ignore)
      if (!socket.destroyed) for (const listener of serve) listener.call(server, socket)
    })
  })
}

function ignore(): void {}
