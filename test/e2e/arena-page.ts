import type { CDPSession, Page } from 'playwright-core'
import type { ArenaDebug } from '../../web/arena/debug.ts'

declare global {
  var arena: ArenaDebug
}

export interface SeenFighter {
  sessionId: string
  name: string
  x: number
  y: number
  screenX: number
  screenY: number
  health: number
  alive: boolean
  score: number
}

/** One page of the arena, as its player sees it. */
export class ArenaPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** Types a name and presses Play, as a person would. */
  async join(url: string, name: string): Promise<void> {
    await this.page.goto(`${url}/arena/`)
    await this.page.fill('#name', name)
    await this.page.click('#entrance button[type=submit]')
    await this.status('playing')
  }

  async status(status: string): Promise<void> {
    await this.page.waitForFunction((wanted) => document.body.dataset['status'] === wanted, status)
  }

  /** Everybody as this page draws them. */
  fighters(): Promise<SeenFighter[]> {
    return this.page.evaluate(() => {
      const { room } = globalThis.arena
      return [...(room?.state.fighters ?? [])].flatMap(([sessionId, { name, health, alive, score }]) => {
        const drawn = globalThis.arena.drawn(sessionId)
        if (!drawn) return []
        const { place, screen } = drawn
        return [{ sessionId, name, health, alive, score, ...place, screenX: screen.x, screenY: screen.y }]
      })
    })
  }

  /** The fighter of that name, as this page draws it. */
  async fighter(name: string): Promise<SeenFighter> {
    const found = (await this.fighters()).find((fighter) => fighter.name === name)
    if (!found) throw new Error(`This page sees nobody called ${name}.`)
    return found
  }

  sessionId(): Promise<string | undefined> {
    return this.page.evaluate(() => globalThis.arena.room?.sessionId)
  }

  async aimAt(name: string): Promise<void> {
    const { screenX, screenY } = await this.fighter(name)
    await this.page.mouse.move(screenX, screenY)
  }

  touch(): Promise<CDPSession> {
    return this.page.context().newCDPSession(this.page)
  }
}
