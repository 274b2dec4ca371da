import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { missing } from '../needs.ts'
import { ArenaServer } from './arena-server.ts'
import { DESKTOP, PHONE, picture, TestBrowser } from './browser.ts'
import { TurnsPage } from './turns-page.ts'

const WAIT = { timeout: 20_000, interval: 100 }
const BENS_NAME = '<b>Ben</b> بن 🦊'

/** What two people see who play Five Tents, one at a desk and one with a phone. The tests are one story, in order. */
describe.skipIf(missing('chromium', 'certutil'))('two people at a table', () => {
  let server: ArenaServer
  let browser: TestBrowser
  let url: string
  let ann: TurnsPage
  let ben: TurnsPage
  let eve: TurnsPage
  let code: string
  const pages: TurnsPage[] = []

  async function open(options = DESKTOP): Promise<TurnsPage> {
    const page = new TurnsPage((await browser.page(options)).page)
    pages.push(page)
    return page
  }

  /** Lets both lay cards until so many turns are over, or the match is. */
  async function playOn(turns: number): Promise<void> {
    for (let turn = 0; turn < turns && !(await ann.over()); turn++) {
      await vi.waitFor(async () => expect((await ann.ownTurn()) || (await ben.ownTurn())).toBe(true), WAIT)
      const one = (await ann.ownTurn()) ? ann : ben
      await one.lay()
      // Both pages know of it before the next one moves.
      const number = await one.turnNumber()
      await vi.waitFor(
        async () => expect(await Promise.all([ann.turnNumber(), ben.turnNumber()])).toEqual([number, number]),
        WAIT,
      )
    }
  }

  beforeAll(async () => {
    server = await ArenaServer.start({ file: 'quick-turns.ts' })
    url = `${server.url}/turns/`
    browser = await TestBrowser.launch(server.caPath)
    ann = await open()
    ben = await open(PHONE)
  })

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })

  it('come in by the front page; one opens a table and gets a code to share', async () => {
    await ann.page.goto(server.url)
    await picture(ann.page, 'landing-two')
    await ann.page.click('text=Five Tents')
    await ann.status('entrance')
    await picture(ann.page, 'turns-entrance')
    await ann.page.click('[data-way=friend]')
    expect(await ann.page.textContent('#name-hint')).toContain('Enter a name first')
    await ann.page.fill('#name', 'Ann')
    await ann.page.click('[data-way=friend]')
    code = await ann.code()
    expect(code.replaceAll(/\s/g, '')).toMatch(/^[BCDFGHJKMNPRTVWXZ3479]{6}$/)
    await ann.page.click('#waiting [data-do=copy]')
    await ann.page.waitForSelector('#banner:not([hidden])')
    await picture(ann.page, 'turns-waiting')
  })

  it('the other one is told of a name too long and of a wrong code, and comes in by the right one', async () => {
    await ben.page.goto(url)
    await ben.status('entrance')
    await ben.page.fill('#name', 'x'.repeat(21))
    await ben.page.fill('#code', 'hello')
    await ben.page.click('[data-way=code]')
    expect(await ben.page.textContent('#name-hint')).toContain('at most 20')
    expect(await ben.page.textContent('#code-hint')).toContain('six letters and digits')
    await ben.page.fill('#name', BENS_NAME)
    await ben.page.fill('#code', 'bbb-bbb')
    await ben.page.press('#code', 'Enter')
    await ben.page.waitForSelector('#code-hint:has-text("There is no table BBB BBB")')
    expect(await ben.page.isVisible('[data-way=friend]')).toBe(true)
    await picture(ben.page, 'turns-wrong-code-phone')
    await ben.page.fill('#code', code.toLowerCase())
    await ben.page.press('#code', 'Enter')
    for (const one of [ann, ben]) await one.status('playing')
  })

  it('a name with markup, emoji and right-to-left text is shown as it is', async () => {
    expect(await ann.page.textContent('#far .name')).toBe(BENS_NAME)
    expect(await ann.page.$('#far b')).toBeNull()
    expect(await ben.page.textContent('#near .name')).toBe(BENS_NAME)
  })

  it('the one who is at it lays a card by keyboard or by touch, and the other one sees it', async () => {
    const one = (await ann.ownTurn()) ? ann : ben
    const other = one === ann ? ben : ann
    const [strength] = await one.hand()
    await one.page.keyboard.press('1')
    await one.page.keyboard.press('KeyW')
    await other.atIt()
    expect(await other.page.textContent('[data-tent="1"] .far .card')).toBe(strength)
    expect(await one.page.getAttribute('body', 'data-turn')).toBe('other')
    expect(await other.page.textContent('#happened')).toContain('laid a card at tent 2')
    await other.lay({ tent: 1 })
    await one.atIt()
  })

  it('a masked card is seen by who laid it, and by who lights a lantern', async () => {
    const one = (await ann.ownTurn()) ? ann : ben
    const other = one === ann ? ben : ann
    const [strength] = await one.hand()
    await one.lay({ masked: true, tent: 0 })
    await other.atIt()
    expect(await one.page.textContent('[data-tent="0"] .near .card.masked')).toBe(strength)
    expect(await other.page.textContent('[data-tent="0"] .far .card.masked')).toBe('')
    await other.page.click('[data-do=lantern]')
    await picture(other.page, other === ann ? 'turns-lantern' : 'turns-lantern-phone')
    await other.page.click('[data-tent="0"] .far .target')
    await one.atIt()
    await vi.waitFor(
      async () => expect(await other.page.textContent('[data-tent="0"] .far .card.masked')).toBe(strength),
      WAIT,
    )
    expect(await one.page.textContent('#happened')).toContain('looked behind a mask')
  })

  it('a third one with the code watches, and sees no hand and no masked card', async () => {
    eve = await open()
    await eve.page.goto(`${url}?code=${code.replaceAll(/\s/g, '')}`)
    await eve.page.waitForSelector('#entrance.invited')
    await picture(eve.page, 'turns-invited')
    await eve.page.fill('#name', 'Eve')
    await eve.page.press('#name', 'Enter')
    await eve.status('playing')
    expect(await eve.page.isHidden('#hand')).toBe(true)
    expect(
      await eve.page.$$eval('.card.masked', (cards) => cards.map(({ textContent }) => textContent)),
    ).toEqual([''])
    await ann.page.waitForSelector('#watchers:has-text("1 watching")')
    await picture(eve.page, 'turns-watching')
  })

  it('play on', { timeout: 60_000 }, async () => {
    await playOn(8)
    await picture(ann.page, 'turns-play')
    const one = (await ann.ownTurn()) ? ann : ben
    await one.page.click('#hand .card >> nth=1')
    await picture(ben.page, 'turns-play-phone')
    await one.page.keyboard.press('Escape')
  })

  it('one closes the page: the other one sees it, and the place is kept', async () => {
    const hand = await ben.hand()
    await ben.page.close()
    await ann.page.waitForSelector('#far .badge:has-text("away")')
    await picture(ann.page, 'turns-away')
    ben = new TurnsPage(await ben.page.context().newPage())
    pages.push(ben)
    await ben.page.goto(url)
    await ben.status('entrance')
    await ben.page.waitForSelector('#open-table:not([hidden])')
    await picture(ben.page, 'turns-go-on-phone')
    await ben.page.click('#open-table button')
    await ben.status('playing')
    expect(await ben.hand()).toEqual(hand)
    await ann.page.waitForSelector('#far:not(.away)')
  })

  it('[TU8] both close their pages, come back and go on', { timeout: 60_000 }, async () => {
    const before = [await ann.hand(), await ben.hand(), await ann.turnNumber()]
    await eve.page.close()
    // From the address that each page had: the browser opens its tabs again.
    const addresses = [ann.page.url(), ben.page.url()]
    const contexts = [ann.page.context(), ben.page.context()]
    await Promise.all([ann.page.close(), ben.page.close()])
    ann = new TurnsPage(await contexts[0]!.newPage())
    ben = new TurnsPage(await contexts[1]!.newPage())
    pages.push(ann, ben)
    await ann.page.goto(addresses[0]!)
    await ben.page.goto(addresses[1]!)
    for (const one of [ann, ben]) await one.status('playing')
    expect([await ann.hand(), await ben.hand(), await ann.turnNumber()]).toEqual(before)
    await playOn(2)
  })

  it('lose the line, are told so, and go on where they were', async () => {
    await ann.page.context().setOffline(true)
    await ann.page.waitForSelector('#banner:has-text("offline"), #banner:has-text("Reconnecting")')
    await ben.page.waitForSelector('#far .badge:has-text("away")')
    await picture(ann.page, 'turns-offline')
    await ann.page.context().setOffline(false)
    await ann.status('playing')
    await vi.waitFor(async () => expect(await ann.page.isHidden('#banner')).toBe(true), WAIT)
    await ben.page.waitForSelector('#far:not(.away)')
  })

  it('play to the end, see who won, and have a rematch when both want one', {
    timeout: 120_000,
  }, async () => {
    await playOn(40)
    for (const one of [ann, ben]) await one.page.waitForSelector('#result:not([hidden])')
    const headlines = [await ann.page.textContent('#result h2'), await ben.page.textContent('#result h2')]
    expect(headlines.filter((text) => text === 'You win!')).toHaveLength(1)
    await ann.page.click('[data-do=rematch]')
    await ben.page.waitForSelector('#result:has-text("wants a rematch")')
    await picture(ann.page, 'turns-result')
    await picture(ben.page, 'turns-result-phone')
    await ben.page.click('[data-do=rematch]')
    for (const one of [ann, ben]) {
      await one.status('playing')
      await vi.waitFor(async () => expect(await one.hand()).toHaveLength(5), WAIT)
    }
  })

  it('read the rules over the table; resigning asks first', async () => {
    await ben.page.click('[data-do=rules]')
    await picture(ben.page, 'turns-rules-phone')
    await ben.page.click('#asking .primary')
    await ben.page.click('[data-do=resign]')
    await ben.page.click('#asking button:has-text("Play on")')
    await ben.page.click('[data-do=resign]')
    await ben.page.click('#asking button:has-text("Resign")')
    await ann.page.waitForSelector('#result:has-text("You win!")')
    expect(await ann.page.textContent('#result')).toContain('resigned')
  })

  it('a second page of the same player takes over, and the first one says so', async () => {
    const second = new TurnsPage(await ann.page.context().newPage())
    pages.push(second)
    await second.page.goto(ann.page.url())
    await second.status('over')
    await ann.page.waitForSelector('#trouble[open]:has-text("You play elsewhere")')
    await picture(ann.page, 'turns-elsewhere')
  })

  it('two strangers who play anyone meet at one table', async () => {
    const [cid, dee] = [await open(PHONE), await open()]
    for (const [page, name] of [
      [cid, 'Cid'],
      [dee, 'Dee'],
    ] as const) {
      await page.page.goto(url)
      await page.page.fill('#name', name)
      await page.page.click('[data-way=anyone]')
      if (page === cid) await page.page.waitForSelector('#waiting:has-text("Waiting for somebody")')
      if (page === cid) await picture(cid.page, 'turns-waiting-phone')
    }
    for (const { page } of [cid, dee]) await page.waitForSelector('#game:not([hidden])')
    expect(await dee.page.textContent('#far .name')).toBe('Cid')
  })

  it('nothing went wrong in any script, and nothing broke the policy of the pages', () => {
    expect(pages.flatMap(({ errors }) => errors)).toEqual([])
  })
})
