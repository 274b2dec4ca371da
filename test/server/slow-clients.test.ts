import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startTestServer } from '../../testing/index.ts'
import { YardRoom } from '../client-sdk/yard-room.ts'
import { freePort } from '../free-port.ts'
import { clientHello, closed, drip, tcp, tls } from './raw-clients.ts'
import { scratchFolder } from './tls/scratch-folder.ts'

const LARGE_BYTES = 64 * 1024 * 1024
const LIMITS = {
  handshakeTimeoutMs: 600,
  headersTimeoutMs: 700,
  requestTimeoutMs: 1_200,
  keepAliveTimeoutMs: 900,
  stalledTimeoutMs: 1_500,
}
const GET = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'
const UPGRADE = 'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
const POST = 'POST /matchmake/joinOrCreate/yard HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n'

/** A server whose limits are so short that a test can wait for them. */
async function start() {
  const web = join(scratchFolder(), 'web')
  mkdirSync(web)
  writeFileSync(join(web, 'large.bin'), Buffer.alloc(LARGE_BYTES))
  const server = await startTestServer({ rooms: { yard: YardRoom }, limits: LIMITS, web })
  onTestFinished(() => server.close())
  return server.server.address!.port
}

/** Sends nothing more, and settles when the server has ended the connection. @returns how long that took */
async function cutOff(socket: Socket): Promise<number> {
  const startMs = performance.now()
  socket.resume()
  await closed(socket)
  return performance.now() - startMs
}

const { handshakeTimeoutMs, headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs, stalledTimeoutMs } =
  LIMITS

const SLOW: [what: string, limitMs: number, begin: (port: number) => Promise<Socket>][] = [
  ['connects and says nothing', handshakeTimeoutMs, tcp],
  [
    'sends half of its first handshake message',
    handshakeTimeoutMs,
    async (port) => {
      const [socket, hello] = [await tcp(port), await clientHello()]
      socket.write(hello.subarray(0, hello.length / 2))
      return socket
    },
  ],
  [
    'begins a handshake and does not go on',
    handshakeTimeoutMs,
    async (port) => {
      const [socket, hello] = [await tcp(port), await clientHello()]
      socket.write(hello)
      return socket
    },
  ],
  [
    'sends its handshake byte by byte',
    handshakeTimeoutMs,
    async (port) => {
      const [socket, hello] = [await tcp(port), await clientHello()]
      drip(socket, hello)
      return socket
    },
  ],
  ['finishes its handshake and asks for nothing', headersTimeoutMs, tls],
  ['sends headers byte by byte', headersTimeoutMs, (port) => dripping(port, GET)],
  ['sends the headers of an upgrade byte by byte', headersTimeoutMs, (port) => dripping(port, UPGRADE)],
  [
    'sends an upgrade and never ends its headers',
    headersTimeoutMs,
    async (port) => {
      const socket = await tls(port)
      socket.write(UPGRADE)
      return socket
    },
  ],
  [
    'sends the body of a join byte by byte',
    requestTimeoutMs,
    async (port) => {
      const socket = await tls(port)
      socket.write(POST)
      drip(socket, 'x'.repeat(5_000))
      return socket
    },
  ],
  [
    'asks once and stays',
    keepAliveTimeoutMs,
    async (port) => {
      const socket = await tls(port)
      socket.write(GET)
      await once(socket, 'data')
      return socket
    },
  ],
  [
    'asks once, then sends the next request byte by byte',
    headersTimeoutMs,
    async (port) => {
      const socket = await tls(port)
      socket.write(GET)
      await once(socket, 'data')
      drip(socket, GET)
      return socket
    },
  ],
]

async function dripping(port: number, text: string): Promise<Socket> {
  const socket = await tls(port)
  drip(socket, `${text}X-Padding: ${'x'.repeat(5_000)}\r\n\r\n`)
  return socket
}

it.each(SLOW)('[SC1] a client is cut off that %s', async (_what, limitMs, begin) => {
  const port = await start()
  const tookMs = await cutOff(await begin(port))
  expect(tookMs, 'not before its time').toBeGreaterThan(limitMs * 0.7)
})

it('[SC1] a client is cut off that asks for a large file and does not read it', async () => {
  const port = await start()
  const socket = await tls(port)
  socket.pause()
  socket.write('GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'readable')
  drip(socket, GET, stalledTimeoutMs * 3) // who reads nothing learns only by writing that nobody is there
  await closed(socket)
  expect(socket.bytesRead).toBeLessThan(LARGE_BYTES / 2)
})

it('[SC1] a client is cut off that asks the plain port for nothing, or byte by byte', async () => {
  const httpPort = await freePort()
  const server = await startTestServer({ rooms: { yard: YardRoom }, limits: LIMITS, httpPort })
  onTestFinished(() => server.close())
  const [silent, slow] = [await tcp(httpPort), await tcp(httpPort)]
  drip(slow, `GET / HTTP/1.1\r\nX-Padding: ${'x'.repeat(5_000)}\r\n\r\n`)
  await Promise.all([cutOff(silent), cutOff(slow)])
})

it('[SC1] a client is cut off that reaches a server behind a proxy and asks for nothing, or byte by byte', async () => {
  const server = await startTestServer({ rooms: { yard: YardRoom }, limits: LIMITS, tls: 'proxy' })
  onTestFinished(() => server.close())
  const { port } = server.server.address!
  const [silent, slow] = [await tcp(port), await tcp(port)]
  drip(slow, `GET / HTTP/1.1\r\nX-Padding: ${'x'.repeat(5_000)}\r\n\r\n`)
  await Promise.all([cutOff(silent), cutOff(slow)])
})
