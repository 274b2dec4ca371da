import type { ChatClient } from './chat-client.ts'
import type { Session } from './session.ts'

/** What `window.chat` shows to whoever opens the console, and to the tests. */
export interface ChatDebug {
  readonly room: ChatClient | undefined
}

export function exposeForTests(session: () => Session | undefined): void {
  const debug: ChatDebug = {
    get room() {
      return session()?.room
    },
  }
  Object.assign(globalThis, { chat: debug })
}
