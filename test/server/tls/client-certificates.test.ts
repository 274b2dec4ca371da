import { once } from 'node:events'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { type AgentOptions, request } from 'node:https'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { Protocol } from '@colyseus/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import {
  type CertificateEvent,
  type Client,
  type ClientCertificateOptions,
  FairgroundError,
  GameRoom,
  type JoinContext,
} from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { missing } from '../../needs.ts'
import { ClientAuthority } from './client-chain.ts'
import { scratchFolder } from './scratch-folder.ts'

class OpenRoom extends GameRoom {}

/** Only for devices, which it knows by their certificates. */
class DeviceRoom extends GameRoom {
  static override async onAuth(_token: string, _options: unknown, { certificate }: JoinContext) {
    if (!certificate) throw new FairgroundError('CLIENT_CERTIFICATE_NEEDED')
    return { id: certificate.commonName, guest: false }
  }

  override onJoin(client: Client) {
    client.send('you', client.auth)
  }
}

const rooms = { open: OpenRoom, devices: DeviceRoom }

async function serve(options: Omit<ClientCertificateOptions, 'port'>) {
  const server = await startTestServer({ rooms, clientCertificates: { port: 0, ...options } })
  onTestFinished(() => server.close())
  const events: CertificateEvent[] = []
  server.server.onCertificate((event) => void events.push(event))
  const { caPath, port, clientCertificatePort } = server.server.address!
  return { server, port, devicePort: clientCertificatePort!, ca: readFileSync(caPath!, 'utf8'), events }
}

type Caller = Pick<AgentOptions, 'ca' | 'cert' | 'key' | 'session'> & { port: number }

/** Asks for a seat. In TLS 1.3 a refused certificate shows at the first answer. */
async function seat(client: Caller, room = 'devices') {
  const path = `/matchmake/joinOrCreate/${room}`
  const outgoing = request({ host: 'localhost', method: 'POST', path, agent: false, ...client })
  outgoing.end('{}')
  const [answer] = await once(outgoing, 'response')
  const text = Buffer.concat(await answer.toArray()).toString()
  return { status: answer.statusCode as number, body: JSON.parse(text) }
}

async function dial(client: Caller): Promise<TLSSocket> {
  const socket = connect({ host: 'localhost', servername: 'localhost', ...client })
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  await once(socket, 'secureConnect')
  return socket
}

const REFUSED = { code: expect.stringMatching(/^(ERR_SSL|ECONNRESET|EPIPE)/) }

describe.skipIf(missing('openssl'))('a port for client certificates', () => {
  const works = (): ClientAuthority => new ClientAuthority(scratchFolder(), 'works')

  it('[CC1] lets a certificate of the authority in, and the room knows whose it is', async () => {
    const authority = works()
    const robot = authority.issue('robot-7')
    const { devicePort: port, ca } = await serve({ ca: authority.ca })
    const { status, body } = await seat({ port, ca, ...robot })
    expect(status).toBe(200)
    const target = `/${body.processId}/${body.roomId}?sessionId=${body.sessionId}`
    const socket = new WebSocket(`wss://localhost:${port}${target}`, { ca, ...robot })
    onTestFinished(() => socket.terminate())
    const frames: string[] = []
    socket.on('message', (frame: Buffer) => frames.push(frame.toString('latin1')))
    await once(socket, 'message')
    // Colyseus holds messages back until the client has acknowledged its join.
    socket.send(new Uint8Array([Protocol.JOIN_ROOM]))
    await eventually(() => expect(frames.join('')).toContain('robot-7'))
  })

  it.each([
    ['none', () => ({})],
    ['one of another authority', () => new ClientAuthority(scratchFolder(), 'other').issue('robot-7')],
    [
      'one that names itself the authority',
      () => new ClientAuthority(scratchFolder(), 'works').issue('robot-7'),
    ],
    ['an expired one', (authority: ClientAuthority) => authority.issue('robot-old', { days: 0 })],
  ])('[CC1] lets nobody in with %s', async (_what, made) => {
    const authority = works()
    const { devicePort: port, ca } = await serve({ ca: authority.ca })
    const client = { port, ca, ...made(authority) }
    await expect(seat(client)).rejects.toMatchObject(REFUSED)
    await expect(seat(client, 'open')).rejects.toMatchObject(REFUSED)
  })

  it('[CC1] lets nobody in whose certificate is on the revocation list', async () => {
    const own = new ClientAuthority(scratchFolder(), 'own')
    const [good, bad] = [own.issue('good'), own.issue('bad')]
    own.revoke('bad')
    const { devicePort: port, ca } = await serve({ ca: own.ca, crl: own.crl })
    expect((await seat({ port, ca, ...good })).status).toBe(200)
    await expect(seat({ port, ca, ...bad })).rejects.toMatchObject(REFUSED)
  })

  it('[CC2] rooms decide who needs one: on the game’s own port there is none', async () => {
    const authority = works()
    const robot = authority.issue('robot-7')
    const { port, devicePort, ca } = await serve({ ca: authority.ca })
    expect((await seat({ port, ca, ...robot }, 'open')).status).toBe(200)
    expect((await seat({ port: devicePort, ca, ...robot }, 'open')).status).toBe(200)
    expect(await seat({ port, ca, ...robot })).toMatchObject({
      status: 527,
      body: { name: 'CLIENT_CERTIFICATE_NEEDED', next: expect.stringContaining('certificate') },
    })
  })

  it('[CC3] cuts a connection whose certificate is revoked, and keeps the others', async () => {
    const own = new ClientAuthority(scratchFolder(), 'own')
    const [good, bad] = [own.issue('good'), own.issue('bad')]
    const { devicePort: port, ca } = await serve({ ca: own.ca, crl: own.crl })
    const [staying, going] = [await dial({ port, ca, ...good }), await dial({ port, ca, ...bad })]
    const cut = once(going, 'close')
    own.revoke('bad')
    await cut
    expect(staying.destroyed).toBe(false)
    await expect(seat({ port, ca, ...bad })).rejects.toMatchObject(REFUSED)
    expect((await seat({ port, ca, ...good })).status).toBe(200)
  })

  it('[CC3] goes on with the earlier files when new ones cannot be used, and says so', async () => {
    const own = new ClientAuthority(scratchFolder(), 'own')
    const good = own.issue('good')
    const { devicePort: port, ca, events } = await serve({ ca: own.ca, crl: own.crl })
    writeFileSync(own.crl, '-----BEGIN X509 CRL-----\nAAAA')
    await eventually(() =>
      expect(events).toMatchObject([{ type: 'failed', error: { code: 'CERTIFICATE_INVALID' } }]),
    )
    expect((await seat({ port, ca, ...good })).status).toBe(200)
    own.writeList()
    const other = new ClientAuthority(scratchFolder(), 'second')
    writeFileSync(own.ca, readFileSync(own.ca, 'utf8') + readFileSync(other.ca, 'utf8'))
    writeFileSync(own.crl, readFileSync(own.crl, 'utf8') + readFileSync(other.crl, 'utf8'))
    const newcomer = other.issue('newcomer')
    await eventually(async () => expect((await seat({ port, ca, ...newcomer })).status).toBe(200))
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    '[CC4] a %s session ticket does not outlive a revocation',
    async (version) => {
      const own = new ClientAuthority(scratchFolder(), 'own')
      const bad = own.issue('bad')
      const { devicePort: port, ca } = await serve({ ca: own.ca, crl: own.crl })
      const client = { port, ca, ...bad, minVersion: version, maxVersion: version }
      const first = await dial(client)
      first.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
      await once(first, 'data')
      const session = first.getSession()!
      const again = await dial({ ...client, session } as Caller)
      expect(again.isSessionReused()).toBe(true)
      own.revoke('bad')
      await once(first, 'close')
      await expect(seat({ ...client, session } as Caller)).rejects.toMatchObject(REFUSED)
    },
  )

  it.each([
    ['no file', 'CERTIFICATE_UNREADABLE', () => ({ ca: '/nowhere/ca.pem' })],
    ['a folder', 'CERTIFICATE_UNREADABLE', () => ({ ca: scratchFolder() })],
    ['no certificate', 'CERTIFICATE_INVALID', (authority: ClientAuthority) => ({ ca: authority.crl })],
    [
      'a damaged certificate',
      'CERTIFICATE_INVALID',
      (authority: ClientAuthority) => ({ ca: damaged(authority.ca) }),
    ],
    [
      'a certificate that is no authority',
      'CERTIFICATE_INVALID',
      (authority: ClientAuthority) => ({ ca: written(authority.issue('robot').cert) }),
    ],
    [
      'no revocation list',
      'CERTIFICATE_INVALID',
      (authority: ClientAuthority) => ({ ca: authority.ca, crl: authority.ca }),
    ],
    [
      'a damaged revocation list',
      'CERTIFICATE_INVALID',
      (authority: ClientAuthority) => ({ ca: authority.ca, crl: damaged(authority.crl) }),
    ],
  ])('does not start with %s', async (_what, code, files) => {
    await expect(serve(files(works()))).rejects.toMatchObject({ code, message: expect.stringContaining('/') })
  })

  it('does not start with a revocation list that ran out: nobody could come in', async () => {
    const authority = works()
    const crl = join(scratchFolder(), 'old-crl.pem')
    authority.writeList({ seconds: 1, to: crl })
    const listedMs = Date.now()
    await eventually(() => expect(Date.now()).toBeGreaterThan(listedMs + 2_000))
    await expect(serve({ ca: authority.ca, crl })).rejects.toMatchObject({
      code: 'CERTIFICATE_EXPIRED',
      message: expect.stringContaining('revocation list'),
    })
  })

  function written(text: string): string {
    const path = join(scratchFolder(), 'file.pem')
    writeFileSync(path, text)
    return path
  }

  function damaged(source: string): string {
    const path = join(scratchFolder(), 'damaged.pem')
    copyFileSync(source, path)
    const text = readFileSync(path, 'utf8')
    const middle = Math.floor(text.length / 2)
    writeFileSync(path, `${text.slice(0, middle)}????${text.slice(middle + 40)}`)
    return path
  }
})
