import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect as connectTcp, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import { eventually } from '../eventually.ts'
import { freePort } from '../free-port.ts'
import { behindEachProxy } from './behind-each-proxy.ts'
import { NAME } from './game-example.ts'
import { Site } from './site.ts'

const JOIN = '/matchmake/joinOrCreate/mirror'
/** More than any limit in deploy/ lets a slow client have, in milliseconds. */
const SLOW_MS = 25_000

/** The handshake's end: what was agreed on, or that nothing was. */
async function handshake(site: Site, options: ConnectionOptions = {}): Promise<TLSSocket | 'refused'> {
  const socket = connectTls({ host: '127.0.0.1', port: site.ports.https, servername: NAME, ...options })
  onTestFinished(() => void socket.destroy())
  const done = once(socket, 'secureConnect').then(() => socket)
  return Promise.race([done, once(socket, 'close').then(() => 'refused' as const)]).catch(() => 'refused')
}

function hstsOf(answer: { rawHeaders: readonly string[] }): string[] {
  return answer.rawHeaders.filter((_, index) => {
    return answer.rawHeaders[index - 1]?.toLowerCase() === 'strict-transport-security'
  })
}

behindEachProxy('the edge', (at) => {
  it('[DP4] has a configuration that its own program finds no fault in', async () => {
    expect(await at.site.proxy.check()).not.toMatch(/\b(warn|emerg|alert|AH\d+)/i)
  })

  it('[DP4] brings browsers to https by force, once, also with answers of its own', async () => {
    const page = await at.site.ask('/healthz')
    expect([page.status, hstsOf(page)]).toEqual([200, ['max-age=63072000']])
    const own = await at.site.ask(JOIN, { method: 'POST', body: 'x'.repeat(70_000) })
    expect([own.status, hstsOf(own)]).toEqual([413, ['max-age=63072000']])
  })

  it('[DP4] lets a body as large as the server takes through, and no larger one', async () => {
    const ask = (bytes: number) =>
      at.site.ask(JOIN, { method: 'POST', body: JSON.stringify({ text: 'x'.repeat(bytes - 11) }) })
    expect((await ask(65_000)).text).toContain('JOIN_REFUSED')
    expect((await ask(66_000)).status).toBe(413)
  })

  it('[DP4] speaks TLS 1.2 and 1.3 with forward secrecy only, and to its own name', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const
    expect(await handshake(at.site, old)).toBe('refused')
    const twelve = { maxVersion: 'TLSv1.2' } as const
    expect(await handshake(at.site, { ...twelve, ciphers: 'ECDHE-ECDSA-AES128-SHA' })).toBe('refused')
    const agreed = (await handshake(at.site, twelve)) as TLSSocket
    expect([agreed.getProtocol(), agreed.getCipher().name]).toEqual([
      'TLSv1.2',
      'ECDHE-ECDSA-AES128-GCM-SHA256',
    ])
    expect(((await handshake(at.site)) as TLSSocket).getProtocol()).toBe('TLSv1.3')
  })

  it('[DP4] does not serve the game under another name', async () => {
    const other = await at.site.ask('/healthz', { headers: { Host: 'evil.example' } })
    expect(other.status).toBe(421)
  })

  it('[DP4] serves pages over HTTP/2, and games over connections of their own', async () => {
    const session = connectHttp2(`https://${NAME}:${at.site.ports.https}`)
    onTestFinished(() => session.destroy())
    const stream = session.request({ ':path': '/healthz' })
    const [headers] = await once(stream, 'response')
    expect(headers[':status']).toBe(200)
    // A game would share one TCP connection with downloads.
    expect(session.remoteSettings.enableConnectProtocol).not.toBe(true)
  })

  it('[DP4] ends whoever dawdles over a handshake or a request', { timeout: SLOW_MS + 5_000 }, async () => {
    const hello = connectTcp(at.site.ports.https, '127.0.0.1')
    hello.write(Buffer.from([0x16, 3, 1]))
    const half = (await handshake(at.site, { ALPNProtocols: ['http/1.1'] })) as TLSSocket
    half.write(`GET / HTTP/1.1\r\nHost: ${NAME}\r\nX-Slow: `)
    await Promise.all([hello, half].map(closes))
  })

  it('[DP4] keeps tokens out of its log', async () => {
    const dead = await Site.start(at.kind, at.stack, {
      folder: join(at.folder, 'dead'),
      certificate: at.certificate,
      games: [await freePort()],
    })
    for (const site of [at.site, dead]) {
      const secret = `secret-${site.ports.https}`
      await site.ask(`/some/where?sessionId=${secret}&reconnectionToken=${secret}`, {
        // Caddy 2.6 keeps its log for the name without a port.
        headers: { Host: NAME, Referer: `https://${NAME}/?${secret}`, Authorization: `Bearer ${secret}` },
      })
      await eventually(() => expect(site.proxy.readLog()).toContain('/some/where'))
      expect(site.proxy.readLog() + site.proxy.program.output).not.toContain(secret)
    }
  })

  it('[DP4] answers the http-01 challenges of whoever gets the certificate', async () => {
    if (at.kind.name === 'Caddy') return // gets it by itself
    const path = '/.well-known/acme-challenge/token'
    const file = join(at.folder, 'acme', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, 'proof')
    const certbot = createHttpServer((_request, response) => response.end('proof'))
    certbot.listen(at.site.ports.acme, '127.0.0.1')
    onTestFinished(() => void certbot.close())
    const answer = await fetch(`http://${NAME}:${at.site.ports.http}${path}`, { redirect: 'manual' })
    expect([answer.status, await answer.text()]).toEqual([200, 'proof'])
  })
})

function closes(socket: Socket): Promise<void> {
  socket.on('error', () => {}).resume()
  onTestFinished(() => void socket.destroy())
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('still open')), SLOW_MS)
    socket.once('close', () => {
      clearTimeout(late)
      resolve()
    })
  })
}
