import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ContentSecurityPolicy } from '../../server/index.ts'
import { startTestServer } from '../../testing/index.ts'
import { plainServer } from '../client-sdk/stranger-servers.ts'
import { YardRoom } from '../client-sdk/yard-room.ts'
import { eventually } from '../eventually.ts'
import { missing } from '../needs.ts'
import { scratchFolder } from '../server/tls/scratch-folder.ts'
import { TestBrowser } from './browser.ts'

const PIXEL = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"><path d="M0 0h2v2z"/></svg>'
const PAGE = `<!doctype html><title>page</title><script>globalThis.inline = true</script>
  <script type="module" src="./page.js"></script><p style="color:red">text</p>`

/** A page with a policy of its own on top. */
const HALF = `<!doctype html><title>half</title>
  <meta http-equiv="Content-Security-Policy" content="connect-src 'self' https://127.0.0.1:*">`

/** What is in a page and in nobody's types. */
const SEE = `({ own: globalThis.own, inline: globalThis.inline, colour: getComputedStyle(document.querySelector('p')).color })`
const JOIN = `import('/sdk/fairground-client.js').then(async ({ connect }) => {
  const room = await connect().joinOrCreate('yard', {})
  await room.leave()
  return location.hostname
})`
/** Resolves to the directive that forbids it, or to what came of it. */
const tried = (start: string) => `new Promise((resolve) => {
  document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective))
  ${start}
})`
const openSocket = (url: string) =>
  tried(`
  const socket = new WebSocket('${url}')
  socket.onopen = () => resolve('open')
  socket.onerror = () => setTimeout(resolve, 500, 'failed')`)
const joinElsewhere = (url: string) => `import('/sdk/fairground-client.js').then(({ connect }) =>
  connect('${url}').joinOrCreate('yard', {}).then(
    () => 'joined',
    ({ code, message, next }) => ({ code, message, next })))`
const forbidden = (url: string) => {
  const { host } = new URL(url)
  return {
    code: 'CONNECTION_FAILED',
    message: `This page's Content-Security-Policy does not allow connections to ${host}.`,
    next: expect.stringContaining(`'connect-src': ['https://${host}', 'wss://${host}']`),
  }
}
const showPicture = (url: string) =>
  tried(`
  const picture = new Image()
  picture.onload = () => resolve('shown')
  picture.onerror = () => setTimeout(resolve, 500, 'failed')
  picture.src = '${url}'`)

async function start(contentSecurityPolicy: ContentSecurityPolicy = {}) {
  const web = scratchFolder()
  writeFileSync(join(web, 'page.html'), PAGE)
  writeFileSync(join(web, 'half.html'), HALF)
  writeFileSync(join(web, 'page.js'), 'globalThis.own = true')
  writeFileSync(join(web, 'pixel.svg'), PIXEL)
  const server = await startTestServer({
    rooms: { yard: YardRoom },
    web,
    contentSecurityPolicy,
    ticks: 'real',
  })
  const browser = await TestBrowser.launch(server.server.address!.caPath)
  onTestFinished(async () => {
    await browser[Symbol.asyncDispose]()
    await server.close()
  })
  return { url: server.url, byAddress: server.url.replace('localhost', '127.0.0.1'), browser }
}

describe.skipIf(missing('chromium', 'certutil'))('in Chromium, a page of the server', () => {
  it('[SH2] runs its own scripts and none that were written into it, and plays by either name', async () => {
    const { url, byAddress, browser } = await start()
    for (const base of [url, byAddress]) {
      const { page, errors } = await browser.page()
      await page.goto(`${base}/page.html`)
      expect(await page.evaluate(SEE)).toEqual({ own: true, inline: undefined, colour: 'rgb(0, 0, 0)' })
      expect(errors).toHaveLength(2)
      expect(await page.evaluate(JOIN)).toBe(new URL(base).hostname)
      expect(errors, 'joining broke no rule').toHaveLength(2)
    }
  })

  it('[SH2] talks to no other server and shows no picture of one, unless the game says so', async () => {
    const port = await plainServer((_request, response) => {
      response.setHeader('content-type', 'image/svg+xml')
      response.end(PIXEL)
    })
    const elsewhere = `http://127.0.0.1:${port}`
    const { url, byAddress, browser } = await start()
    const { page } = await browser.page()
    await page.goto(`${url}/page.html`)
    expect(await page.evaluate(openSocket(byAddress.replace('https', 'wss')))).toBe('connect-src')
    expect(await page.evaluate(openSocket(url.replace('https', 'wss')))).toBe('open')
    expect(await page.evaluate(showPicture(elsewhere))).toBe('img-src')
  })

  it('[SH2] shows pictures, runs scripts and reaches servers that the game names', async () => {
    const port = await plainServer((_request, response) => {
      response.setHeader('content-type', 'image/svg+xml')
      response.end(PIXEL)
    })
    const elsewhere = `http://127.0.0.1:${port}`
    const { url, byAddress, browser } = await start({
      'img-src': [elsewhere],
      'connect-src': ['wss://127.0.0.1:*'],
      'script-src': ["'unsafe-inline'"],
      'style-src': ["'unsafe-inline'"],
    })
    const { page, errors } = await browser.page()
    await page.goto(`${url}/page.html`)
    expect(await page.evaluate(SEE)).toEqual({ own: true, inline: true, colour: 'rgb(255, 0, 0)' })
    expect(await page.evaluate(showPicture(elsewhere))).toBe('shown')
    expect(await page.evaluate(openSocket(byAddress.replace('https', 'wss')))).toBe('open')
    expect(errors).toEqual([])
  })

  it('[CL6] is told by the SDK that it is its own policy that forbids a server', async () => {
    const { url, byAddress, browser } = await start()
    const { page } = await browser.page()
    await page.goto(`${url}/page.html`)
    expect(await page.evaluate(joinElsewhere(byAddress))).toMatchObject(forbidden(byAddress))
  })

  it('[CL6] is told so too by one that thought of https and forgot wss, and joins once both are allowed', async () => {
    const { url, byAddress, browser } = await start({
      'connect-src': ['https://127.0.0.1:*', 'wss://127.0.0.1:*'],
    })
    const { page } = await browser.page()
    await page.goto(`${url}/page.html`)
    expect(await page.evaluate(joinElsewhere(byAddress))).toBe('joined')
    await page.goto(`${url}/half.html`)
    expect(await page.evaluate(joinElsewhere(byAddress))).toMatchObject(forbidden(byAddress))
  })

  it('[SH1] hands its SDK to any page, and its pictures and frames to none of another site', async () => {
    const port = await plainServer((_request, response) => {
      response.setHeader('content-type', 'text/html')
      response.end('<!doctype html><title>elsewhere</title>')
    })
    const { url, browser } = await start()
    const { page, errors } = await browser.page()
    await page.goto(`http://127.0.0.1:${port}/`)
    const sdk = `import('${url}/sdk/fairground-client.js').then(({ connect }) => typeof connect)`
    expect(await page.evaluate(sdk)).toBe('function')
    expect(await page.evaluate(showPicture(`${url}/pixel.svg`))).toBe('failed')
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('iframe'), { src: '${url}' }))`,
    )
    await eventually(() => expect(errors).toEqual([expect.stringContaining('frame-ancestors')]))
  })
})
