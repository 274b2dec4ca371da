import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Limits } from '../../../server/index.ts'
import { GameRoom } from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'
import { freePort } from '../../free-port.ts'
import { missing } from '../../needs.ts'
import { nginx, nginxServer, PASSES_WEBSOCKETS } from '../../nginx.ts'
import { opensslChain } from '../../server/tls/openssl-chain.ts'
import { scratchFolder } from '../../server/tls/scratch-folder.ts'
import { examined } from './examined.ts'

const rooms = { arena: class extends GameRoom {} }

interface Site {
  /** Directives for the location. */
  readonly proxied?: string
  /** Directives for the server block; `UPSTREAM` is the game's address. */
  readonly server?: string
  readonly limits?: Partial<Limits>
  readonly host?: string
  /** Path that nginx passes on and the server knows as its own. */
  readonly publicPath?: string
}

/** What doctor says of a match server behind an nginx that is configured so. */
async function examinedBehind(
  { server = '', limits, publicPath, ...site }: Site,
  path = '',
  ...options: string[]
) {
  const port = await freePort()
  await using game = await startTestServer({
    ...{ rooms, tls: 'proxy' },
    ...(limits && { limits }),
    ...(publicPath !== undefined && { publicUrl: `wss://localhost:${port}${publicPath}` }),
  })
  const { root, fullchain, key } = opensslChain(scratchFolder(), { name: 'localhost' })
  const upstream = game.server.address!.port
  const block = nginxServer({
    ...{ port, upstream, cert: fullchain, key },
    ...site,
    server: server.replaceAll('UPSTREAM', `http://127.0.0.1:${upstream}`),
  })
  await nginx(block, [port])
  return await examined(`wss://localhost:${port}${path}`, '--ca', root, ...options)
}

describe.skipIf(missing('nginx', 'openssl'))('behind nginx', () => {
  it('[CI9] that does not pass upgrades, doctor names that and what to write into its configuration', async () => {
    const { wrong, of } = await examinedBehind({ proxied: '' })
    expect(wrong).toEqual(['Upgrade'])
    expect(of('Upgrade').found).toContain('drops the Upgrade header')
    expect(of('Upgrade').fix).toContain('proxy_set_header Upgrade $http_upgrade')
    expect(of('Idle').verdict).toBe('unchecked')
  })

  it('[CI9] that cuts silent connections after 3 s, doctor says so, and how to mend it', async () => {
    const proxied = `${PASSES_WEBSOCKETS} proxy_read_timeout 3s;`
    const { wrong, of } = await examinedBehind(
      { proxied, limits: { pingIntervalMs: 60_000 } },
      '',
      '--idle',
      '8',
    )
    expect(wrong).toEqual(['Idle'])
    expect(of('Idle').found).toMatch(/is cut after [2345]\.\d s \(close code 1006\)/)
    expect(of('Idle').fix).toContain('proxy_read_timeout')
  })

  it('[CI9] that would cut them, but the server pings in time, all is well', async () => {
    const proxied = `${PASSES_WEBSOCKETS} proxy_read_timeout 3s;`
    const { wrong, of } = await examinedBehind(
      { proxied, limits: { pingIntervalMs: 1_000 } },
      '',
      '--idle',
      '5',
    )
    expect(wrong).toEqual([])
    expect(of('Idle').found).toContain('lives through 5 s of silence')
  })

  it('that drops the Origin header, doctor tells that every page may play', async () => {
    const { wrong, of } = await examinedBehind({
      proxied: `${PASSES_WEBSOCKETS} proxy_set_header Origin "";`,
    })
    expect(wrong).toContain('Origin')
    expect(of('Origin').found).toContain('may open the game')
  })

  it('[CI9] that cuts a player who does nothing, doctor in a room says so', async () => {
    const proxied = `${PASSES_WEBSOCKETS} proxy_read_timeout 3s;`
    const site = { proxied, limits: { pingIntervalMs: 60_000 } }
    const { wrong, of } = await examinedBehind(site, '', '--idle', '8', '--room', 'arena')
    expect(wrong).toEqual(['Idle'])
    expect(of('Idle').found).toMatch(/is cut after [2345]\.\d s/)
  })

  it('that changes the Host header, doctor tells that its own pages cannot play', async () => {
    vi.stubEnv('NODE_ENV', 'production') // only then are pages of local names strangers
    onTestFinished(() => void vi.unstubAllEnvs())
    const { wrong, of } = await examinedBehind({ host: 'game.internal' })
    expect(wrong).toEqual(['Origin'])
    expect(of('Origin').found).toMatch(
      /^pages of https:\/\/localhost:\d+ itself are refused with status 403$/,
    )
    expect(of('Origin').fix).toContain('Host')
  })

  it('that lets every page ask for seats, doctor tells', async () => {
    const { wrong, of } = await examinedBehind({
      proxied: `${PASSES_WEBSOCKETS} add_header Access-Control-Allow-Origin $http_origin always;`,
    })
    expect(wrong).toEqual(['CORS'])
    expect(of('CORS').found).toContain('allows "https://doctor.example"')
  })

  it('whose game server is down, doctor says that the proxy cannot reach it', async () => {
    const nobody = await freePort()
    const { wrong, of } = await examinedBehind({
      server: `location = /healthz { proxy_pass http://127.0.0.1:${nobody}; }
        location /matchmake { proxy_pass http://127.0.0.1:${nobody}; }`,
    })
    expect(wrong).toEqual(['Server'])
    expect(of('Server').found).toContain('status 502: it cannot reach the game server')
  })

  it('that keeps /healthz to itself, it is still a match server', async () => {
    const { code, wrong } = await examinedBehind({ server: 'location = /healthz { return 404; }' })
    expect({ code, wrong }).toEqual({ code: 0, wrong: ['Server'] })
  })

  it('that passes it below a path, doctor looks there', async () => {
    const server = `location /pA/ { proxy_pass UPSTREAM/; ${PASSES_WEBSOCKETS} proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Proto https; }`
    const below = await examinedBehind({ server: `${server} location = / { return 404; }` }, '/pA/')
    expect(below.wrong).toEqual([])
  })

  it('that passes on a path that the server knows as its own, doctor looks and joins there', async () => {
    const { wrong, of } = await examinedBehind({ publicPath: '/p1' }, '/p1', '--room', 'arena')
    expect(wrong).toEqual([])
    expect(of('Idle').found).toContain('stays in "arena"')
  })

  it('with a port of plain HTTP that carries the game, doctor tells', async () => {
    const plain = await freePort()
    const { wrong, of } = await examinedBehind(
      { server: `listen 127.0.0.1:${plain};` },
      ...(['', '--http-port', String(plain)] as const),
    )
    expect(wrong).toEqual(['Plain HTTP'])
    expect(of('Plain HTTP').found).toContain('opens WebSockets without TLS')
  })
})
