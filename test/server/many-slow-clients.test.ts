import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect, it } from 'vitest'
import { connect } from '../../client-sdk/index.ts'
import type { FairgroundServer } from '../../server/index.ts'
import type { YardRoom } from '../client-sdk/yard-room.ts'
import { eventually } from '../eventually.ts'
import { clientHello, drip, tcp, tls } from './raw-clients.ts'
import { startServerProcess } from './server-process.ts'

const CLIENTS_EACH = 100
/** Long enough for all of them to be open at once on a slow machine. */
const LIMITS = {
  handshakeTimeoutMs: 12_000,
  headersTimeoutMs: 12_000,
  requestTimeoutMs: 12_000,
  maxConnectionsPerAddress: 1_000,
  joinBurst: 1_000,
}
/** What 500 connections may cost a server: a quarter of a MiB each, several times what an honest one does. */
const MAX_GROWTH_BYTES = 128 * 1024 * 1024

async function slowClients(port: number): Promise<Socket[]> {
  const hello = await clientHello()
  const kinds: (() => Promise<Socket>)[] = [
    () => tcp(port),
    async () => {
      const socket = await tcp(port)
      drip(socket, hello, 1_000)
      return socket
    },
    () => tls(port),
    async () => {
      const socket = await tls(port)
      drip(socket, `GET / HTTP/1.1\r\nHost: x\r\nX-Padding: ${'x'.repeat(5_000)}`, 1_000)
      return socket
    },
    async () => {
      const socket = await tls(port)
      socket.write('POST /matchmake/create/yard HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n')
      drip(socket, 'x'.repeat(60_000), 1_000)
      return socket
    },
  ]
  return Promise.all(kinds.flatMap((kind) => Array.from({ length: CLIENTS_EACH }, kind)))
}

it('[SC2] honest players join and play among 500 slow clients, all of whom are gone in the end', async () => {
  const { port, url, caPath, memoryBytes } = await startServerProcess({ limits: LIMITS })
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(caPath!, 'utf8')])
  const yard = () => connect<FairgroundServer<{ yard: typeof YardRoom }>>(url).joinOrCreate('yard', {})
  const [early, beforeBytes] = [await yard(), await memoryBytes()]
  let closed = 0
  const sockets = await slowClients(port)
  for (const socket of sockets) socket.resume().once('close', () => closed++)
  const grownBytes = (await memoryBytes()) - beforeBytes
  const late = await yard()
  for (const room of [early, late]) room.send('ring')
  await eventually(() => expect([early.state.bell, late.state.bell]).toEqual([2, 2]))
  expect(closed, 'they were there all the time').toBe(0)
  expect(grownBytes).toBeLessThan(MAX_GROWTH_BYTES)
  await expect.poll(() => closed, { timeout: 60_000 }).toBe(sockets.length)
  early.send('ring')
  await eventually(() => expect(late.state.bell).toBe(3))
  await Promise.all([early.leave(), late.leave()])
}, 120_000)
