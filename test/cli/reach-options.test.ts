import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ReachValues, readReach } from '../../cli/reach-options.ts'
import { UsageError } from '../../cli/usage-error.ts'
import { scratchFolder } from '../server/tls/scratch-folder.ts'
import { Command, project, run, serverFile } from './command.ts'

const read = (values: ReachValues, env: Record<string, string> = {}) => readReach(values, env)

describe('where a server listens and how players come to it', () => {
  it('is said by options', () => {
    expect(read({})).toEqual({})
    expect(
      read({ port: '80', host: '::1', 'proxy-protocol': true, 'trusted-proxy': ['10.0.0.1', '10.0.0.2'] }),
    ).toEqual({ port: 80, host: '::1', proxyProtocol: true, trustedProxies: ['10.0.0.1', '10.0.0.2'] })
    expect(
      read({ socket: '/run/a.sock', 'public-url': 'wss://a.example/p1', redis: 'redis://localhost' }),
    ).toEqual({
      socket: '/run/a.sock',
      publicUrl: 'wss://a.example/p1',
      redis: 'redis://localhost',
    })
    expect(read({ 'client-port': '2568', 'client-ca': 'ca.pem', 'client-crl': 'crl.pem' })).toEqual({
      clientCertificates: { port: 2568, ca: 'ca.pem', crl: 'crl.pem' },
    })
  })

  it('is said by the environment, and options come first', () => {
    const env = {
      FAIRGROUND_SOCKET: '/run/b.sock',
      FAIRGROUND_PUBLIC_URL: 'wss://b.example',
      FAIRGROUND_TRUSTED_PROXIES: '10.0.0.1, 10.0.0.2',
      FAIRGROUND_PROXY_PROTOCOL: '1',
      FAIRGROUND_REDIS: 'redis://:secret@localhost',
      FAIRGROUND_CLIENT_PORT: '2568',
      FAIRGROUND_CLIENT_CA: 'ca.pem',
    }
    const all = {
      socket: '/run/b.sock',
      publicUrl: 'wss://b.example',
      trustedProxies: ['10.0.0.1', '10.0.0.2'],
      proxyProtocol: true,
      redis: 'redis://:secret@localhost',
      clientCertificates: { port: 2568, ca: 'ca.pem' },
    }
    expect(read({}, env)).toEqual(all)
    const values = { 'public-url': 'wss://c.example', 'proxy-protocol': false, 'trusted-proxy': ['loopback'] }
    expect(read(values, env)).toEqual({
      ...all,
      publicUrl: 'wss://c.example',
      proxyProtocol: false,
      trustedProxies: ['loopback'],
    })
  })

  it.each<[string, ReachValues, RegExp]>([
    ['a port and a socket', { port: '80', socket: '/a' }, /exclude each other/],
    ['a password in an argument', { redis: 'redis://:secret@localhost' }, /FAIRGROUND_REDIS/],
    ['a client port without authorities', { 'client-port': '1' }, /belong together/],
    ['authorities without a client port', { 'client-ca': 'ca.pem' }, /belong together/],
    ['a port that is none', { 'client-port': 'x', 'client-ca': 'ca.pem' }, /--client-port is "x"/],
  ])('refuses %s', (_what, values, message) => {
    expect(() => read(values)).toThrowError(UsageError)
    expect(() => read(values)).toThrowError(message)
    if (values.redis) expect(() => read(values)).not.toThrowError(/secret/)
  })
})

it('serves a proxy on a Unix socket, and players find the public address', async () => {
  const cwd = project({ 'server.ts': serverFile('arena') })
  const socketPath = join(scratchFolder(), 'game.sock')
  const args = ['start', '--tls', 'proxy', '--socket', socketPath, '--public-url', 'wss://game.example/p1']
  const server = new Command(args, { cwd, env: { NODE_ENV: 'production' } })
  await server.shows(/"url":"https:\/\/game\.example\/p1".*"listening"/)
  const headers = { 'x-forwarded-proto': 'https' }
  const path = '/p1/matchmake/joinOrCreate/arena'
  const outgoing = request({ socketPath, path, method: 'POST', headers }).end('{}')
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  const seat = JSON.parse(Buffer.concat(await answer.toArray()).toString())
  expect(seat).toMatchObject({ publicAddress: 'game.example/p1' })
  server.signal('SIGTERM')
  expect(await server.ended).toBe(0)
})

it('says that Redis cannot be reached, without its password', async () => {
  const cwd = project({ 'server.ts': serverFile('arena') })
  const env = { NODE_ENV: 'production', FAIRGROUND_REDIS: 'redis://:hush@127.0.0.1:1' }
  const { code, stderr } = await run(['start', '--tls', 'proxy', '--port', '0'], { cwd, env })
  expect(code).toBe(1)
  expect(stderr).toContain('[REDIS_UNREACHABLE]')
  expect(stderr).toContain('127.0.0.1:1')
  expect(stderr).not.toContain('hush')
})
