/** TLS handshakes with a server, full ones or resumed ones, and nothing else. Answers when all are done. */
import { type ConnectionOptions, connect } from 'node:tls'

interface Wish {
  port: number
  count: number
  resumed: boolean
}

const AT_ONCE = 8

process.on('message', async ({ port, count, resumed }: Wish) => {
  const options = { port, host: '127.0.0.1', servername: 'localhost', ALPNProtocols: ['http/1.1'] }
  const session = resumed ? (await shakeHands(options)).session : undefined
  let left = count
  let reused = 0
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      if ((await shakeHands({ ...options, ...(session && { session }) })).reused) reused++
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  if (reused !== (resumed ? count : 0)) throw new Error(`${reused} of ${count} handshakes were resumed`)
  process.send!({})
})

/** One connection, over when the server has closed it too: then it is done with the handshake and its tickets. */
function shakeHands(options: ConnectionOptions): Promise<{ session: Buffer | undefined; reused: boolean }> {
  return new Promise((resolve, reject) => {
    let session: Buffer | undefined
    let reused = false
    const socket = connect({ ...options, minVersion: 'TLSv1.3' }, () => {
      reused = socket.isSessionReused()
      socket.end()
    })
    socket.on('session', (ticket: Buffer) => {
      session = ticket
    })
    socket.on('error', reject)
    socket.on('close', () => resolve({ session, reused }))
    socket.resume()
  })
}
