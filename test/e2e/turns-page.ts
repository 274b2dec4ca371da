import type { Page } from 'playwright-core'
import type { TurnsDebug } from '../../web/turns/debug.ts'

declare global {
  var turns: TurnsDebug
}

/** One page of Five Tents, as its player uses it. */
export class TurnsPage {
  readonly page: Page
  readonly errors: string[] = []

  constructor(page: Page) {
    this.page = page
    page.on('pageerror', ({ stack, message }) => this.errors.push(stack ?? message))
    page.on('console', (said) => {
      if (/Content.Security.Policy/i.test(said.text())) this.errors.push(said.text())
    })
  }

  async status(status: string): Promise<void> {
    await this.page.waitForFunction((wanted) => document.body.dataset['status'] === wanted, status)
  }

  /** The code on the waiting screen. */
  async code(): Promise<string> {
    await this.status('waiting')
    return ((await this.page.textContent('#invite-code')) ?? '').trim()
  }

  ownTurn(): Promise<boolean> {
    return this.page.evaluate(() => document.body.dataset['turn'] === 'own')
  }

  /** Waits until this page's player is at it. */
  async atIt(): Promise<void> {
    await this.page.waitForSelector('body[data-turn="own"]')
  }

  over(): Promise<boolean> {
    return this.page.evaluate(() => document.body.dataset['status'] === 'over')
  }

  turnNumber(): Promise<number> {
    return this.page.evaluate(() => globalThis.turns.room?.state.turnNumber ?? 0)
  }

  /** Lays the first card at the first tent that has room, or at the given one. */
  async lay({ masked = false, tent }: { masked?: boolean; tent?: number } = {}): Promise<void> {
    const turn = await this.turnNumber()
    await this.page.click('#hand .card >> nth=0')
    if (masked) await this.page.click('[data-do=mask]')
    const column = tent === undefined ? '' : `[data-tent="${tent}"]`
    await this.page.click(`.column${column} .target >> nth=0`)
    await this.page.waitForFunction(
      (before) =>
        (globalThis.turns.room?.state.turnNumber ?? 0) !== before ||
        document.body.dataset['status'] === 'over',
      turn,
    )
  }

  /** Strengths in the hand, as this page shows them. */
  hand(): Promise<string[]> {
    return this.page.$$eval('#hand .card:not([hidden])', (cards) =>
      cards.map(({ textContent }) => textContent ?? ''),
    )
  }
}
