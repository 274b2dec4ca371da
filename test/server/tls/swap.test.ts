import { once } from 'node:events'
import { copyFileSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import { TicketKeys } from '../../../server/tls/ticket-keys.ts'
import { eventually } from '../../eventually.ts'
import { handshake, put, SECRET, serve, servedName } from './certificate-server.ts'
import { type Chain, openssl, opensslChain } from './openssl-chain.ts'
import { scratchFolder } from './scratch-folder.ts'

async function ticketOf(port: number, servername = 'game.example'): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, servername })
  onTestFinished(() => void socket.destroy())
  const [session] = (await once(socket, 'session')) as [Buffer]
  return session
}

it('[TF2] takes new files over, and connections that are open notice nothing', async () => {
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

it('[TF4] answers each client with the certificate for the name it asks for, and the first one otherwise', async () => {
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

it('[TF4] answers clients that come by an address, and so name none, with the first certificate, which may be for it', async () => {
  const folder = scratchFolder()
  const files = ['127.0.0.1', 'one.example'].map((name, index) => {
    const { fullchain, key } = opensslChain(folder, { id: `n${index}`, name })
    return { cert: fullchain, key }
  })
  const { port } = await serve(files)
  expect(await servedName(port)).toBe('IP Address:127.0.0.1')
  expect(await servedName(port, 'one.example')).toBe('DNS:one.example')
  const ca = readFileSync(join(folder, 'n0-root.pem'))
  expect((await handshake(port, { ca, rejectUnauthorized: true })).authorized).toBe(true)
})

it('takes a new passphrase together with the key that needs it', async () => {
  const folder = scratchFolder()
  const lock = (chain: Chain, passphrase: string): void => {
    openssl('pkcs8', '-topk8', '-in', chain.key, '-out', place.key, '-passout', `pass:${passphrase}`)
    writeFileSync(place.passphraseFile, `${passphrase}\n`)
    copyFileSync(chain.fullchain, place.cert)
  }
  const [cert, key, passphraseFile] = ['cert.pem', 'key.pem', 'pass'].map((name) => join(folder, name))
  const place = { cert: cert!, key: key!, passphraseFile: passphraseFile! }
  lock(opensslChain(folder, { id: 'a', name: 'old.example' }), 'first')
  const { port, events } = await serve([place])
  expect(await servedName(port)).toBe('DNS:old.example')
  const fresh = opensslChain(folder, { id: 'b', name: 'new.example' })
  lock(fresh, 'second')
  await eventually(async () => expect(await servedName(port)).toBe('DNS:new.example'))
  writeFileSync(place.passphraseFile, 'third')
  await eventually(() => expect(events.at(-1)).toMatchObject({ error: { code: 'CERTIFICATE_PASSPHRASE' } }))
})

it.each(['TLSv1.2', 'TLSv1.3'] as const)(
  '[TF5] resumes %s sessions after a swap, and in another process with the same secret',
  async (version) => {
    const folder = scratchFolder()
    const place = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
    put(opensslChain(folder, { id: 'a' }), place)
    const one = await serve([place])
    const other = await serve([place])
    const stranger = await serve([place], { secret: new Uint8Array(32).fill(9) })
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

it('[TF5] changes the keys of tickets by the clock', async () => {
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
