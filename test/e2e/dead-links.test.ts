import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startTestServer, type TestServer } from '../../testing/index.ts'
import { YardRoom } from '../client-sdk/yard-room.ts'
import { DarkLine } from '../dark-line.ts'
import { eventually } from '../eventually.ts'
import { missing } from '../needs.ts'
import { TestBrowser } from './browser.ts'

const rooms = { yard: YardRoom }
/** Longer than a silent line lives. */
const ASLEEP_MS = 12_000

describe.skipIf(missing('chromium', 'certutil'))('a line, in a real browser', { timeout: 90_000 }, () => {
  let server: TestServer<typeof rooms>
  let browser: TestBrowser

  beforeAll(async () => {
    server = await startTestServer({ rooms, ticks: 'real', contentSecurityPolicy: false })
    browser = await TestBrowser.launch(server.server.address!.caPath)
  })

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })

  /** A page that has joined, and keeps what its room tells of the connection. */
  async function player(url: string): Promise<Page> {
    const { page } = await browser.page()
    await page.goto(`${server.url}/healthz`)
    await page.evaluate(`(async () => {
      const { connect } = await import('/sdk/fairground-client.js')
      globalThis.room = await connect('${url}').joinOrCreate('yard', {})
      globalThis.statuses = []
      room.onStatus((status, reason) => statuses.push(reason ? status + ' ' + reason.code : status))
    })()`)
    return page
  }
  const statuses = (page: Page) => page.evaluate('statuses') as Promise<string[]>

  it('[SE12] that is dead is noticed within ten seconds, and played on within five of its return', async () => {
    await using line = await DarkLine.open(Number(new URL(server.url).port))
    const page = await player(line.url)
    line.goDark('toClient', 'toServer')
    await eventually(async () => expect(await statuses(page)).toEqual(['reconnecting']))
    await page.evaluate(`room.send('shout', 'still here')`)
    line.comeBack()
    await vi.waitFor(async () => expect(await statuses(page)).toEqual(['reconnecting', 'open']), 5_000)
    expect(await page.evaluate(`room.request('double', 4)`)).toEqual({ doubled: 8 })
    await page.close()
  })

  it('[SE12] is not taken for dead by a page that was frozen, as hidden ones are', async () => {
    const page = await player(server.url.replace('https:', 'wss:'))
    const session = await page.context().newCDPSession(page)
    await session.send('Page.setWebLifecycleState', { state: 'frozen' })
    await wait(ASLEEP_MS)
    await session.send('Page.setWebLifecycleState', { state: 'active' })
    expect(await page.evaluate(`room.request('double', 4)`)).toEqual({ doubled: 8 })
    // A wrong guess would come with the next looks.
    await wait(2_000)
    expect(await statuses(page)).toEqual([])
    await page.close()
  })

  it('[SE12] is not taken for dead by a page that computed for long', async () => {
    const page = await player(server.url.replace('https:', 'wss:'))
    await page.evaluate(`{
      const end = performance.now() + ${ASLEEP_MS}
      while (performance.now() < end);
    }`)
    expect(await page.evaluate(`room.request('double', 4)`)).toEqual({ doubled: 8 })
    await wait(2_000)
    expect(await statuses(page)).toEqual([])
    await page.close()
  })
})
