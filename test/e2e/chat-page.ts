import type { Page } from 'playwright-core'

/** One page of the chat, as its person sees it. */
export class ChatPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  async join(url: string, name: string): Promise<void> {
    await this.page.goto(`${url}/chat/`)
    await this.page.fill('#name', name)
    await this.page.click('#entrance button[type=submit]')
    await this.status('in')
  }

  async status(status: string): Promise<void> {
    await this.page.waitForFunction((wanted) => document.body.dataset['status'] === wanted, status)
  }

  /** Writes and sends, as a person would. */
  async say(text: string): Promise<void> {
    await this.page.fill('#text', text)
    await this.page.press('#text', 'Enter')
  }

  /** Waits until a message with that text stands there, and is from the server. */
  async sees(text: string): Promise<void> {
    await this.page.waitForSelector(`#messages li[data-seq]:has-text(${JSON.stringify(text)})`)
  }

  texts(): Promise<string[]> {
    return this.page.$$eval('#messages li[data-seq] .text', (found) =>
      found.map(({ textContent }) => textContent),
    )
  }

  async open(channel: string): Promise<void> {
    if (await this.page.isVisible('#open-rail')) await this.page.click('#open-rail')
    await this.page.click(`#channels button:has-text("${channel}")`)
    await this.page.waitForSelector(`#head h1:has-text("${channel}")`)
  }

  /** What an action on the message with that text does. */
  async act(text: string, action: string): Promise<void> {
    const row = `#messages li[data-seq]:has-text(${JSON.stringify(text)})`
    await this.page.hover(row)
    await this.page.click(`${row} button[data-action="${action}"]`)
  }
}
