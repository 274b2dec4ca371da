import type { TurnsClient } from './turns-client.ts'

/** What `window.turns` shows to whoever opens the console, and to the tests: to look at, not to play with. */
export interface TurnsDebug {
  readonly room: TurnsClient | undefined
}

export function exposeForTests(room: () => TurnsClient | undefined): void {
  const debug: TurnsDebug = {
    get room() {
      return room()
    },
  }
  Object.assign(globalThis, { turns: debug })
}
