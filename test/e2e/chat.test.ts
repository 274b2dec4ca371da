import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { missing } from '../needs.ts'
import { ArenaServer } from './arena-server.ts'
import { DESKTOP, PHONE, picture, TestBrowser } from './browser.ts'
import { ChatPage } from './chat-page.ts'

const WAIT = { timeout: 20_000, interval: 100 }

/** What people see who talk to each other, one at a desk and one with a phone. The tests are one story, in order. */
describe.skipIf(missing('chromium', 'certutil'))('people in the chat', () => {
  let server: ArenaServer
  let browser: TestBrowser
  let ann: ChatPage
  let ben: ChatPage
  const errors: string[][] = []

  async function open(options = DESKTOP): Promise<Page> {
    const opened = await browser.page(options)
    errors.push(opened.errors)
    return opened.page
  }

  beforeAll(async () => {
    server = await ArenaServer.start({ file: 'quick-chat.ts' })
    browser = await TestBrowser.launch(server.caPath)
    ann = new ChatPage(await open())
    ben = new ChatPage(await open(PHONE))
  })

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })

  it('come in by the front page, to a channel in which nobody has said anything', async () => {
    await ann.page.goto(server.url)
    await ann.page.click('.card.chat')
    await ann.page.waitForSelector('#crowd:has-text("Nobody is in yet")')
    await picture(ann.page, 'chat-entrance')
    await ann.page.click('#entrance button[type=submit]')
    expect(await ann.page.textContent('#name-hint')).toContain('Enter a name first')
    await ann.join(server.url, 'Ann Lee')
    await ann.page.waitForSelector('#beginning:has-text("be the first")')
    await picture(ann.page, 'chat-empty')
    await ben.page.goto(`${server.url}/chat/`)
    await ben.page.waitForSelector('#crowd:has-text("1 in the chat now")')
    await picture(ben.page, 'chat-entrance-phone')
    await ben.join(server.url, 'Ben')
    await ann.page.waitForSelector('#online:has-text("2")')
  })

  it('[CH3] read what the others say as text, whatever it holds', async () => {
    await ann.say('Hello everybody!')
    await ben.sees('Hello everybody!')
    await ben.say('Hi @Ann Lee, the rules are at https://example.org/rules?a=1. Ready?')
    await ann.sees('the rules are at')
    expect(await ann.page.textContent('mark.own')).toBe('@Ann Lee')
    expect(await ann.page.getAttribute('.text a', 'href')).toBe('https://example.org/rules?a=1')
    await ben.say('<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>')
    await ann.sees('<script>')
    expect(await ann.page.title()).not.toContain('owned')
    expect(await ann.page.$$('#messages img, #messages script')).toEqual([])
    await ann.say('שלום לכולם, זה עובד? 123 (abc)')
    await ben.sees('שלום')
    await ben.say('👩‍👩‍👧‍👦 🎉')
    await ann.sees('🎉')
    const direction = (page: Page) =>
      page.$$eval('#messages .text', (found) => found.map((text) => getComputedStyle(text).direction))
    expect(await direction(ben.page)).toEqual(['ltr', 'ltr', 'ltr', 'rtl', 'ltr'])
    expect(await ann.texts()).toEqual(await ben.texts())
    await picture(ann.page, 'chat')
    await picture(ben.page, 'chat-phone')
  })

  it('[CH8] see that somebody types, and that it stops', async () => {
    await ben.page.locator('#text').pressSequentially('I am thi')
    await ann.page.waitForSelector('#typing:has-text("Ben is typing")')
    await picture(ann.page, 'chat-typing')
    await ben.page.fill('#text', '')
    await ann.page.waitForFunction(() => document.querySelector('#typing')!.textContent === '')
  })

  it('[CH5] edit by arrow key and by button, and delete', async () => {
    await ann.page.focus('#text')
    await ann.page.keyboard.press('ArrowUp')
    expect(await ann.page.inputValue('#text')).toContain('שלום')
    await ann.page.keyboard.press('Escape')
    await ann.act('Hello everybody!', 'edit')
    await ann.page.waitForSelector('#editing:has-text("Editing")')
    await ann.page.fill('#text', 'Good evening everybody!')
    await picture(ann.page, 'chat-editing')
    await ann.page.press('#text', 'Enter')
    await ben.page.waitForSelector('#messages li:has-text("Good evening everybody!"):has-text("(edited)")')
    await ben.page.tap('#messages li:has-text("<script>")')
    await picture(ben.page, 'chat-actions-phone')
    await ben.page.tap('#messages li:has-text("<script>") button[data-action="delete"]')
    await ann.page.waitForSelector('#messages .deleted:has-text("This message was deleted.")')
    expect(await ann.page.$('#messages li:has-text("<script>")')).toBeNull()
  })

  it('[CH6] are told what is unread elsewhere, and when they are named', async () => {
    await ann.open('help')
    await ann.say('How do I dash?')
    await ben.page.waitForSelector('#open-rail b:not([hidden])')
    await ann.say('Maybe @ben knows')
    await ben.page.waitForSelector('#open-rail b.called:has-text("1")')
    await ben.page.click('#open-rail')
    await ben.page.waitForSelector('#channels button:has-text("help") b:has-text("@1")')
    await ben.page.waitForFunction(
      () => getComputedStyle(document.querySelector('#rail')!).translate === '0px',
    )
    await picture(ben.page, 'chat-channels-phone')
    await ben.page.click('#channels button:has-text("help")')
    await ben.sees('Maybe @ben knows')
    await ben.page.waitForSelector('#messages li.called')
    await ben.page.waitForSelector('#messages li.first-new:has-text("How do I dash?")')
    await vi.waitFor(async () => expect(await ben.page.isHidden('#open-rail b')).toBe(true), WAIT)
  })

  it('[CH4] scroll up through days, page by page, without losing their place', async () => {
    await ann.open('arena')
    await ann.page.waitForSelector('#messages li[data-seq="130"]')
    expect(await ann.page.locator('#messages li').count()).toBe(50)
    await picture(ann.page, 'chat-history')
    const scroller = ann.page.locator('#scroller')
    for (const seq of [31, 1]) {
      const top = await ann.page.evaluate(() => {
        const scroller = document.querySelector('#scroller')!
        scroller.scrollTop = 300
        return document.querySelector<HTMLElement>('#messages li')!.dataset['seq']
      })
      await ann.page.waitForSelector(`#messages li[data-seq="${seq}"]`)
      const moved = await ann.page.evaluate((before) => {
        const row = document.querySelector(`#messages li[data-seq="${before}"]`)!.getBoundingClientRect()
        return row.top - document.querySelector('#scroller')!.getBoundingClientRect().top
      }, top)
      expect(Math.abs(moved), 'what was in sight still is').toBeLessThan(400)
    }
    expect(await ann.page.isVisible('#beginning')).toBe(true)
    expect(
      await ann.page.$$eval('#messages li', (rows) => rows.map((row) => Number(row.dataset['seq']))),
    ).toEqual(Array.from({ length: 130 }, (_, index) => index + 1))
    await scroller.evaluate((element) => element.scrollTo(0, 200))
    await ben.open('arena')
    await ben.say('Back from dinner, anybody here?')
    await ann.page.waitForSelector('#newest:has-text("1 new")')
    await picture(ann.page, 'chat-scrolled')
    await ann.page.click('#newest')
    await ann.page.waitForSelector('#newest', { state: 'hidden' })
  })

  it('[CH2] write while the line is down; it is sent once when the line is back', async () => {
    await ann.page.context().setOffline(true)
    await ann.page.waitForSelector('#banner:has-text("No connection")')
    // What is open already stays so for a while, until the pings are missed.
    await ann.status('reconnecting')
    await ann.say('I am in a tunnel')
    await ann.say('Still in the tunnel')
    await ann.page.waitForSelector('.outgoing.pending >> nth=1')
    await picture(ann.page, 'chat-offline')
    await ann.page.context().setOffline(false)
    await ann.status('in')
    await ben.sees('Still in the tunnel')
    await ann.sees('Still in the tunnel')
    for (const page of [ann, ben]) {
      const heard = (await page.texts()).filter((text) => text.includes('tunnel'))
      expect(heard).toEqual(['I am in a tunnel', 'Still in the tunnel'])
    }
    expect(await ann.page.$$('.outgoing')).toEqual([])
    expect(await ann.page.isHidden('#banner')).toBe(true)
  })

  it('[CH11] that talk too fast are told how long to wait, and all of it arrives in the end', async () => {
    await vi.waitFor(async () => {
      for (let count = 1; count <= 8; count++) await ann.say(`fast ${count}`)
      await ann.page.waitForSelector('#notice:has-text("A bit fast")', { timeout: 3000 })
    }, WAIT)
    await picture(ann.page, 'chat-fast')
    await ben.sees('fast 8')
    await vi.waitFor(async () => expect(await ann.page.$$('.outgoing')).toEqual([]), WAIT)
  })

  it('[CH12] keep a message that was refused, with the reason, to change or remove it', async () => {
    await ben.say('you slimeball')
    await ben.page.waitForSelector('.outgoing.failed:has-text("not welcome")')
    await picture(ben.page, 'chat-failed-phone')
    await ben.page.tap('.outgoing.failed button:has-text("Remove")')
    await ben.page.waitForSelector('.outgoing', { state: 'detached' })
  })

  it('[CH10] are muted, slowed down and sent away by a moderator, and told so', async () => {
    const mod = new ChatPage(await open())
    await mod.join(server.url, 'Mod')
    await mod.open('arena')
    await mod.page.selectOption('#slow select', '30')
    await ben.page.waitForSelector('#notice:has-text("a message every 30 s")')
    await mod.page.click('#open-people')
    const row = mod.page.locator('#people li', { hasText: 'Ben' })
    await row.getByRole('button', { name: 'Mute' }).click()
    await ben.page.waitForSelector('#notice.locked:has-text("muted you")')
    await ben.say('But why?')
    await ben.page.waitForSelector('.outgoing.failed:has-text("You are muted")')
    await picture(ben.page, 'chat-muted-phone')
    await mod.page.waitForSelector('#people li:has-text("muted")')
    await picture(mod.page, 'chat-moderator')
    await row.getByRole('button', { name: 'Unmute' }).click()
    await vi.waitFor(
      async () => expect(await ben.page.textContent('#notice')).not.toContain('muted you'),
      WAIT,
    )
    await row.getByRole('button', { name: 'Send away' }).click()
    await ben.page.waitForSelector('#trouble[open]:has-text("A moderator sent you away")')
    await ben.page.click('#trouble button')
    await ben.page.click('#entrance button[type=submit]')
    await ben.page.waitForSelector('#trouble[open]:has-text("You may come back in 5 minutes")')
    await mod.page.selectOption('#slow select', '0')
    await ann.page.waitForFunction(() => !document.querySelector('#notice')!.textContent.includes('Slow'))
  })

  it('[CH13] find everything as it was when the server starts again, and what they wrote meanwhile is sent', async () => {
    await server.stop()
    await ann.page.waitForSelector('#banner:has-text("No connection")')
    await ann.say('Is this thing on?')
    await ann.page.waitForSelector('.outgoing.pending')
    await server.run()
    await ann.status('in')
    await ann.sees('Is this thing on?')
    expect((await ann.texts()).filter((text) => text === 'Is this thing on?')).toHaveLength(1)
    expect(await ann.page.textContent('#me bdi')).toBe('Ann Lee')
    await ann.page.reload()
    await ann.status('in')
    await ann.sees('Is this thing on?')
    expect(await ann.page.textContent('#head h1')).toBe('arena')
    expect(await ann.page.$('.first-new'), 'her own message is not new to her').toBeNull()
  })

  it('walk through messages by keyboard, complete names, and change their own', async () => {
    await ann.page.focus('#messages')
    await ann.page.keyboard.press('ArrowUp')
    const label = () => ann.page.evaluate(() => document.activeElement?.textContent ?? '')
    expect(await label()).toContain('Is this thing on?')
    await ann.page.keyboard.press('Tab')
    expect(await label()).toBe('Edit')
    await ann.page.fill('#text', '')
    await ann.page.locator('#text').pressSequentially('@b')
    await ann.page.waitForSelector('#names [aria-selected=true]:has-text("Ben")')
    await ann.page.keyboard.press('Enter')
    expect(await ann.page.inputValue('#text')).toBe('@Ben ')
    await ann.page.fill('#text', '')
    await ann.page.click('#me')
    await picture(ann.page, 'chat-rename')
    await ann.page.fill('#new-name', 'Anna')
    await ann.page.click('#rename button[value=save]')
    await ann.page.waitForSelector('#me bdi:has-text("Anna")')
  })

  it('[CH3] have names that are shown as text, too, whatever they hold', { timeout: 60_000 }, async () => {
    const names = ['<img src=x onerror=a()>', 'שרה 👩‍🚀', '<b>"Zed"</b>']
    const strangers = await Promise.all(
      names.map(async (name) => {
        const page = new ChatPage(await open())
        await page.join(server.url, name)
        return page
      }),
    )
    await strangers[0]!.open('random')
    await ann.open('random')
    await strangers[0]!.page.locator('#text').pressSequentially('I am')
    await ann.page.waitForSelector(`#typing:has-text(${JSON.stringify(names[0])})`)
    for (const [index, stranger] of strangers.entries()) {
      if (index > 0) await stranger.open('random')
      await stranger.say(`I am ${index} and greet @${names[(index + 1) % 3]}, as one does`)
      await ann.sees(`I am ${index} and`)
    }
    const shown = await ann.page.$$eval('#messages .head bdi', (found) =>
      found.map(({ textContent }) => textContent),
    )
    expect(shown.slice(-3)).toEqual(names)
    expect(await strangers[1]!.page.textContent('mark.own')).toBe(`@${names[1]}`)
    await ann.page.click('#open-people')
    for (const name of names) await ann.page.waitForSelector(`#people li:has-text(${JSON.stringify(name)})`)
    await picture(ann.page, 'chat-strange-names')
    expect(await ann.page.$$('#messages img, #people img, #typing img, #people li b > b')).toEqual([])
    for (const { page } of strangers) await page.close()
  })

  it('do all that without an error in the page, or anything that its policy forbids', () => {
    expect(errors.flat()).toEqual([])
  })
})
