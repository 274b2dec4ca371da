import type { Point } from '../../rooms/arena/map.ts'
import type { ArenaClient } from './arena-client.ts'
import type { Game } from './game.ts'

/** What `window.arena` shows to whoever opens the console, and to the tests: to look at, not to play with. */
export interface ArenaDebug {
  readonly room: ArenaClient | undefined
  /** Where a fighter is drawn: metres of the arena and CSS pixels of the page. */
  drawn(sessionId: string): { place: Point; screen: Point } | undefined
}

export function exposeForTests(game: () => Game | undefined): void {
  const debug: ArenaDebug = {
    get room() {
      return game()?.room
    },
    drawn(sessionId) {
      const [place, screen] = [game()?.placeOf(sessionId), game()?.screenOf(sessionId)]
      return place && screen && { place, screen }
    },
  }
  Object.assign(globalThis, { arena: debug })
}
