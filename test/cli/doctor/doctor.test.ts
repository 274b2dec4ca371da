import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createSecureServer } from 'node:http2'
import { createServer as createTcpServer, type Server } from 'node:net'
import { dirname } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { CHECKS } from '../../../cli/doctor/finding.ts'
import { main } from '../../../cli/main.ts'
import { GameRoom } from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'
import { certificate, tlsServer } from '../../client-sdk/stranger-servers.ts'
import { freePort } from '../../free-port.ts'
import { project, run } from '../command.ts'
import { examined, examinedAsOwnerOf } from './examined.ts'

class ArenaRoom extends GameRoom {}
const rooms = { arena: ArenaRoom }

async function listening(server: Server): Promise<string> {
  const port = await freePort()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `wss://localhost:${port}`
}

/** Enough time left that nothing is to be said about it. */
const FRESH = { notAfterMs: Date.now() + 20 * 86_400_000 }

const wss = (url: string): string => url.replace('https', 'wss')

it('[CI8] finds nothing wrong with a server that is well, whose development authority it knows by itself', async () => {
  await using server = await startTestServer({ rooms })
  const { caPath } = server.server.address!
  const { code, wrong, findings, of } = await examinedAsOwnerOf(caPath, wss(server.url), '--idle', '4')
  expect({ code, wrong }).toEqual({ code: 0, wrong: [] })
  expect(findings.map(({ check }) => check)).toEqual(CHECKS)
  expect(of('TLS').found).toMatch(/^TLS 1\.3, TLS_AES_128_GCM_SHA256/)
  expect(of('Trust').found).toContain('Fairground development CA')
  expect(of('Server').found).toBe('Fairground: healthy, 0 rooms, 0 players')
  expect(of('Idle').found).toMatch(/lives through 4 s of silence \([12] pings? from the server\)/)
  expect(server.server.status()).toMatchObject({ rooms: 0, clients: 0 })
})

it('[CI8] shows a line for each finding, what to do below what is wrong, and a summary', async () => {
  await using server = await startTestServer({ rooms })
  const { caPath } = server.server.address!
  const env = { FAIRGROUND_DATA: dirname(caPath!) }
  const args = ['doctor', wss(server.url), '--idle', '0']
  const well = await run(args, { cwd: project(), env })
  expect({ code: well.code, stderr: well.stderr }).toEqual({ code: 0, stderr: '' })
  expect(well.stdout.match(/^ {2}✓ /gm)).toHaveLength(CHECKS.length - 2)
  expect(well.stdout).toContain('All well: 15 good, 2 not checked')
  const stranger = await run(args, { cwd: project() })
  expect(stranger.code).toBe(1)
  expect(stranger.stdout).toMatch(/^ {2}✗ Trust .*development authority/m)
  expect(stranger.stdout).toMatch(/^ {10,}→ Trust the ca\.pem/m)
  expect(stranger.stdout).toContain('1 failure')
  expect(Math.max(...stranger.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110)
})

it('an authority that nobody trusts here is told, the rest is looked at all the same, and --ca mends it', async () => {
  await using server = await startTestServer({ rooms })
  const { caPath } = server.server.address!
  const stranger = await examined(wss(server.url))
  expect(stranger.wrong).toEqual(['Trust'])
  expect(stranger.of('Upgrade').verdict).toBe('good')
  expect(stranger.of('Trust').fix).toContain('--ca')
  expect((await examined(wss(server.url), '--ca', caPath!)).wrong).toEqual([])
})

it('joins a room for as long as it is told, and leaves it', async () => {
  await using server = await startTestServer({ rooms, ticks: 'real' })
  const { caPath } = server.server.address!
  const { wrong, of } = await examinedAsOwnerOf(caPath, wss(server.url), '--room', 'arena')
  expect(wrong).toEqual([])
  expect(of('Idle').found).toBe('a player who does nothing stays in "arena" for 1 s')
  expect(server.server.status().clients).toBe(0)
  const none = await examinedAsOwnerOf(caPath, wss(server.url), '--room', 'arean')
  expect(none.of('Idle')).toMatchObject({
    verdict: 'failure',
    found: expect.stringContaining('[ROOM_UNKNOWN]'),
  })
})

it('silence is not checked while all places for silent sockets are taken: it says how to', async () => {
  await using server = await startTestServer({ rooms })
  const { caPath } = server.server.address!
  const silent = Array.from({ length: 8 }, () => new WebSocket(`${wss(server.url)}/?hold=100`))
  await Promise.all(silent.map((socket) => once(socket, 'open')))
  const { code, of } = await examinedAsOwnerOf(caPath, wss(server.url), '--idle', '5')
  expect(code).toBe(0)
  expect(of('Idle')).toMatchObject({
    verdict: 'unchecked',
    fix: 'Name a room to join for it: --room <name>.',
  })
})

it('a host that does not exist ends it there: the rest is not checked', async () => {
  const { code, wrong, findings, of } = await examined('wss://nowhere.invalid')
  expect({ code, wrong }).toEqual({ code: 1, wrong: ['DNS'] })
  expect(of('DNS').found).toBe('nowhere.invalid does not exist')
  const rest = findings.slice(1)
  expect(rest.map(({ check }) => check)).toEqual(CHECKS.slice(1))
  expect(new Set(rest.map(({ verdict }) => verdict))).toEqual(new Set(['unchecked']))
})

it('a port where nothing listens is told, with the address', async () => {
  const port = await freePort()
  const { wrong, of } = await examined(`wss://127.0.0.1:${port}`)
  expect(wrong).toEqual(['TCP'])
  expect(of('TCP').found).toBe(`127.0.0.1:${port} refuses connections: nothing listens there`)
})

it('a server that accepts and then says nothing is told within the time', async () => {
  const silent = await listening(
    createTcpServer(() => {}).on('connection', (socket) => socket.on('error', () => {})),
  )
  const { wrong, of } = await examined(silent, '--timeout', '1')
  expect(wrong).toEqual(['TLS'])
  expect(of('TLS').found).toContain('no answer in time')
})

it('a server without TLS on that port is told', async () => {
  const { wrong, of } = await examined(
    await listening(createHttpServer((_, response) => response.end('hello'))),
  )
  expect(wrong).toEqual(['TLS'])
  expect(of('TLS').found).toContain('speaks plain HTTP, without TLS: it answered status 200')
})

it('something that hangs up in the handshake is told', async () => {
  const rude = createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()))
  const { wrong, of } = await examined(await listening(rude))
  expect(wrong).toEqual(['TLS'])
  expect(of('TLS').found).toBe('the server hangs up during the handshake')
})

it('a port that speaks HTTP/2 only is told: no WebSocket begins there', async () => {
  const server = createSecureServer(await certificate(FRESH), (_, response) => response.end('hello'))
  const { wrong, of } = await examined(await listening(server))
  expect(wrong).toEqual(['Trust', 'ALPN'])
  expect(of('ALPN').fix).toContain('http/1.1 beside h2')
  expect(of('Upgrade').verdict).toBe('unchecked')
})

it.each([
  ['has no such pages', 404, 'Nothing here.'],
  ['answers everything with a page', 200, '<!doctype html><title>Shop</title>'],
  ['answers everything with some JSON', 200, '{"status":"ok"}'],
])('a web server that %s is no match server', async (_what, status, body) => {
  const port = await tlsServer((_request, response) => void response.writeHead(status).end(body), FRESH)
  const { wrong, of } = await examined(`wss://localhost:${port}`)
  expect(wrong).toEqual(['Trust', 'Server'])
  expect(of('Server').found).toBe(`no match server: a web server answers joins with status ${status}`)
  expect(of('Upgrade').verdict).toBe('unchecked')
})

it('a server that sends commands for terminals paints nothing on the screen', async () => {
  const painting = '\u001B[2J\u202E'
  const port = await tlsServer((request, response) => {
    if (request.headers.upgrade) return
    const hello = {
      status: 'ok',
      rooms: painting,
      clients: painting,
      code: 1,
      error: painting,
      name: painting,
    }
    response.end(JSON.stringify({ ...hello, next: painting }))
  }, FRESH)
  const args = ['doctor', `wss://localhost:${port}`, '--timeout', '2', '--room', painting]
  const { stdout } = await run(args, { cwd: project() })
  expect(stdout).toContain('Fairground: healthy')
  expect([...stdout].filter((char) => painting.includes(char) && /\p{C}/u.test(char))).toEqual([])
})

it('a certificate for another name is told, with the names it has', async () => {
  const port = await tlsServer((_, response) => response.end(), { names: ['localhost'] })
  const { of } = await examined(`wss://127.0.0.1:${port}`)
  expect(of('Name').found).toBe('the certificate is for localhost, and not for 127.0.0.1')
})

const redirect: RequestListener = (request, response) =>
  void response.writeHead(308, { location: `https://localhost${request.url}` }).end()
it.each([
  ['that redirects to https is fine', redirect, 'good', 'redirects to https'],
  [
    'that serves pages is told',
    (_, response) => response.end('hello'),
    'warning',
    'serves pages without TLS',
  ],
] satisfies [string, RequestListener, string, string][])(
  'a port of plain HTTP %s',
  async (_what, listener, verdict, found) => {
    await using server = await startTestServer({ rooms })
    const plain = new URL((await listening(createHttpServer(listener))).replace('wss', 'http'))
    const { of } = await examined(wss(server.url), '--http-port', plain.port)
    expect(of('Plain HTTP')).toMatchObject({ verdict, found: expect.stringContaining(found) })
  },
)

// In this process: a start of Node for each would take longer than everything else here.
it.each([
  ['no address', [], 'Which address?'],
  ['ws://', ['ws://localhost'], 'ws:// never carries a game'],
  ['another scheme', ['ftp://localhost'], 'ftp:// is not how players connect'],
  ['what is no address', ['wss://'], 'is not an address'],
  ['two addresses', ['wss://a', 'wss://b'], 'One address at a time'],
  ['a time that is none', ['wss://a', '--idle', 'long'], '--idle is "long"'],
  ['an authority that is not there', ['wss://a', '--ca', 'nowhere.pem'], '--ca nowhere.pem cannot be read'],
  [
    'join options that are no object',
    ['wss://a', '--join-options', '[1]'],
    '--join-options must be a JSON object',
  ],
])('explains %s and shows the help', async (_what, args, named) => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  expect(await main(['doctor', ...args])).toBe(2)
  const text = said.mock.calls.join('\n')
  said.mockRestore()
  expect(text).toContain(named)
  expect(text).toContain('Usage: fairground doctor')
})

it('a password in the address is not repeated', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  expect(await main(['doctor', 'wss://ann:geheim@localhost'])).toBe(2)
  const text = said.mock.calls.join('\n')
  said.mockRestore()
  expect(text).toContain('Leave name and password out')
  expect(text).not.toContain('geheim')
})
