import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { WebSocketServer } from 'ws'
import { type DevelopmentCa, ensureDevelopmentCa } from '../../server/tls/development-ca.ts'
import { missing } from '../needs.ts'
import { TestBrowser } from './browser.ts'
import { type LeafOptions, SecureServer } from './secure-server.ts'

const PUBLIC_NAME = 'game.example.test'

const newAuthority = (dataFolder: string) =>
  ensureDevelopmentCa({ dataFolder, hostName: 'box-1', nowMs: Date.now() })

/** What a WebSocket from this page does: the text that comes back, or how it fails. */
function echo(page: Page, url: string): Promise<unknown> {
  return page.evaluate(
    (target) =>
      new Promise((resolve) => {
        try {
          const socket = new WebSocket(target)
          socket.onopen = () => socket.send('hello')
          socket.onmessage = ({ data }) => resolve(data)
          socket.onclose = ({ code }) => resolve(code)
        } catch (error) {
          resolve((error as Error).name)
        }
      }),
    url,
  )
}

/** What the SDK says of a join from this page. */
function tryToJoin(
  page: Page,
  url: string,
): Promise<{ code: string; message: string; next: string; causes: string[] }> {
  return page.evaluate(
    `import('/sdk/fairground-client.js').then(({ connect }) =>
      Promise.resolve().then(() => connect('${url}').joinOrCreate('arena', {})).then(
        () => ({ code: 'joined' }),
        ({ code, message, next, causes }) => ({ code, message, next, causes })))`,
  )
}

describe.skipIf(missing('chromium', 'certutil'))('from a page that Chromium trusts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairground-refusals-'))
  let authority: DevelopmentCa
  let browser: TestBrowser
  let home: SecureServer
  let page: Page

  beforeAll(async () => {
    authority = await newAuthority(join(folder, 'trusted'))
    browser = await TestBrowser.launch(authority.certPath, { names: [PUBLIC_NAME] })
    home = await SecureServer.start({ authority })
    page = (await browser.page()).page
    await page.goto(home.url)
  })

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await home?.[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  it('wss to another server with a good certificate opens', async () => {
    await using other = await SecureServer.start({ authority })
    expect(await echo(page, other.url.replace('https:', 'wss:'))).toBe('hello')
  })

  const unknown = async (): Promise<LeafOptions> => ({
    authority: await newAuthority(join(folder, 'unknown')),
  })
  it.each<[string, string, () => LeafOptions | Promise<LeafOptions>]>([
    ['an unknown authority', 'ERR_CERT_AUTHORITY_INVALID', unknown],
    ['another name', 'ERR_CERT_COMMON_NAME_INVALID', () => ({ authority, names: ['other.test'] })],
    ['a time that is over', 'ERR_CERT_DATE_INVALID', () => ({ authority, validForDays: -1 })],
  ])(
    'a certificate of %s lets through neither page nor wss, and the SDK suspects it',
    async (_, error, leaf) => {
      await using bad = await SecureServer.start(await leaf())
      const { page: visitor } = await browser.page()
      await expect(visitor.goto(bad.url)).rejects.toThrow(`net::${error}`)
      const wss = bad.url.replace('https:', 'wss:')
      expect(await echo(page, wss)).toBe(1006)
      const told = await tryToJoin(page, wss)
      expect(told.code).toBe('CONNECTION_FAILED')
      expect(told.causes.slice(0, 2).join('\n')).toMatch(/certificate/i)
      expect(bad.arrivals).toBe(0)
    },
  )

  it('[CL2] plain ws to a name that is not loopback is refused, and the SDK says why', async () => {
    const plain = await plainServer()
    const ws = `ws://${PUBLIC_NAME}:${plain.port}`
    expect(await echo(page, ws)).toBe('SecurityError')
    const told = await tryToJoin(page, ws)
    expect(told).toMatchObject({
      code: 'INSECURE_URL',
      next: expect.stringContaining(ws.replace('ws:', 'wss:')),
    })
    expect(told.message).toContain('https')
    expect(plain.sockets()).toBe(0)

    // The server itself is well, and a page on plain http reaches it: only https makes the difference.
    const { page: insecure } = await browser.page()
    await insecure.goto(`http://${PUBLIC_NAME}:${plain.port}`)
    expect(await echo(insecure, ws)).toBe('hello')
    expect(plain.sockets()).toBe(1)
  })
})

/** A server without TLS, as there should be none: a page and an echoing WebSocket. */
async function plainServer(): Promise<{ port: number; sockets(): number }> {
  const server = createServer((_request, response) => void response.end('plain'))
  let sockets = 0
  new WebSocketServer({ server }).on('connection', (socket) => {
    sockets++
    socket.on('message', (data) => socket.send(String(data)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, sockets: () => sockets }
}
