import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { missing } from '../needs.ts'
import { ArenaServer } from './arena-server.ts'
import { DESKTOP, PHONE, picture, TestBrowser } from './browser.ts'

const WAIT = { timeout: 20_000, interval: 100 }

describe.skipIf(missing('chromium', 'certutil'))('the ticker in a browser', () => {
  let server: ArenaServer
  let browser: TestBrowser

  beforeAll(async () => {
    server = await ArenaServer.start({ file: 'quick-ticker.ts' })
    browser = await TestBrowser.launch(server.caPath)
  })

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })

  it('shows prices that move, and remembers what was watched', async () => {
    const { page, errors } = await browser.page(DESKTOP)
    await page.goto(server.url)
    await page.waitForSelector('.card.ticker')
    await picture(page, 'landing-all')
    await page.click('.card.ticker')
    await page.waitForSelector('#rows tr:nth-child(7)')
    await page.waitForSelector('body[data-status=live]')
    const prices = () => page.locator('#rows td.number:nth-child(4)').allTextContents()
    // A feed that has only begun has not quoted each of them.
    const known = Array.from({ length: 5 }, () => expect.stringMatching(/^\d+\.\d\d$/))
    await vi.waitFor(async () => expect((await prices()).slice(0, 5)).toEqual(known), WAIT)
    const before = await prices()
    await vi.waitFor(async () => expect(await prices()).not.toEqual(before), WAIT)
    await page.fill('#text', 'foxes')
    await page.click('#found button:has-text("FOX-ABB")')
    await page.waitForSelector('#rows tr:has-text("FOX-ABB")')
    await page.click('[aria-label="Stop watching BABA0"]')
    await vi.waitFor(async () => expect(await page.textContent('#rows')).not.toContain('BABA0'), WAIT)
    await vi.waitFor(
      async () => expect(await page.locator('td.flash-up, td.flash-down').count()).toBeGreaterThan(0),
      WAIT,
    )
    await page.waitForTimeout(4_000) // some history to look at
    await page.evaluate(() => scrollTo(0, 0))
    await picture(page, 'ticker')
    await page.reload()
    await page.waitForSelector('#rows tr:has-text("FOX-ABB")')
    expect(await page.textContent('#rows')).not.toContain('BABA0')
    expect(errors).toEqual([])
  })

  it('[TI4] says which feed is silent, while the others go on', async () => {
    const silence = join(server.caPath, '../../silence')
    const { page, errors } = await browser.page(DESKTOP)
    await page.goto(`${server.url}/ticker/`)
    await page.waitForSelector('body[data-status=live]')
    writeFileSync(silence, '')
    try {
      await page.waitForSelector('body[data-status=silent] #live:text-is("no news of shares at the moment")')
      const minute = () => page.textContent('#rows tr:has-text("LIO-HAR")')
      const before = await minute()
      await vi.waitFor(async () => expect(await minute()).not.toBe(before), WAIT)
      await picture(page, 'ticker-silent')
    } finally {
      rmSync(silence)
    }
    await page.waitForSelector('body[data-status=live] #live:has-text("symbols")')
    expect(errors).toEqual([])
  })

  it('is counted on the front page', async () => {
    const { page } = await browser.page(DESKTOP)
    await page.goto(`${server.url}/ticker/`)
    await page.waitForSelector('#rows tr:nth-child(7)')
    const front = await page.context().newPage()
    await front.goto(server.url)
    await front.waitForSelector('.card.ticker:has-text("watching now")')
    await front.waitForSelector('.card.turns:has-text("Five minutes a match")')
    await page.close()
  })

  it('comes back by itself when the server was restarted', async () => {
    const { page, errors } = await browser.page(PHONE)
    await page.goto(`${server.url}/ticker/`)
    await page.waitForSelector('body[data-status=live]')
    await server.stop()
    await page.waitForSelector('#banner:has-text("Reconnecting")')
    await server.run()
    await page.waitForSelector('body[data-status=live]')
    await page.waitForSelector('#banner', { state: 'hidden' })
    await page.waitForSelector('#rows tr:nth-child(7)')
    expect(errors).toEqual([])
  })

  it('fits on a phone', async () => {
    const { page, errors } = await browser.page(PHONE)
    await page.goto(`${server.url}/ticker/`)
    await page.waitForSelector('#rows tr:nth-child(7)')
    await page.click('#rows tr:nth-child(2)')
    await page.waitForSelector('#chart-value:not(:empty)')
    await page.waitForTimeout(4_000) // some history to look at
    await picture(page, 'ticker-phone')
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBeLessThanOrEqual(390)
    expect(errors).toEqual([])
  })
})
