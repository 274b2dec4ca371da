import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { missing } from '../needs.ts'
import { ArenaPage } from './arena-page.ts'
import { ArenaServer } from './arena-server.ts'
import { DESKTOP, PHONE, picture, TestBrowser } from './browser.ts'

const WAIT = { timeout: 20_000, interval: 100 }

/** What two people see who play each other, one at a desk and one with a phone. The tests are one story, in order. */
describe.skipIf(missing('chromium', 'certutil'))('two people in the arena', () => {
  let server: ArenaServer
  let browser: TestBrowser
  let ann: ArenaPage
  let ben: ArenaPage
  const errors: string[][] = []

  async function open(options = DESKTOP): Promise<Page> {
    const opened = await browser.page(options)
    errors.push(opened.errors)
    return opened.page
  }

  beforeAll(async () => {
    server = await ArenaServer.start()
    browser = await TestBrowser.launch(server.caPath)
    ann = new ArenaPage(await open())
    ben = new ArenaPage(await open(PHONE))
  })

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })

  it('find nothing but a warning while the authority is not trusted', async () => {
    await using stranger = await TestBrowser.launch()
    const { page } = await stranger.page()
    await expect(page.goto(`${server.url}/arena/`)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID')
  })

  it('come in by the front page and see each other', async () => {
    await ann.page.goto(server.url)
    await ann.page.waitForSelector('text=Nobody is in yet')
    await picture(ann.page, 'landing')
    await ann.page.click('text=Arena')
    await ann.page.waitForSelector('#entrance:not([hidden])')
    await picture(ann.page, 'entrance')
    await ann.join(server.url, 'Ann')
    await ben.page.goto(`${server.url}/arena/`)
    await ben.page.waitForSelector('#crowd:has-text("1 in the arena now")')
    await picture(ben.page, 'entrance-phone')
    await ben.join(server.url, 'Ben')
    for (const { page } of [ann, ben]) {
      await vi.waitFor(async () => expect(await page.textContent('#scoreboard ol')).toMatch(/Ann.*Ben/), WAIT)
    }
  })

  it('see each other move: keys on one side, a thumb on the other', async () => {
    const [annBefore, benBefore] = [await ben.fighter('Ann'), await ann.fighter('Ben')]
    await ann.page.keyboard.down('KeyS')
    const thumb = await ben.touch()
    await thumb.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: 90, y: 700 }] })
    await thumb.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x: 90, y: 760 }] })
    await vi.waitFor(async () => {
      expect((await ben.fighter('Ann')).y).toBeGreaterThan(annBefore.y + 1.5)
      expect((await ann.fighter('Ben')).y).toBeGreaterThan(benBefore.y + 1.5)
    }, WAIT)
    await ann.page.keyboard.up('KeyS')
    await thumb.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    // Once everybody stands, both pages agree on where.
    await vi.waitFor(async () => {
      for (const name of ['Ann', 'Ben']) {
        const [here, there] = [await ann.fighter(name), await ben.fighter(name)]
        expect(Math.hypot(here.x - there.x, here.y - there.y)).toBeLessThan(0.01)
      }
    }, WAIT)
  })

  it('shoot and score, and both are told', async () => {
    await ann.aimAt('Ben')
    await ann.page.mouse.down()
    await vi.waitFor(async () => {
      await ann.aimAt('Ben') // on a busy machine the camera may not have come to rest before
      expect((await ben.fighter('Ben')).health).toBeLessThan(100)
    }, WAIT)
    await picture(ann.page, 'arena')
    await vi.waitFor(async () => {
      await ann.aimAt('Ben')
      expect((await ben.fighter('Ann')).score).toBe(1)
    }, WAIT)
    await ben.page.waitForSelector('#death:has-text("Ann took you out")')
    await picture(ben.page, 'arena-phone')
    await ann.page.mouse.up()
    expect(await ann.page.textContent('#feed')).toContain('Ann➤Ben')
    expect(await ann.page.textContent('#scoreboard .own')).toBe('1Ann1')
    await vi.waitFor(async () => expect((await ann.fighter('Ben')).alive).toBe(true), WAIT)
  })

  it('keep session and score over a reload', async () => {
    const session = await ann.sessionId()
    await ann.page.reload()
    await ann.status('playing')
    expect(await ann.sessionId()).toBe(session)
    expect((await ann.fighter('Ann')).score).toBe(1)
    const before = await ben.fighter('Ann')
    await ann.page.keyboard.down('KeyW')
    await vi.waitFor(async () => expect((await ben.fighter('Ann')).y).toBeLessThan(before.y - 1), WAIT)
    await ann.page.keyboard.up('KeyW')
  })

  it('read what the line is like', async () => {
    await vi.waitFor(async () => {
      const readout = await ann.page.textContent('#network')
      expect(readout).toMatch(/ping\d+ ms.*tick\d+ \(\d+ \/s\).*in[\d.]+ k?B\/s.*prediction error[\d.]+ cm/)
    }, WAIT)
  })

  it('lose the line, are told so, and go on where they were', async () => {
    const session = await ann.sessionId()
    await ann.page.context().setOffline(true)
    await ann.page.waitForSelector('#banner:has-text("offline"), #banner:has-text("Reconnecting")')
    await vi.waitFor(async () => {
      expect(
        await ben.page.evaluate((id) => globalThis.arena.room!.state.fighters.get(id!)?.away, session),
      ).toBe(true)
    }, WAIT)
    await picture(ann.page, 'offline')
    await ann.page.context().setOffline(false)
    await ann.status('playing')
    expect(await ann.sessionId()).toBe(session)
    expect(await ann.page.isHidden('#banner')).toBe(true)
  })

  it('see the result, and the next round begins from nothing', async () => {
    await ann.page.waitForSelector('#result:not([hidden])', { timeout: 90_000 })
    expect(await ann.page.textContent('#result h2')).toBe('You win!')
    expect(await ben.page.textContent('#result h2')).toBe('Ann wins')
    await picture(ann.page, 'result')
    await picture(ben.page, 'result-phone')
    await ann.page.waitForSelector('#clock:has-text("Round 2")', { timeout: 30_000 })
    expect((await ann.fighter('Ann')).score).toBe(0)
  }, 150_000)

  it('learn why they cannot come in: the match is full, or gone', async () => {
    const cleo = new ArenaPage(await open())
    await cleo.join(server.url, 'Cleo')
    const dora = await open()
    const roomId = await ann.page.evaluate(() => globalThis.arena.room!.id)
    await dora.goto(`${server.url}/arena/?name=Dora&room=${roomId}`)
    await dora.waitForSelector('#trouble[open]:has-text("ROOM_FULL")')
    await picture(dora, 'full')
    await dora.goto(`${server.url}/arena/?name=Dora&room=nowhere`)
    await dora.waitForSelector('#trouble[open]:has-text("ROOM_NOT_FOUND")')
    await dora.click('#trouble >> text=Join another match')
    await new ArenaPage(dora).status('playing')
  })

  it('are brought back by themselves when the server restarts', async () => {
    await server.stop()
    await ann.page.waitForSelector('#banner:has-text("The server restarts")')
    await server.run()
    await ann.status('playing')
    expect((await ann.fighter('Ann')).name).toBe('Ann')
  })

  it('do all that without an error in the page, or anything that its policy forbids', () => {
    expect(errors.flat()).toEqual([])
  })
})
