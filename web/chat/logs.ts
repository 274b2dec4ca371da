import type { ChatMessage, Welcome } from '../../rooms/chat/messages.ts'
import { nameKey } from '../../shared/names.ts'
import { ChannelLog } from './channel-log.ts'

/** What this page has of all channels, and whom it has met in them. */
export class Logs {
  readonly #logs = new Map<string, ChannelLog>()
  readonly #ids = new Map<string, string>()

  of(channel: string): ChannelLog | undefined {
    return this.#logs.get(channel)
  }

  /** Takes what the server says there is: at the beginning, and after the line was down. */
  welcome({ you, channels }: Welcome): void {
    this.#ids.set(nameKey(you.name), you.id)
    for (const { id, last, read, mentions } of channels) {
      const log = this.#logs.get(id)
      if (!log) this.#logs.set(id, new ChannelLog({ last, read, mentions }))
      // A channel that is open takes what it missed itself; any other one is loaded again when it is opened.
      else Object.assign(log, { read: Math.max(log.read, read), mentions, ...(!log.loaded && { last }) })
    }
  }

  /** Notes who goes by which name. */
  learn(messages: readonly ChatMessage[]): void {
    for (const { by, name } of messages) this.#ids.set(nameKey(name), by)
  }

  /** Forgets the messages of all channels but one, not how many there are. */
  forgetOthers(channel: string, { channels }: Welcome): void {
    for (const { id, last } of channels) {
      const log = this.#logs.get(id)
      if (id !== channel && log) Object.assign(log, { loaded: false, last })
    }
  }

  idOf = (key: string): string | undefined => this.#ids.get(key)
}
