import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { missing } from '../needs.ts'
import { ArenaServer } from './arena-server.ts'
import { TestBrowser } from './browser.ts'

/** A name that no server takes for its own network's. */
const PORTAL = 'portal.example'

describe.skipIf(missing('chromium', 'certutil'))('a page of a site that the server does not know', () => {
  it('[CL13] is told that its origin is refused, though the browser hides the answer', async () => {
    const pages = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Portal</title>')
    })
    await once(pages.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => {
      pages.close()
      pages.closeAllConnections()
    })
    const origin = `http://${PORTAL}:${(pages.address() as AddressInfo).port}`
    await using server = await ArenaServer.start()
    await using browser = await TestBrowser.launch(server.caPath, { names: [PORTAL] })
    const { page } = await browser.page()
    await page.goto(origin)
    const join = (port: number) =>
      page.evaluate(`
        import('${server.url}/sdk/fairground-client.js').then(({ connect }) =>
          connect('wss://localhost:${port}').joinOrCreate('arena', { name: 'Ann' }).catch(
            ({ code, message, next }) => ({ code, message, next })))
      `)
    expect(await join(Number(new URL(server.url).port))).toEqual({
      code: 'ORIGIN_REFUSED',
      message: `${server.url} answers, but does not accept games from ${origin}, or is no match server.`,
      next: "Add the page's origin to createServer({ allowedOrigins }).",
    })
    expect(await join(1), 'nothing answers there').toMatchObject({ code: 'CONNECTION_FAILED' })
  })
})
