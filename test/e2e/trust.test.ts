import { hostname } from 'node:os'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missing, pathOf } from '../needs.ts'
import { ArenaServer } from './arena-server.ts'
import { PHONE, picture, TestBrowser } from './browser.ts'
import { mayMakeNetworks, TestNetwork } from './test-network.ts'

/** What the page at /ca finds out about its browser. */
async function verdict(page: Page): Promise<string | null> {
  await page.waitForSelector('#state[data-trust=yes], #state[data-trust=no]')
  return page.getAttribute('#state', 'data-trust')
}

/** Joins over wss from the page that is open, as a game would; the name of the own fighter. */
function join(page: Page): Promise<unknown> {
  return page.evaluate(`
    import('/sdk/fairground-client.js').then(async ({ connect }) => {
      const room = await connect().joinOrCreate('arena', { name: 'Ann' })
      const fighter = await new Promise((resolve) => room.onAdd('fighters', resolve))
      await room.leave()
      return fighter.name
    })`)
}

/** The name that a machine announces to its network. */
const OWN_NAME = `${hostname().toLowerCase().split('.')[0]}.local`

describe.skipIf(missing('chromium', 'certutil'))(
  'the development certificate in Chromium, with no flag',
  () => {
    let server: ArenaServer
    let trusting: TestBrowser

    beforeAll(async () => {
      server = await ArenaServer.start()
      trusting = await TestBrowser.launch(server.caPath, { names: [OWN_NAME, 'game.test'] })
    })

    afterAll(async () => {
      await trusting?.[Symbol.asyncDispose]()
      await server?.[Symbol.asyncDispose]()
    })

    it.each(['localhost', '127.0.0.1', OWN_NAME, 'game.test'])(
      '[TL3] page and wss are trusted at %s',
      async (name) => {
        const { page, errors } = await trusting.page()
        const { port } = new URL(server.url)
        await page.goto(`https://${name}:${port}/ca`)
        expect(await verdict(page)).toBe('yes')
        await page.goto(`https://${name}:${port}/healthz`)
        expect(await join(page)).toBe('Ann')
        expect(errors).toEqual([])
      },
    )

    it('[TL10] who taps the warning away gets the page at /ca, which says what is still to do', async () => {
      await using stranger = await TestBrowser.launch()
      const { page, errors } = await stranger.page(PHONE)
      await expect(page.goto(`${server.url}/ca?for=ios`)).rejects.toThrow('net::ERR_CERT_AUTHORITY_INVALID')
      await tapThrough(page)
      expect(await verdict(page)).toBe('no')
      expect(await page.textContent('.verdict')).toBe('Not trusted yet.')
      expect(await page.isVisible('text=Open the game')).toBe(false)
      const download = page.waitForEvent('download')
      await page.click('#download')
      expect((await download).suggestedFilename()).toBe('fairground-ca.mobileconfig')
      await page.click('#again')
      expect(await verdict(page)).toBe('no')
      await picture(page, 'ca-phone')
      expect(errors).toEqual([])
    })

    it('the page fits a phone, at every device that it speaks of', async () => {
      const { page } = await trusting.page(PHONE)
      for (const device of ['ios', 'android', 'macos', 'windows', 'linux', 'firefox']) {
        await page.goto(`${server.url}/ca?for=${device}`)
        await verdict(page)
        expect(await page.evaluate(() => document.documentElement.scrollWidth), device).toBe(390)
        const button = await page.locator('#download').boundingBox()
        expect(button!.height).toBeGreaterThan(44)
      }
      await page.click('text=Open the game')
      expect(new URL(page.url()).pathname).toBe('/')
    })

    it.each([
      ['in its old place', ['.pki/nssdb']],
      ['in the place of the XDG folders', ['.local/share/pki/nssdb']],
      ['in both', ['.pki/nssdb', '.local/share/pki/nssdb']],
    ])('[CI7] certs trust finds the database that Chromium reads: %s', async (_where, databases) => {
      await using browser = await TestBrowser.launch(server.caPath, { databases })
      const { page } = await browser.page()
      expect((await page.goto(`${server.url}/healthz`))?.status()).toBe(200)
    })

    it('[CI7] certs trust and its undo decide what Chromium does', async () => {
      await using browser = await TestBrowser.launch(server.caPath)
      const { page } = await browser.page()
      expect((await page.goto(`${server.url}/healthz`))?.status()).toBe(200)
      await browser.restart(server.caPath, '--undo')
      const { page: afterwards } = await browser.page()
      await expect(afterwards.goto(`${server.url}/healthz`)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID')
    })
  },
)

const networks = !missing('chromium', 'certutil', 'ip') && mayMakeNetworks()

describe.skipIf(!networks)('a phone in the local network', () => {
  it('[TL3] trusts page and wss at the address that the terminal prints', async () => {
    using network = new TestNetwork()
    await using server = await ArenaServer.start({ network })
    const url = `https://${network.address}:${new URL(server.url).port}`
    expect(server.output).toContain(`network       ${url}/`)
    expect(server.output).toContain(`open ${url}/ca there and tap through the warning`)

    const executablePath = network.wrapped(pathOf('chromium')!)
    await using phone = await TestBrowser.launch(server.caPath, { executablePath })
    const { page, errors } = await phone.page(PHONE)
    await page.goto(`${url}/ca`)
    expect(await verdict(page)).toBe('yes')
    await page.goto(`${url}/healthz`)
    expect(await join(page)).toBe('Ann')
    expect(errors).toEqual([])

    await using stranger = await TestBrowser.launch(undefined, { executablePath })
    const { page: warned } = await stranger.page(PHONE)
    await expect(warned.goto(`${url}/ca`)).rejects.toThrow('net::ERR_CERT_AUTHORITY_INVALID')
  })
})

/** What "Advanced, proceed" does, by the keys that Chromium's warning knows. */
async function tapThrough(page: Page): Promise<void> {
  await page.waitForSelector('#details-button')
  await page.keyboard.type('thisisunsafe')
  await page.waitForURL(/^https:/)
}
