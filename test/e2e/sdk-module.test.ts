import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missing } from '../needs.ts'
import { ArenaServer } from './arena-server.ts'
import { TestBrowser } from './browser.ts'

/** A page of somebody who has no bundler: one script, imports by address. */
const PLAIN_SCRIPT = `
  const { connect } = await import('/sdk/fairground-client.js')
  const { netcode } = await import('/sdk/fairground-netcode.js')
  const room = await connect().joinOrCreate('arena', { name: 'Plain' })
  const line = netcode(room)
  line.interpolate('fighters', ['x', 'y'])
  const fighter = await new Promise((resolve) => room.onAdd('fighters', resolve))
  line.frame(performance.now(), () => {})
  const seen = { name: fighter.name, x: line.value(fighter, 'x'), ping: await room.ping() }
  await room.leave()
  return seen
`

describe.skipIf(missing('chromium', 'certutil'))('the SDK as the match server hands it out', () => {
  let server: ArenaServer
  let browser: TestBrowser

  beforeAll(async () => {
    server = await ArenaServer.start()
    browser = await TestBrowser.launch(server.caPath)
  })

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })

  it('joins, reads and leaves from a page without a bundler', async () => {
    const { page, errors } = await browser.page()
    await page.goto(`${server.url}/healthz`)
    const seen = await page.evaluate(`(async () => {${PLAIN_SCRIPT}})()`)
    expect(seen).toEqual({ name: 'Plain', x: expect.any(Number), ping: expect.any(Number) })
    expect(errors).toEqual([])
  })

  it('says in the browser which rooms there are when the name is wrong', async () => {
    const { page } = await browser.page()
    await page.goto(`${server.url}/healthz`)
    const told = await page.evaluate(`
      import('/sdk/fairground-client.js').then(({ connect }) =>
        connect().joinOrCreate('arna', {}).catch(({ code, message }) => ({ code, message })))
    `)
    expect(told).toEqual({ code: 'ROOM_UNKNOWN', message: expect.stringContaining('"arena"') })
  })

  it('ranks what may be wrong when a browser hides the reason', async () => {
    const { page } = await browser.page()
    const told = await page.evaluate(`
      import('${server.url}/sdk/fairground-client.js').then(({ connect }) =>
        connect('wss://localhost:1').joinOrCreate('arena', {}).catch(({ code, causes }) => ({ code, causes })))
    `)
    expect(told).toMatchObject({ code: 'CONNECTION_FAILED' })
    const { causes } = told as { causes: string[] }
    expect(causes[0]).toContain('No server is running at https://localhost:1')
    expect(causes[1]).toContain('not trusted')
  })
})
