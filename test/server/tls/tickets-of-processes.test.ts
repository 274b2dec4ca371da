import { once } from 'node:events'
import { type ConnectionOptions, connect } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import { startServerProcess } from '../server-process.ts'
import { handshake } from './certificate-server.ts'
import { opensslChain } from './openssl-chain.ts'
import { scratchFolder } from './scratch-folder.ts'

/** The session that a server lets this client come back with. */
async function sessionOf(port: number, options: ConnectionOptions): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options })
  onTestFinished(() => void socket.destroy())
  return (await once(socket, 'session'))[0] as Buffer
}

it('[TF5] a session with one process resumes with another of the same secret, by each name and version', async () => {
  const folder = scratchFolder()
  const files = ['one.example', 'two.example'].map((name, index) => {
    const { fullchain: cert, key } = opensslChain(folder, { id: `n${index}`, name })
    return { cert, key }
  })
  const start = (secret: string) =>
    startServerProcess({ tls: { files } }, { FAIRGROUND_SECRET: secret.repeat(32) })
  const [first, second, stranger] = await Promise.all([start('a'), start('a'), start('b')])
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    for (const servername of ['one.example', 'two.example']) {
      const only = { servername, minVersion: version, maxVersion: version }
      const session = await sessionOf(first.port, only)
      const reused = async ({ port }: { port: number }) =>
        (await handshake(port, { session, ...only })).isSessionReused()
      const which = `${version} ${servername}`
      expect(await reused(first), which).toBe(true)
      expect(await reused(second), which).toBe(true)
      expect(await reused(stranger), which).toBe(false)
    }
  }
})
