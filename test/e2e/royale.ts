/** What somebody sees who opens the large world while it is full; run with few seats and, in the long form, with all. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ROYALE } from '../../rooms/arena/world.ts'
import { missing } from '../needs.ts'
import { ArenaPage } from './arena-page.ts'
import { ArenaServer } from './arena-server.ts'
import { DESKTOP, PHONE, picture, TestBrowser } from './browser.ts'
import { Crowd } from './crowd.ts'

const WAIT = { timeout: 60_000, interval: 250 }
/** What was seen once is seen up to here. */
const LEAVE_METRES = 1.1 * ROYALE.sightMetres

interface SeenThere {
  own: { x: number; y: number }
  others: Record<string, { x: number; y: number; metres: number }>
}

/** Everybody whom the page was told of, at their places in its state. */
function seenBy(page: Page): Promise<SeenThere> {
  return page.evaluate(() => {
    const { state, sessionId } = globalThis.arena.room!
    const { x, y } = state.fighters.get(sessionId)!
    const others: SeenThere['others'] = {}
    for (const [id, fighter] of state.fighters)
      if (id !== sessionId)
        others[id] = { x: fighter.x, y: fighter.y, metres: Math.hypot(fighter.x - x, fighter.y - y) }
    return { own: { x, y }, others }
  })
}

export function royaleWith({ load, bots }: { load: number; bots: number }): void {
  const world = `one world with ${load + bots} players in it`
  describe.skipIf(missing('chromium', 'certutil'))(world, { timeout: 200_000 }, () => {
    let server: ArenaServer
    let browser: TestBrowser
    let crowd: Crowd
    let ann: ArenaPage
    const errors: string[][] = []

    async function open(options = DESKTOP): Promise<Page> {
      const opened = await browser.page(options)
      errors.push(opened.errors)
      return opened.page
    }

    async function enter(page: Page, name: string): Promise<ArenaPage> {
      await page.goto(`${server.url}/arena/?world=royale&name=${name}`)
      const entered = new ArenaPage(page)
      await page.waitForSelector('body[data-status=playing]', { timeout: WAIT.timeout })
      return entered
    }

    beforeAll(async () => {
      server = await ArenaServer.start({ file: 'quick-royale.ts' })
      crowd = new Crowd(server, { room: 'royale', load, bots })
      browser = await TestBrowser.launch(server.caPath)
      await crowd.in
    }, 500_000)

    afterAll(async () => {
      await crowd?.[Symbol.asyncDispose]()
      await browser?.[Symbol.asyncDispose]()
      await server?.[Symbol.asyncDispose]()
    }, 60_000)

    it('the front page counts them', async () => {
      const page = await open()
      await page.goto(server.url)
      await page.waitForSelector(`.royale:has-text("${load + bots} playing now")`, { timeout: WAIT.timeout })
      await page.close()
    })

    it('who comes in is told of those nearby, and by the radar of all', async () => {
      ann = await enter(await open(), 'Ann')
      await ann.page.waitForSelector(`#radar:has-text("${load + bots + 1} fighters")`, {
        timeout: WAIT.timeout,
      })
      await vi.waitFor(async () => {
        const { others } = await seenBy(ann.page)
        expect(Object.keys(others).length).toBeGreaterThan(1)
        expect(Object.keys(others).length).toBeLessThan((load + bots) / 4)
        for (const { metres } of Object.values(others)) expect(metres).toBeLessThan(LEAVE_METRES + 0.5)
      }, WAIT)
    })

    it('those nearby move', async () => {
      const before = await seenBy(ann.page)
      await vi.waitFor(async () => {
        const { others } = await seenBy(ann.page)
        const moved = Object.entries(others).filter(([id, { x, y }]) => {
          const old = before.others[id]
          return old && Math.hypot(x - old.x, y - old.y) > 1
        })
        expect(moved.length).toBeGreaterThan(1)
      }, WAIT)
      await picture(ann.page, 'royale')
    })

    it('who walks on meets others, and those left behind are gone', async () => {
      const before = await seenBy(ann.page)
      // Both at once: along a wall one slides.
      const ways = [
        before.own.x < ROYALE.width / 2 ? 'KeyD' : 'KeyA',
        before.own.y < ROYALE.height / 2 ? 'KeyS' : 'KeyW',
      ]
      for (const key of ways) await ann.page.keyboard.down(key)
      await vi.waitFor(async () => {
        const { own, others } = await seenBy(ann.page)
        expect(Math.hypot(own.x - before.own.x, own.y - before.own.y)).toBeGreaterThan(4)
        expect(Object.keys(others).some((id) => !(id in before.others))).toBe(true)
        expect(Object.keys(before.others).some((id) => !(id in others))).toBe(true)
      }, WAIT)
      for (const key of ways) await ann.page.keyboard.up(key)
    })

    it('it fits a phone', async () => {
      const ben = await enter(await open(PHONE), 'Ben')
      await ben.page.waitForSelector(`#radar:has-text("${load + bots + 2} fighters")`, {
        timeout: WAIT.timeout,
      })
      await picture(ben.page, 'royale-phone')
    })

    it('all that without an error in the pages', () => {
      expect(errors.flat()).toEqual([])
    })

    it('[CI10] the crowd tells how it fares, nobody of it is gone, and it ends with 0 on a signal', async () => {
      const fares = new RegExp(`royale: ${bots} bots, ${load} load seats: [\\d.]+ patches/s`)
      crowd.output = ''
      await vi.waitFor(() => expect(crowd.output).toMatch(fares), WAIT)
      expect(await crowd.stop()).toBe(0)
    })
  })
}
