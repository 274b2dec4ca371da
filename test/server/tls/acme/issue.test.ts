import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect } from '../../../../client-sdk/index.ts'
import { createServer, GameRoom, type ServerOptions } from '../../../../server/index.ts'
import type { AcmeOptions } from '../../../../server/tls/acme/acme-options.ts'
import { freePort } from '../../../free-port.ts'
import { missing } from '../../../needs.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { type Pebble, startPebble } from './pebble.ts'
import { type Answer, startProxy } from './proxy.ts'

class Hall extends GameRoom {}

/** A match server that gets its certificate from `pebble`. */
function matchServer(
  pebble: Pick<Pebble, 'directory' | 'ca'>,
  acme: Partial<AcmeOptions>,
  options: Partial<ServerOptions<{ hall: typeof Hall }>> = {},
) {
  const server = createServer({
    rooms: { hall: Hall },
    log: 'silent',
    certsFolder: scratchFolder(),
    dataFolder: scratchFolder(),
    tls: { acme: { names: ['game.example'], directory: pebble.directory, ca: pebble.ca, ...acme } },
    ...options,
  })
  onTestFinished(() => server.close())
  return server
}

async function peerOf(port: number, options: ConnectionOptions) {
  const socket = tlsConnect({ port, host: '127.0.0.1', ALPNProtocols: ['http/1.1'], ...options })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'secureConnect')
  return socket.getPeerX509Certificate()!
}

describe.skipIf(missing('pebble', 'openssl'))('a server with a certificate from an ACME authority', () => {
  it('gets it by tls-alpn-01 on the game port itself, and players are let in', async () => {
    const tlsPort = await freePort()
    const pebble = await startPebble({ tlsPort })
    const server = matchServer(pebble, { names: ['game.example', 'www.game.example'] })
    await server.listen({ port: tlsPort, host: '127.0.0.1' })
    const certificate = await peerOf(tlsPort, { ca: await pebble.root(), servername: 'www.game.example' })
    expect(certificate.subjectAltName).toBe('DNS:game.example, DNS:www.game.example')
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
  })

  it('gets it by http-01 on the plain port, which otherwise only leads to https', async () => {
    const [port, httpPort] = [await freePort(), await freePort()]
    const pebble = await startPebble({ httpPort })
    const server = matchServer(pebble, { challenge: 'http-01' }, { httpPort })
    await server.listen({ port, host: '127.0.0.1' })
    await peerOf(port, { ca: await pebble.root(), servername: 'game.example' })
    const plain = (path: string, init?: RequestInit) =>
      fetch(`http://127.0.0.1:${httpPort}${path}`, { redirect: 'manual', ...init })
    const redirect = await plain('/arena/?a=1')
    expect([redirect.status, redirect.headers.get('location')]).toEqual([
      308,
      `https://127.0.0.1:${port}/arena/?a=1`,
    ])
    expect((await plain('/.well-known/acme-challenge/none')).status).toBe(404)
    expect((await plain('/.well-known/acme-challenge/..%2faccount.key')).status).toBe(404)
    expect((await plain('/matchmake/joinOrCreate/hall', { method: 'POST' })).status).toBe(400)
  })

  it('gets one for an IP address', async () => {
    const tlsPort = await freePort()
    const pebble = await startPebble({ tlsPort })
    const server = matchServer(pebble, { names: ['127.0.0.1'] })
    await server.listen({ port: tlsPort, host: '127.0.0.1' })
    const certificate = await peerOf(tlsPort, { ca: await pebble.root() })
    expect(certificate.subjectAltName).toBe('IP Address:127.0.0.1')
  })

  it('keeps it, with key and account readable by the owner only, and asks for none at the next start', async () => {
    const tlsPort = await freePort()
    const pebble = await startPebble({ tlsPort })
    const [certsFolder, listen] = [scratchFolder(), { port: tlsPort, host: '127.0.0.1' }]
    const first = matchServer(pebble, {}, { certsFolder })
    await first.listen(listen)
    const ca = await pebble.root()
    const { serialNumber } = await peerOf(tlsPort, { ca, servername: 'game.example' })
    await first.close()
    const folder = join(certsFolder, 'acme', `${new URL(pebble.directory).host.replace(':', '_')}_dir`)
    for (const file of ['game.example.pem', 'account.key']) {
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
    }
    expect(readFileSync(join(folder, 'game.example.pem'), 'utf8').match(/BEGIN [A-Z ]+/g)).toEqual([
      'BEGIN PRIVATE KEY',
      'BEGIN CERTIFICATE',
      'BEGIN CERTIFICATE',
    ])
    await pebble.stop()
    const second = matchServer(pebble, {}, { certsFolder })
    await second.listen(listen)
    expect((await peerOf(tlsPort, { ca, servername: 'game.example' })).serialNumber).toBe(serialNumber)
  })

  it('binds to an external account: none and a wrong one are refused, the right one issues', async () => {
    const tlsPort = await freePort()
    const hmacKey = Buffer.from('a key of thirty-two bytes or more').toString('base64url')
    const pebble = await startPebble({ tlsPort, eab: { 'kid-1': hmacKey } })
    const listen = { port: tlsPort, host: '127.0.0.1' }
    const none = matchServer(pebble, {})
    await expect(none.listen(listen)).rejects.toMatchObject({ code: 'ACME_ACCOUNT_NEEDED' })
    await none.close()
    const wrong = matchServer(pebble, { eab: { kid: 'kid-1', hmacKey: hmacKey.replace(/^./, 'Z') } })
    await expect(wrong.listen(listen)).rejects.toMatchObject({ code: 'ACME_REFUSED' })
    await wrong.close()
    const right = matchServer(pebble, { eab: { kid: 'kid-1', hmacKey } })
    await right.listen(listen)
    await peerOf(tlsPort, { ca: await pebble.root(), servername: 'game.example' })
  })

  it.each<[string, Partial<AcmeOptions>, string | undefined]>([
    ['the one that is named', { profile: 'classic' }, 'classic'],
    ['the short-lived one for an address', { names: ['127.0.0.1'] }, 'shortlived'],
    ["none, which leaves it to the authority's own choice, for a name", {}, undefined],
  ])('[AC2] asks an authority that offers several kinds for %s', async (_what, acme, profile) => {
    const tlsPort = await freePort()
    const proxy = await startProxy(await startPebble({ tlsPort }))
    const asked: unknown[] = []
    proxy.alter = async (path, forward, body) => {
      if (path.startsWith('/order-plz')) asked.push(JSON.parse(payloadOf(body)).profile)
      const answer = await forward()
      return path === '/dir' ? withProfiles(answer) : answer
    }
    const server = matchServer(proxy, acme)
    await server.listen({ port: tlsPort, host: '127.0.0.1' })
    expect(new Set(asked)).toEqual(new Set([profile]))
  })

  it('[AC2] says which kinds there are when the one that is named is none of them', async () => {
    const proxy = await startProxy(await startPebble(), async (_path, forward) =>
      withProfiles(await forward()),
    )
    const server = matchServer(proxy, { profile: 'shortlife' })
    await expect(server.listen({ port: await freePort(), host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'ACME_REFUSED',
      message: 'The certificate authority has no profile "shortlife"; it offers classic, shortlived.',
    })
  })

  it('says what is wrong when the authority cannot see the proof, and leaves the port free', async () => {
    const [port, elsewhere] = [await freePort(), await freePort()]
    const pebble = await startPebble({ tlsPort: elsewhere })
    const server = matchServer(pebble, {})
    await expect(server.listen({ port, host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'ACME_REFUSED',
      message: expect.stringMatching(/^The certificate authority refused game\.example: ./),
      next: expect.stringContaining('443'),
    })
    await expect(peerOf(port, { rejectUnauthorized: false })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('says that the authority does not answer', async () => {
    const pebble = await startPebble()
    await pebble.stop()
    const server = matchServer(pebble, {})
    await expect(server.listen({ port: await freePort(), host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'ACME_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('lets a game client in that trusts the authority', async () => {
    const tlsPort = await freePort()
    const pebble = await startPebble({ tlsPort })
    const server = matchServer(pebble, { names: ['127.0.0.1'] })
    await server.listen({ port: tlsPort, host: '127.0.0.1' })
    const { getCACertificates, setDefaultCACertificates } = await import('node:tls')
    setDefaultCACertificates([...getCACertificates('default'), await pebble.root()])
    const room = await connect<typeof server>(`wss://127.0.0.1:${tlsPort}`).joinOrCreate('hall')
    expect(room.status).toBe('open')
    await room.leave()
  })
})

function withProfiles(answer: Answer): Answer {
  const directory = JSON.parse(answer.body)
  const profiles = { classic: 'Ninety days.', shortlived: 'Six days.' }
  return { ...answer, body: JSON.stringify({ ...directory, meta: { ...directory.meta, profiles } }) }
}

function payloadOf(body: string): string {
  return Buffer.from((JSON.parse(body) as { payload: string }).payload, 'base64url').toString()
}
