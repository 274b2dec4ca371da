import { once } from 'node:events'
import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request } from 'node:https'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { ContentSecurityPolicy } from '../../../server/http/content-security-policy.ts'
import { startTestServer, type TestServerOptions } from '../../../testing/index.ts'
import { YardRoom } from '../../client-sdk/yard-room.ts'
import { opensslChain } from '../tls/openssl-chain.ts'
import { scratchFolder } from '../tls/scratch-folder.ts'

const rooms = { yard: YardRoom }
const PATHS = ['/', '/healthz', '/rooms', '/metrics', '/sdk/nothing.js', '/matchmake/create/%', '/page.html']

type Options = Partial<TestServerOptions<typeof rooms>>

function start(options: Options = {}) {
  return startTestServer({ rooms, web: join(import.meta.dirname, '../../../web'), ...options })
}

/** A server with a certificate that an authority handed out. */
function startReal(options: Options = {}) {
  const { fullchain: cert, key } = opensslChain(scratchFolder())
  return start({ tls: { files: { cert, key } }, ...options })
}

/** The headers of an answer to somebody who knows the server by the name `host`. */
function headersFor(url: string, host?: string): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    const options = {
      rejectUnauthorized: false,
      agent: false,
      ...(host !== undefined && { headers: { host } }),
    }
    request(url, options, (response) => {
      response.resume()
      resolve(response.headers as Record<string, string>)
    })
      .on('error', reject)
      .end()
  })
}

function directives(policy: string): Record<string, string> {
  return Object.fromEntries(policy.split('; ').map((part) => part.split(/ (.*)/) as [string, string]))
}

it('[SH1] every answer carries the headers that keep a page to what it is for, errors too', async () => {
  await using server = await start()
  for (const path of PATHS) {
    const headers = await headersFor(server.url + path)
    expect(headers, path).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'SAMEORIGIN',
      'cross-origin-opener-policy': 'same-origin-allow-popups',
      'cross-origin-resource-policy': path.startsWith('/sdk') ? 'cross-origin' : 'same-site',
      'content-security-policy': expect.stringMatching(/^default-src 'self'; script-src 'self'; /),
    })
    expect(headers, path).not.toHaveProperty('x-powered-by')
    expect(headers, path).not.toHaveProperty('server')
  }
})

it('[SH2] the policy lets pages talk to their own server, by whatever name they were opened', async () => {
  await using server = await start()
  const connect = async (host: string) =>
    directives((await headersFor(server.url, host))['content-security-policy']!)['connect-src']
  expect(await connect('Game.example:2567')).toBe("'self' data: blob: wss://game.example:2567")
  expect(await connect('10.0.0.7')).toBe("'self' data: blob: wss://10.0.0.7")
  expect(await connect('[::1]:2567')).toBe("'self' data: blob:")
})

it.each([
  "game.example; script-src 'unsafe-inline'",
  'game.example evil.example',
  'game.example, default-src *',
  'game.example/path',
  'user@game.example',
  'game.example:99999',
  '*',
])('a Host header writes nothing of its own into the policy: %j', async (host) => {
  await using server = await startReal()
  const headers = await headersFor(server.url, host)
  const policy = headers['content-security-policy']
  if (policy !== undefined) expect(directives(policy)['connect-src']).toBe("'self' data: blob:")
  else expect(headers, '[GD1] refused, and shown as no page').toMatchObject({ 'content-type': 'text/plain' })
  expect(headers).not.toHaveProperty('strict-transport-security')
})

it('[SH2] a game widens the policy by what it names, and by nothing else', async () => {
  const contentSecurityPolicy: ContentSecurityPolicy = {
    'img-src': ['https://cdn.example', '*.tiles.example:8443', 'https://a.example/path/'],
    'script-src': ["'wasm-unsafe-eval'", `'sha256-${'A'.repeat(43)}='`],
    'frame-ancestors': ['https://portal.example'],
    'object-src': ["'self'"],
    'font-src': [],
  }
  await using plain = await start()
  const before = directives((await headersFor(plain.url))['content-security-policy']!)
  await plain.close()
  await using server = await start({ contentSecurityPolicy })
  const headers = await headersFor(server.url)
  const port = new URL(server.url).port
  expect(directives(headers['content-security-policy']!)).toEqual({
    ...before,
    'connect-src': `'self' data: blob: wss://localhost:${port}`,
    'img-src': "'self' data: blob: https://cdn.example *.tiles.example:8443 https://a.example/path/",
    'script-src': `'self' 'wasm-unsafe-eval' 'sha256-${'A'.repeat(43)}='`,
    'frame-ancestors': "'self' https://portal.example",
    'object-src': "'self'",
  })
  expect(headers, 'would contradict frame-ancestors').not.toHaveProperty('x-frame-options')
})

it('[SH2] false sends no policy; the other headers stay', async () => {
  await using server = await start({ contentSecurityPolicy: false })
  const headers = await headersFor(`${server.url}/healthz`)
  expect(headers).not.toHaveProperty('content-security-policy')
  expect(headers).toMatchObject({ 'x-frame-options': 'SAMEORIGIN', 'x-content-type-options': 'nosniff' })
})

it.each([
  [true, 'must be false or an object'],
  [null, 'must be false or an object'],
  [['img-src'], 'must be false or an object'],
  [{ 'image-src': ['https:'] }, 'no directive "image-src"'],
  [{ 'img-src': 'https://cdn.example' }, "['img-src'] must be a list"],
  [{ 'img-src': [7] }, '7 in contentSecurityPolicy'],
  [{ 'img-src': ['https://a.example; script-src *'] }, 'is not a source'],
  [{ 'img-src': ['https://a.example https://b.example'] }, 'is not a source'],
  [{ 'img-src': ['https://a.example,*'] }, 'is not a source'],
  [{ 'img-src': ['https://a.example\r\nset-cookie: x'] }, 'is not a source'],
  [{ 'img-src': [''] }, 'is not a source'],
  [{ 'img-src': ['https://user@a.example'] }, 'is not a source'],
  [{ 'img-src': ['self'] }, 'needs quotes'],
  [{ 'script-src': ['unsafe-inline'] }, 'needs quotes'],
  [{ 'script-src': ["'none'"] }, 'allows nothing'],
  [{ 'script-src': ["'unsafe-everything'"] }, 'is not a source'],
  [{ constructor: ['https:'] }, 'no directive "constructor"'],
])('refuses %j as a policy', async (contentSecurityPolicy, why) => {
  await expect(start({ contentSecurityPolicy: contentSecurityPolicy as never })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    message: expect.stringContaining(why),
  })
  await using _server = await start() // nothing of the refused one is left
})

it('[SH3] browsers are told to come back over https only, to names that are the same everywhere', async () => {
  await using server = await startReal()
  const hsts = async (host: string) => (await headersFor(server.url, host))['strict-transport-security']
  for (const host of ['game.example', 'Game.Example:2567', 'game.example.', 'a.b.co']) {
    expect(await hsts(host), host).toBe('max-age=63072000')
  }
  const local = ['localhost', 'localhost:2567', 'box-1', 'box-1.local', 'a.test', 'a.internal', 'a.lan']
  const addresses = ['127.0.0.1', '203.0.113.7:443', '[2001:db8::1]', '[::1]:2567', '2130706433']
  for (const host of [...local, ...addresses, 'a.localhost', 'a.home.arpa', 'a.LOCAL.']) {
    expect(await hsts(host), host).toBeUndefined()
  }
})

it('[SH3] with a development certificate they are not, whatever the name', async () => {
  await using server = await start()
  expect(await headersFor(server.url, 'game.example')).not.toHaveProperty('strict-transport-security')
})

it('[SH3] behind a proxy they are, by the name that the proxy was asked for', async () => {
  await using server = await start({ tls: 'proxy' })
  const { port } = server.server.address!
  const hsts = async (host: string) => {
    const headers = { host, 'x-forwarded-proto': 'https' }
    const response = plainRequest({ port, host: '127.0.0.1', agent: false, headers }).end()
    const [answer] = (await once(response, 'response')) as [IncomingMessage]
    answer.resume()
    return [answer.statusCode, answer.headers['strict-transport-security']]
  }
  expect(await hsts('game.example')).toEqual([200, 'max-age=63072000'])
  expect(await hsts('localhost:2567')).toEqual([200, undefined])
})
