import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { createServer, type ListenOptions, type ServerOptions } from '../../../server/index.ts'
import { prepareSocketPath } from '../../../server/proxy/unix-socket.ts'
import { freePort } from '../../free-port.ts'
import { scratchFolder } from '../tls/scratch-folder.ts'
import { DoormanRoom } from './doorman-room.ts'

const rooms = { hall: DoormanRoom }
const HTTPS = { 'x-forwarded-proto': 'https' }

function made(options: Partial<ServerOptions<typeof rooms>> = {}) {
  const folders = { certsFolder: scratchFolder(), dataFolder: scratchFolder() }
  const server = createServer(
    { rooms, log: 'silent', tls: 'proxy', ...folders, ...options },
    { manualTicks: true },
  )
  onTestFinished(() => server.close())
  return server
}

interface Asked {
  port?: number
  socketPath?: string
  path?: string
  method?: string
  headers?: Record<string, string>
}

async function ask({ path = '/matchmake/joinOrCreate/hall', method = 'POST', ...rest }: Asked) {
  const outgoing = request({ host: '127.0.0.1', ...rest, path, method, agent: false })
  outgoing.end(method === 'POST' ? '{}' : undefined)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  const text = Buffer.concat(await answer.toArray()).toString()
  return { status: answer.statusCode, headers: answer.headers, text }
}

async function behindProxy(options: Partial<ServerOptions<typeof rooms>> = {}, listen: ListenOptions = {}) {
  const server = made(options)
  const address = await server.listen({ port: await freePort(), ...listen })
  return { server, address, port: address.port }
}

it('[PX1] listens on loopback only, and on no other address when asked to', async () => {
  const { address } = await behindProxy()
  expect(address).toMatchObject({ url: `http://localhost:${address.port}`, networkUrls: [] })
})

it.each(['0.0.0.0', '::', '192.0.2.1', 'game.example'])('[PX1] refuses to listen on %s', async (host) => {
  await expect(made().listen({ port: 0, host })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    message: expect.stringContaining(host),
    next: expect.stringContaining('Leave the host out'),
  })
})

it('[PX2] carries what came to the proxy over https, and tells everything else that it may not pass', async () => {
  const { port } = await behindProxy()
  expect((await ask({ port, headers: HTTPS })).status).toBe(200)
  for (const headers of [{}, { 'x-forwarded-proto': 'http' }, { 'x-forwarded-proto': 'https, http' }]) {
    const { status, text } = await ask({ port, headers: headers as Record<string, string> })
    expect(status).toBe(426)
    expect(text).toContain('X-Forwarded-Proto')
  }
  expect((await ask({ port, path: '/healthz', method: 'GET' })).status).toBe(200)
})

it('[PX2] opens no WebSocket that came to the proxy in plain text', async () => {
  const { port } = await behindProxy()
  const plain = new WebSocket(`ws://127.0.0.1:${port}/`)
  const [error] = await once(plain, 'error')
  expect(String(error)).toContain('426')
  const secure = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: HTTPS })
  await once(secure, 'open')
  secure.terminate()
})

it('[PX3] believes the address that a trusted proxy forwards: the last one that no proxy has', async () => {
  const { port } = await behindProxy({ trustedProxies: ['loopback', '10.0.0.0/8'] })
  const forwarded = async (list: string) => {
    await ask({ port, headers: { ...HTTPS, 'x-forwarded-for': list } })
    return DoormanRoom.last().ip
  }
  expect(await forwarded('203.0.113.9')).toBe('203.0.113.9')
  expect(await forwarded('198.51.100.1, 203.0.113.9')).toBe('203.0.113.9')
  expect(await forwarded('198.51.100.1, 203.0.113.9, 10.0.0.7')).toBe('203.0.113.9')
  expect(await forwarded('::ffff:203.0.113.9')).toBe('203.0.113.9')
  expect(await forwarded('10.0.0.8, 10.0.0.7')).toBe('10.0.0.8')
  expect(await forwarded('203.0.113.9, nonsense')).toBe('127.0.0.1')
  expect(await forwarded('203.0.113.9, nonsense, 10.0.0.7')).toBe('10.0.0.7')
  expect(await forwarded('')).toBe('127.0.0.1')
})

it('[PX3] ignores what anybody else forwards, and rooms see none of it', async () => {
  const { port } = await behindProxy({ trustedProxies: ['10.0.0.7'] })
  expect((await ask({ port, headers: HTTPS })).status).toBe(426)
  await expect(
    once(new WebSocket(`ws://127.0.0.1:${port}/`, { headers: HTTPS }), 'error'),
  ).resolves.toBeDefined()
})

it('[PX3] takes every forwarding header away before a room could read it', async () => {
  const { port } = await behindProxy()
  const claims = {
    'X-Real-IP': '6.6.6.1',
    'X-Client-IP': '6.6.6.2',
    Forwarded: 'for=6.6.6.3',
    'CF-Connecting-IP': '6.6.6.4',
    'True-Client-IP': '6.6.6.5',
    'X-Cluster-Client-IP': '6.6.6.6',
    'X-Forwarded-Host': '6.6.6.7',
  }
  expect(
    (await ask({ port, headers: { ...HTTPS, ...claims, 'x-forwarded-for': '203.0.113.9' } })).status,
  ).toBe(200)
  const { ip, headers } = DoormanRoom.last()
  expect(ip).toBe('203.0.113.9')
  expect(headers).not.toContain('6.6.6.')
  expect(headers.toLowerCase()).not.toContain('forwarded')
})

it('[HT3] shows metrics to this machine, and not to whom a proxy on it passes on', async () => {
  const { port } = await behindProxy()
  const metrics = (headers: Record<string, string>) => ask({ port, path: '/metrics', method: 'GET', headers })
  expect((await metrics({})).status).toBe(200)
  for (const [name, value] of [
    ['x-forwarded-for', '127.0.0.1'],
    ['via', '1.1 proxy'],
  ] as const)
    expect((await metrics({ ...HTTPS, [name]: value })).status).toBe(404)
})

it('[PX5] takes its own prefix off what the proxy passes on, and tells clients to come there', async () => {
  const { port, address } = await behindProxy({ publicUrl: 'wss://game.example/p1' })
  expect(address.url).toBe('https://game.example/p1')
  for (const path of ['/p1/matchmake/joinOrCreate/hall', '/matchmake/joinOrCreate/hall']) {
    const { status, text } = await ask({ port, path, headers: HTTPS })
    expect(status, path).toBe(200)
    const seat = JSON.parse(text) as {
      publicAddress: string
      processId: string
      roomId: string
      sessionId: string
    }
    expect(seat.publicAddress).toBe('game.example/p1')
    const target = `/p1/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`
    const socket = new WebSocket(`ws://127.0.0.1:${port}${target}`, { headers: HTTPS })
    await once(socket, 'message')
    socket.terminate()
  }
})

it('[PX1] listens on a Unix socket that its user and group may open', async () => {
  const socket = join(scratchFolder(), 'game.sock')
  const { address } = await behindProxy({}, { socket })
  expect(address).toMatchObject({ port: 0, url: `unix:${socket}` })
  expect(statSync(socket).mode & 0o777).toBe(0o660)
  const headers = { ...HTTPS, 'x-forwarded-for': '203.0.113.9' }
  expect((await ask({ socketPath: socket, headers })).status).toBe(200)
  expect(DoormanRoom.last().ip).toBe('203.0.113.9')
  expect((await ask({ socketPath: socket })).status).toBe(426)
})

it('a socket that a dead server left is replaced; a living one and other files stay', async () => {
  const folder = scratchFolder()
  const socket = join(folder, 'game.sock')
  const first = await behindProxy({}, { socket })
  await expect(prepareSocketPath(socket)).rejects.toMatchObject({ code: 'PORT_IN_USE' })
  const script = `import { createServer } from 'node:net'; createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
  const dead = join(folder, 'dead.sock')
  await once(spawn(process.execPath, ['--input-type=module', '-e', script, dead]), 'exit')
  expect(statSync(dead).isSocket()).toBe(true)
  await first.server.close()
  await behindProxy({}, { socket: dead })
  expect((await ask({ socketPath: dead, headers: HTTPS })).status).toBe(200)
})

it('says why a socket cannot be opened', async () => {
  const folder = scratchFolder()
  const taken = join(folder, 'file')
  writeFileSync(taken, 'mine')
  const cases = [
    [taken, { code: 'OPTION_INVALID', message: expect.stringContaining('is no socket') }],
    [join(folder, 'none', 'game.sock'), { code: 'HOST_UNAVAILABLE' }],
    [join(folder, 'x'.repeat(120)), { code: 'OPTION_INVALID', message: expect.stringContaining('103') }],
  ] as const
  for (const [socket, error] of cases) {
    await using stack = new AsyncDisposableStack()
    const server = createServer({
      rooms,
      log: 'silent',
      tls: 'proxy',
      certsFolder: folder,
      dataFolder: folder,
    })
    stack.defer(() => server.close())
    await expect(server.listen({ socket })).rejects.toMatchObject(error)
  }
})

it('refuses a Unix socket where TLS ends in the server itself', async () => {
  await expect(made({ tls: 'dev' }).listen({ socket: join(scratchFolder(), 's') })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    next: expect.stringContaining('--tls proxy'),
  })
})

it('refuses a port for client certificates where TLS ends in a proxy', async () => {
  await expect(
    made({ clientCertificates: { port: 0, ca: 'ca.pem' } }).listen({ port: 0 }),
  ).rejects.toMatchObject({
    code: 'OPTION_INVALID',
  })
})
