/** Does it pay to send a client's eight bytes of time apart from the body that all clients share? */
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { makeCertificate } from './parts/certificate.ts'
import { publish } from './parts/report.ts'

const CLIENTS = 100
const ROUNDS = 300
const SIZES = [600, 4_000, 16_000]
const HEADER_BYTES = 4
const PREFIX_BYTES = 9

const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
const { cert, key } = makeCertificate(folder, 'ecdsa')

const server = createServer({ cert: await readFile(cert), key: await readFile(key) })
const accepted: Socket[] = []
server.on('secureConnection', (socket) => accepted.push(socket))
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
const clients = []
for (let n = 0; n < CLIENTS; n++) {
  const client = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
  client.on('data', () => {})
  await once(client, 'secureConnect')
  clients.push(client)
}

/** One frame in memory of its own, as one client gets it. */
function copied(socket: Socket, body: Buffer): void {
  const header = Buffer.allocUnsafe(HEADER_BYTES)
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + body.length)
  frame.set(body, PREFIX_BYTES)
  socket.cork()
  socket.write(header)
  socket.write(frame)
  socket.uncork()
}

/** Header and prefix in one small piece, then the body that everybody gets, all in one write. */
function apart(socket: Socket, body: Buffer): void {
  const head = Buffer.allocUnsafe(HEADER_BYTES + PREFIX_BYTES)
  socket.cork()
  socket.write(head)
  socket.write(body)
  socket.uncork()
}

/** The same without holding the pieces together: two records. */
function loose(socket: Socket, body: Buffer): void {
  socket.write(Buffer.allocUnsafe(HEADER_BYTES + PREFIX_BYTES))
  socket.write(body)
}

async function cost(write: (socket: Socket, body: Buffer) => void, bytes: number): Promise<number> {
  const body = Buffer.alloc(bytes, 7)
  let totalMicros = 0
  for (let round = 0; round < ROUNDS; round++) {
    const started = process.threadCpuUsage()
    for (const socket of accepted) write(socket, body)
    const { user, system } = process.threadCpuUsage(started)
    totalMicros += user + system
    while (accepted.some(({ writableLength }) => writableLength > 0)) await new Promise(setImmediate)
  }
  // The kernel counts in steps of some milliseconds, so that only sums are true.
  return totalMicros / ROUNDS / CLIENTS
}

const figures = []
for (const bytes of SIZES) {
  // In turns, so that what the machine does besides meets all alike.
  const [first, second, third] = [
    await cost(copied, bytes),
    await cost(apart, bytes),
    await cost(loose, bytes),
  ]
  figures.push(
    { what: `${bytes} bytes, copied for each client`, value: first, unit: 'µs' },
    { what: '… prefix and shared body in one write', value: second, unit: 'µs' },
    { what: '… in two writes', value: third, unit: 'µs' },
  )
}
for (const client of clients) client.destroy()
server.close()
await rm(folder, { recursive: true, force: true })
publish({
  name: 'writes',
  question: "Does it pay to send a client's own bytes apart from the body that all clients share?",
  method: `CPU time of the server's thread for one frame, given to TLS and the kernel; means of ${ROUNDS} rounds with ${CLIENTS} connections.`,
  figures,
})
