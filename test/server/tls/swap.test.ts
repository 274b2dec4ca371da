import { once } from 'node:events'
import { copyFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import { createLogger } from '../../../server/log.ts'
import { Metrics } from '../../../server/metrics/metrics.ts'
import type { CertificateFiles } from '../../../server/tls/certificate-files.ts'
import { type CertificateEvent, CertificateKeeper } from '../../../server/tls/certificate-keeper.ts'
import { FilesSource } from '../../../server/tls/files-source.ts'
import { ServingCertificates } from '../../../server/tls/serving.ts'
import { TicketKeys } from '../../../server/tls/ticket-keys.ts'
import { eventually } from '../../eventually.ts'
import { type Chain, opensslChain } from './openssl-chain.ts'
import { scratchFolder } from './scratch-folder.ts'

const SECRET = new Uint8Array(32).fill(7)

/** An https server that echoes, with its certificates kept as a match server keeps them. */
async function serve(files: readonly CertificateFiles[], secret = SECRET) {
  const events: CertificateEvent[] = []
  const metrics = new Metrics()
  const keeper = new CertificateKeeper({
    source: new FilesSource({ files, roots: [], lookEveryMs: 20 }),
    log: createLogger('silent'),
    metrics,
    tell: (event) => void events.push(event),
  })
  const serving = new ServingCertificates({ tickets: new TicketKeys(secret) })
  const options = serving.options(await keeper.load(), Date.now())
  const server = createServer(options, (_request, response) => response.end('hello'))
  server.on('secureConnection', (socket: TLSSocket) => socket.on('error', () => {}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  keeper.attach(serving, server)
  await keeper.keep()
  onTestFinished(async () => {
    await keeper.close()
    metrics.close()
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { port, events, metrics, server }
}

async function handshake(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'secureConnect')
  return socket
}

async function servedName(port: number, servername?: string): Promise<string | undefined> {
  const socket = await handshake(port, servername === undefined ? {} : { servername })
  return socket.getPeerX509Certificate()?.subjectAltName
}

async function ticketOf(port: number, servername = 'game.example'): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, servername })
  onTestFinished(() => void socket.destroy())
  const [session] = (await once(socket, 'session')) as [Buffer]
  return session
}

/** Puts another chain where the server looks. */
function put(chain: Chain, place: { cert: string; key: string }): void {
  copyFileSync(chain.fullchain, place.cert)
  copyFileSync(chain.key, place.key)
}

it('takes new files over, and connections that are open notice nothing', async () => {
  const folder = scratchFolder()
  const place = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  put(opensslChain(folder, { id: 'a', name: 'old.example' }), place)
  const { port, events } = await serve([place])
  const open = await handshake(port)
  put(opensslChain(folder, { id: 'b', name: 'new.example' }), place)
  await eventually(async () => expect(await servedName(port)).toBe('DNS:new.example'))
  expect(events).toEqual([{ type: 'replaced', names: ['new.example'], expiresAtMs: expect.any(Number) }])
  open.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  expect(String((await once(open, 'data'))[0])).toContain('200 OK')
  expect(open.getPeerX509Certificate()?.subjectAltName).toBe('DNS:old.example')
})

it('follows links that are put elsewhere, as certbot and container mounts do', async () => {
  const folder = scratchFolder()
  const [old, fresh] = [
    opensslChain(folder, { id: 'a', name: 'old.example' }),
    opensslChain(folder, { id: 'b', name: 'new.example' }),
  ]
  const place = { cert: join(folder, 'live.pem'), key: join(folder, 'live.key') }
  const link = (target: string, path: string): void => {
    symlinkSync(target, `${path}.new`)
    renameSync(`${path}.new`, path)
  }
  link(old.fullchain, place.cert)
  link(old.key, place.key)
  const { port } = await serve([place])
  link(fresh.fullchain, place.cert)
  link(fresh.key, place.key)
  await eventually(async () => expect(await servedName(port)).toBe('DNS:new.example'))
})

it('goes on with the old certificate when the new files are bad, says so once, and takes good ones after that', async () => {
  const folder = scratchFolder()
  const place = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  put(opensslChain(folder, { id: 'a', name: 'old.example' }), place)
  const { port, events, metrics } = await serve([place])
  const faults: [code: string, spoil: () => void][] = [
    ['CERTIFICATE_KEY_MISMATCH', () => copyFileSync(opensslChain(folder, { id: 'x' }).key, place.key)],
    ['CERTIFICATE_INVALID', () => writeFileSync(place.cert, '')],
    ['CERTIFICATE_UNREADABLE', () => rmSync(place.cert)],
    ['CERTIFICATE_EXPIRED', () => put(opensslChain(folder, { id: 'y', days: 0 }), place)],
    ['CERTIFICATE_CHAIN_INCOMPLETE', () => leafOnly(opensslChain(folder, { id: 'z' }))],
  ]
  function leafOnly(chain: Chain): void {
    copyFileSync(chain.leaf, place.cert)
    copyFileSync(chain.key, place.key)
  }
  for (const [code, spoil] of faults) {
    events.length = 0
    spoil()
    await eventually(() => expect(events).toMatchObject([{ type: 'failed', error: { code } }]))
    expect(await servedName(port)).toBe('DNS:old.example')
  }
  const text = await metrics.registry.metrics()
  expect(text).toContain('fairground_certificate_failures_total{code="CERTIFICATE_EXPIRED"} 1')
  put(opensslChain(folder, { id: 'b', name: 'new.example' }), place)
  await eventually(async () => expect(await servedName(port)).toBe('DNS:new.example'))
})

it('answers each client with the certificate for the name it asks for, and the first one otherwise', async () => {
  const folder = scratchFolder()
  const files = ['one.example', '*.two.example'].map((name, index) => {
    const { fullchain, key } = opensslChain(folder, { id: `n${index}`, name })
    return { cert: fullchain, key }
  })
  const { port } = await serve(files)
  expect(await servedName(port, 'one.example')).toBe('DNS:one.example')
  expect(await servedName(port, 'Play.two.example')).toBe('DNS:*.two.example')
  expect(await servedName(port, 'deep.play.two.example')).toBe('DNS:one.example')
  expect(await servedName(port, 'elsewhere.example')).toBe('DNS:one.example')
  expect(await servedName(port)).toBe('DNS:one.example')
})

it.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'resumes %s sessions after a swap, and in another process with the same secret',
  async (version) => {
    const folder = scratchFolder()
    const place = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
    put(opensslChain(folder, { id: 'a' }), place)
    const one = await serve([place])
    const other = await serve([place])
    const stranger = await serve([place], new Uint8Array(32).fill(9))
    const only = { minVersion: version, maxVersion: version, servername: 'game.example' } as const
    const socket = connect({ port: one.port, host: '127.0.0.1', rejectUnauthorized: false, ...only })
    onTestFinished(() => void socket.destroy())
    const [session] = (await once(socket, 'session')) as [Buffer]
    expect((await handshake(one.port, { session, ...only })).isSessionReused()).toBe(true)
    expect((await handshake(other.port, { session, ...only })).isSessionReused()).toBe(true)
    expect((await handshake(stranger.port, { session, ...only })).isSessionReused()).toBe(false)
    put(opensslChain(folder, { id: 'b' }), place)
    await eventually(() => expect(one.events).toMatchObject([{ type: 'replaced' }]))
    expect((await handshake(one.port, { session, ...only })).isSessionReused()).toBe(true)
  },
)

it('changes the keys of tickets by the clock', async () => {
  const keys = new TicketKeys(SECRET)
  const noon = Date.UTC(2026, 10, 23, 12)
  expect(keys.at(noon)).toHaveLength(48)
  expect(keys.at(noon)).toEqual(keys.at(noon + 11 * 3_600_000))
  expect(keys.at(noon)).not.toEqual(keys.at(noon + 12 * 3_600_000))
  expect(keys.changesAfter(noon + 1)).toBe(noon + 12 * 3_600_000)
  const folder = scratchFolder()
  const { fullchain, key } = opensslChain(folder)
  const { port, server } = await serve([{ cert: fullchain, key }])
  const session = await ticketOf(port)
  server.setTicketKeys(keys.at(Date.now() + 24 * 3_600_000))
  expect((await handshake(port, { session, servername: 'game.example' })).isSessionReused()).toBe(false)
})

it('drops nobody out of two hundred open connections over five swaps', async () => {
  const folder = scratchFolder()
  const place = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  const chains = [opensslChain(folder, { id: 'a' }), opensslChain(folder, { id: 'b' })]
  put(chains[0]!, place)
  const { port, events } = await serve([place])
  const sockets = await Promise.all(Array.from({ length: 200 }, () => handshake(port)))
  let closed = 0
  for (const socket of sockets) socket.on('close', () => closed++)
  for (let swap = 1; swap <= 5; swap++) {
    put(chains[swap % 2]!, place)
    await eventually(() => expect(events).toHaveLength(swap))
  }
  const answers = sockets.map(async (socket) => {
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    return String((await once(socket, 'data'))[0])
  })
  expect((await Promise.all(answers)).every((answer) => answer.includes('200 OK'))).toBe(true)
  expect(closed).toBe(0)
})
