import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import type { ServerOptions } from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'
import { DoormanRoom } from './doorman-room.ts'
import { version2 } from './proxy-headers.ts'

const rooms = { hall: DoormanRoom }

const passThrough = (options: Partial<ServerOptions<typeof rooms>> = {}) =>
  startTestServer({ rooms, proxyProtocol: true, trustedProxies: ['loopback'], ...options })

/** A connection as a proxy opens it: these bytes first, in these pieces. */
async function dial(port: number, ...pieces: (Buffer | string)[]): Promise<Socket> {
  const socket = connectTcp({ port, host: '127.0.0.1' }).setNoDelay()
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  socket.on('error', () => {})
  for (const piece of pieces) await new Promise((written) => socket.write(piece, written))
  return socket
}

/** However it ends: with an end or a reset. */
function closed(socket: Socket): Promise<void> {
  return new Promise((done) => socket.once('close', () => done()))
}

async function join(socket: Socket): Promise<number> {
  const secure: TLSSocket = connectTls({ socket, servername: 'localhost' })
  await once(secure, 'secureConnect')
  const lines = ['POST /matchmake/joinOrCreate/hall HTTP/1.1', 'Host: localhost', 'X-Forwarded-For: 6.6.6.6']
  secure.write(`${lines.join('\r\n')}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`)
  const [answer] = (await once(secure, 'data')) as [Buffer]
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer.toString('latin1'))?.[1])
}

it('[PX4] takes the client’s address from a header of version 1 or 2, TLS coming right behind it', async () => {
  await using server = await passThrough()
  const { port } = server.server.address!
  expect(await join(await dial(port, 'PROXY TCP4 203.0.113.9 10.0.0.1 4711 443\r\n'))).toBe(200)
  expect(DoormanRoom.last()).toMatchObject({
    ip: '203.0.113.9',
    headers: expect.not.stringContaining('6.6.6.6'),
  })
  expect(await join(await dial(port, version2({ source: '2001:db8::9' })))).toBe(200)
  expect(DoormanRoom.last().ip).toBe('2001:db8::9')
})

it('[PX4] waits for a header that comes in pieces', async () => {
  await using server = await passThrough()
  const pieces = [...version2({ source: '203.0.113.10' })].map((byte) => Buffer.from([byte]))
  expect(await join(await dial(server.server.address!.port, ...pieces))).toBe(200)
  expect(DoormanRoom.last().ip).toBe('203.0.113.10')
})

it('[PX4] cuts who sends no header, a broken one, or none in time', async () => {
  await using server = await passThrough({ limits: { handshakeTimeoutMs: 300 } })
  const { port } = server.server.address!
  for (const start of ['\x16\x03\x01', 'GET / HTTP/1.1\r\n\r\n', 'PROXY TCP4 nobody\r\n', 'PROX', ''])
    await closed(await dial(port, start))
  expect(server.server.status().rooms).toBe(0)
})

it('[PX4] cuts whoever does not come from a trusted proxy, header or not', async () => {
  await using server = await passThrough({ trustedProxies: ['10.0.0.7'] })
  const { port } = server.server.address!
  await closed(await dial(port, 'PROXY TCP4 203.0.113.9 10.0.0.1 4711 443\r\n'))
})

it('does not start with proxyProtocol and no trusted proxy', async () => {
  await expect(passThrough({ trustedProxies: [] })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    message: expect.stringContaining('trustedProxies'),
  })
})

it('[PX4] closes its port although connections wait for their header', async () => {
  const server = await passThrough()
  const waiting = await dial(server.server.address!.port, 'PROXY ')
  await Promise.all([server.close(), closed(waiting)])
})

it('[PX2] behind a proxy that ends TLS, believes the header that the client spoke TLS', async () => {
  await using server = await passThrough({ tls: 'proxy' })
  const { port } = server.server.address!
  const ask = async (header: Buffer) => {
    const socket = await dial(
      port,
      header,
      'GET /rooms HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    )
    const [answer] = (await once(socket, 'data')) as [Buffer]
    return Number(/^HTTP\/1\.1 (\d+)/.exec(answer.toString('latin1'))?.[1])
  }
  const tls = Buffer.from([0x20, 0, 5, 0x01, 0, 0, 0, 0])
  expect(await ask(version2({ source: '203.0.113.9', additions: tls }))).toBe(200)
  expect(await ask(version2({ source: '203.0.113.9' }))).toBe(426)
})
