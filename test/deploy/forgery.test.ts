import { once } from 'node:events'
import { get as askHttp, request as requestHttp } from 'node:http'
import { connect as connectTls } from 'node:tls'
import { expect, it } from 'vitest'
import { behindEachProxy } from './behind-each-proxy.ts'
import { NAME } from './game-example.ts'
import type { Site } from './site.ts'

const CLIENT = '127.0.0.2'
const CLAIM = '203.0.113.9'
/** Every header by which some server somewhere believes a client. */
const CLAIMS = {
  'X-Forwarded-For': CLAIM,
  'X-Real-IP': CLAIM,
  'X-Client-IP': CLAIM,
  'X-Cluster-Client-IP': CLAIM,
  'X-Original-Forwarded-For': CLAIM,
  'X-Forwarded-Host': 'evil.example',
  'X-Forwarded-Port': '1',
  'X-Forwarded-Server': 'evil.example',
  'CF-Connecting-IP': CLAIM,
  'True-Client-IP': CLAIM,
  'Fastly-Client-IP': CLAIM,
  Forwarded: `for=${CLAIM};proto=https`,
}

/** What the server thinks of who asks for a seat. */
async function mirror(site: Site, headers: Record<string, string>) {
  const answer = await site.ask('/matchmake/joinOrCreate/mirror', {
    ...{ method: 'POST', body: '{}', from: CLIENT },
    headers: { 'Content-Type': 'application/json', ...headers },
  })
  const { error, name } = JSON.parse(answer.text) as { error: string; name: string }
  expect(name).toBe('JOIN_REFUSED')
  return JSON.parse(error) as { ip: string; headers: string[] }
}

/** Writes bytes of its own making over TLS; answers with the first line that comes back, empty for none. */
async function writeRaw(site: Site, text: string): Promise<string> {
  const socket = connectTls({
    ...{ host: '127.0.0.1', port: site.ports.https, servername: NAME },
    ALPNProtocols: ['http/1.1'],
  })
  socket.on('error', () => {})
  await once(socket, 'secureConnect')
  socket.write(text)
  const [first] = await Promise.race([once(socket, 'data'), once(socket, 'close')])
  socket.destroy()
  return Buffer.isBuffer(first) ? first.toString('latin1').split('\r\n')[0]! : ''
}

behindEachProxy('a claim', (at) => {
  it('[PX3] about an address does not reach a room, whatever header it is in', async () => {
    const claimed = await mirror(at.site, CLAIMS)
    expect(claimed.ip).toBe(CLIENT)
    const forwarding = claimed.headers.filter((name) => /forward|-ip$|real|client/.test(name))
    expect(forwarding).toEqual([])
    expect((await mirror(at.site, {})).ip).toBe(CLIENT)
  })

  it('[PX3] is not helped by asking the proxy to drop what it says itself', async () => {
    const headers = { ...CLAIMS, Connection: 'close, X-Forwarded-For, X-Forwarded-Proto' }
    const answer = await at.site.ask('/matchmake/joinOrCreate/mirror', {
      ...{ method: 'POST', body: '{}', from: CLIENT, headers },
    })
    // Either the proxy's word stands, or nothing comes through.
    if (answer.status === 426) expect(answer.text).toContain('X-Forwarded-Proto')
    else expect(JSON.parse(JSON.parse(answer.text).error).ip).toBe(CLIENT)
  })

  it.each([
    'GET *:99999 HTTP/1.1',
    'GET //[ HTTP/1.1',
    'CONNECT 127.0.0.1:22 HTTP/1.1',
    'GET /a/b/c HTTP/1.1',
    'GET /%00 HTTP/1.1',
    'GET https://evil.example/ HTTP/1.1',
  ])('[HT8] in an odd request (%s) opens nothing and stops nobody', async (line) => {
    const upgrade = [
      ...[line, `Host: ${NAME}`, 'Connection: Upgrade', 'Upgrade: websocket'],
      ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', '', ''],
    ]
    expect(await writeRaw(at.site, upgrade.join('\r\n'))).toMatch(/^(HTTP\/1\.1 4\d\d .*)?$/)
    const ann = await at.site.connect().create('plaza')
    await ann.leave()
  })

  it('[PX2] of being secure, over plain http, only leads to https', async () => {
    const { http } = at.site.ports
    const headers = { Host: NAME, 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': CLAIM }
    const where = { host: '127.0.0.1', port: http, agent: false, headers }
    const [page] = await once(askHttp({ ...where, path: '/arena/?room=1' }), 'response')
    expect([page.statusCode, page.headers.location]).toEqual([
      308,
      expect.stringMatching(/^https:\/\/game\.example(:\d+)?\/arena\/\?room=1$/),
    ])
    page.resume()
    const socket = requestHttp({
      ...{ ...where, path: '/' },
      headers: {
        ...{ ...headers, Connection: 'Upgrade', Upgrade: 'websocket' },
        ...{ 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==' },
      },
    })
    socket.end()
    const [refused] = await once(socket, 'response')
    expect(refused.statusCode).toBe(308)
    refused.resume()
    const join = requestHttp({ ...where, path: '/matchmake/joinOrCreate/plaza', method: 'POST' })
    join.end('{}')
    const [redirected] = await once(join, 'response')
    expect(redirected.statusCode).toBe(308)
    redirected.resume()
  })
})
