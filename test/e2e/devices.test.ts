import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { missing } from '../needs.ts'
import { tokenOf } from '../rooms/devices/fleet-house.ts'
import { JsonPeer, type Told } from '../server/gateway/json-peer.ts'
import { ArenaServer } from './arena-server.ts'
import { DESKTOP, PHONE, picture, TestBrowser } from './browser.ts'

const WAIT = { timeout: 20_000, interval: 100 }
const GROUPS = ['north', 'north', 'roof', 'cellar'] as const

/** What who operates a fleet sees of it, at a desk and on a phone. The tests are one story, in order. */
describe.skipIf(missing('chromium', 'certutil'))('an operator', () => {
  let server: ArenaServer
  let browser: TestBrowser
  let page: Page
  const peers = new Map<string, JsonPeer>()
  const errors: string[][] = []

  async function open(options = DESKTOP): Promise<Page> {
    const opened = await browser.page(options)
    errors.push(opened.errors)
    await opened.page.goto(`${server.url}/devices/`)
    return opened.page
  }

  /** A device that does as it is told, or says nothing. */
  async function connect(id: string, group: string, answers = true): Promise<JsonPeer> {
    const peer = await JsonPeer.connect(server.url, 'devices', { ca: readFileSync(server.caPath) })
    let asked = 0
    const ask = (name: string, data: object) => peer.say({ type: 'request', id: 1_000 + ++asked, name, data })
    const obey = ({ name, data }: Told): void => {
      if (name === 'desired')
        ask('report', {
          version: data.version,
          settings: { lamp: false, firmware: '1.4.2', ...data.settings },
        })
      if (name === 'command')
        ask('acknowledge', { id: data.id, done: true, result: `blinked ${data.argument}` })
    }
    if (answers) peer.socket.on('message', (text: Buffer) => obey(JSON.parse(text.toString())))
    expect(await peer.join({ role: 'device', id, group }, tokenOf(id))).toMatchObject({ type: 'joined' })
    peers.set(id, peer)
    return peer
  }

  const measure = (id: string, readings: object) =>
    peers.get(id)!.say({ type: 'send', name: 'telemetry', data: readings })

  const row = (of: Page, id: string) => of.textContent(`#devices tr:has(.name:text-is("${id}"))`)

  async function sees(of: Page, id: string, text: string | RegExp): Promise<void> {
    await vi.waitFor(async () => expect(await row(of, id)).toMatch(text), WAIT)
  }

  beforeAll(async () => {
    server = await ArenaServer.start({ file: 'quick-devices.ts' })
    browser = await TestBrowser.launch(server.caPath)
    page = await open()
  })

  afterAll(async () => {
    for (const { socket } of peers.values()) socket.terminate()
    await browser?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })

  it('is told how to connect the first device', async () => {
    await page.waitForSelector('#empty:not([hidden])')
    expect(await page.textContent('#empty code')).toContain('device.py wss://localhost')
    await picture(page, 'devices-empty')
  })

  it('[DV2] sees devices come, and their values live', async () => {
    for (let index = 1; index <= 12; index++) {
      await connect(`greenhouse-${index}`, GROUPS[index % GROUPS.length]!)
      measure(`greenhouse-${index}`, {
        celsius: 18 + index / 3,
        battery: 100 - index * 5,
        humidity: 40 + index,
      })
    }
    await sees(page, 'greenhouse-12', /22\s°C.*40\s%.*52\s%/)
    measure('greenhouse-12', { celsius: -7.25 })
    await sees(page, 'greenhouse-12', /-7\.3\s°C/)
    await vi.waitFor(async () => expect(await page.textContent('#counts')).toContain('12 online'), WAIT)
    expect(await page.textContent('#groups')).toMatch(/All 12.*cellar 3.*north 6.*roof 3/)
  })

  it('[DV3] sees who dropped, and can look at one group', async () => {
    peers.get('greenhouse-3')!.socket.terminate()
    await sees(page, 'greenhouse-3', /offline/)
    await page.click('#groups button:has-text("cellar")')
    await vi.waitFor(async () => expect(await page.locator('#devices tr').count()).toBe(3), WAIT)
    await page.click('#groups button:has-text("All")')
    await page.fill('#search', 'house-1')
    await vi.waitFor(async () => expect(await page.locator('#devices tr').count()).toBe(4), WAIT)
    await page.fill('#search', '')
  })

  it('[DV4] wants something of a whole group, and sees who has it', async () => {
    await page.click('#devices .name:text-is("greenhouse-7")')
    await page.waitForSelector('#panel:not([hidden])')
    await page.fill('#panel [name=setting]', 'lamp')
    await page.fill('#panel [name=value]', 'on')
    await page.check('#panel [name=all]')
    await page.click('#panel button:has-text("Want")')
    await sees(page, 'greenhouse-7', /lamp\son/)
    await sees(page, 'greenhouse-3', /lamp\s→\son/)
    await vi.waitFor(async () => expect(await page.textContent('#counts')).toContain('1 not as wanted'), WAIT)
    await connect('greenhouse-3', 'cellar')
    await sees(page, 'greenhouse-3', /lamp\son/)
  })

  it('[DV6] [DV7] sends a command and sees its acknowledgement; one that is not answered says so', async () => {
    await page.fill('#panel [name=argument]', 'three times')
    await page.click('#panel button:has-text("Send")')
    await page.waitForSelector('#panel .outcome[data-state=done]:has-text("blinked three times")')
    await connect('deaf', 'cellar', false)
    await picture(page, 'devices-desktop')
    await page.keyboard.press('Escape')
    await page.click('#devices .name:text-is("deaf")')
    await page.click('#panel button:has-text("Send")')
    await page.waitForSelector('#panel .outcome[data-state=sent]')
    await page.waitForSelector('#panel .outcome[data-state=expired]', { timeout: 20_000 })
  })

  it('[DV2] reads what devices and operators write as text, whatever it holds', async () => {
    const strange = '<img src=x onerror=document.title="owned">'
    const peer = await connect('strange', 'cellar', false)
    await peer.request('report', { version: 0, settings: { label: strange, place: 'גג 👩‍🌾' } })
    await sees(page, 'strange', /<img.*גג\s👩‍🌾/)
    await page.keyboard.press('Escape')
    await page.click('#devices .name:text-is("strange")')
    await page.waitForSelector(`#panel td:text-is(${JSON.stringify(strange)})`)
    await page.fill('#panel [name=argument]', strange)
    await page.click('#panel button:has-text("Send")')
    const { data } = await peer.event('command')
    expect(data.argument).toBe(strange)
    await peer.request('acknowledge', { id: data.id, done: false, result: '<script>a()</script> שלום' })
    await page.waitForSelector('#panel .outcome[data-state=failed]:has-text("<script>a()</script> שלום")')
    await page.fill('#panel [name=group]', 'גג 1')
    await page.click('#panel form:has([name=group]) button')
    await sees(page, 'strange', /גג 1/)
    await picture(page, 'devices-strange')
    expect(await page.$$('main img, #panel img, #devices script')).toEqual([])
    expect(await page.title()).not.toContain('owned')
  })

  it('operates from a phone too', async () => {
    const phone = await open(PHONE)
    await phone.waitForSelector('#devices tr')
    await picture(phone, 'devices-phone')
    await phone.tap('#devices .name:text-is("greenhouse-5")')
    await phone.waitForSelector('#panel:not([hidden])')
    await phone.waitForSelector('#panel .readings dd')
    await picture(phone, 'devices-phone-panel')
    expect(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  })

  it('meets no error in any script, and nothing that the policy forbids', () => {
    expect(errors.flat()).toEqual([])
  })
})
