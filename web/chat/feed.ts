import type { ChatMessage, PersonListing } from '../../rooms/chat/messages.ts'
import type { ChannelLog } from './channel-log.ts'
import type { ChatClient } from './chat-client.ts'
import type { Logs } from './logs.ts'
import { announce, type MessagesView } from './messages-view.ts'
import type { Outbox } from './outbox.ts'

/** Rows that are kept; older ones are loaded again when somebody scrolls up. */
const KEPT_MESSAGES = 400
const PAGE = 50

export interface FeedOptions {
  readonly room: ChatClient
  readonly logs: Logs
  readonly outbox: Outbox
  readonly messages: MessagesView
  /** Who reads, and which channel. */
  you(): PersonListing
  open(): string
  /** Shows the open channel anew. */
  render(log: ChannelLog, newFrom?: number): void
  /** What is unread may have changed. */
  counted(): void
  /** Waits for an answer; what the server refuses is told to the reader. */
  attempt(asked: Promise<unknown>): Promise<void>
}

/** Brings messages from the server to the page: as they are said, and page by page from the past. */
export class Feed {
  readonly #options: FeedOptions
  #loadingOlder = false

  constructor(options: FeedOptions) {
    this.#options = options
  }

  /** Begins the open channel anew from its last page: what was edited while the line was down is right again, too. */
  async reload(newFrom?: number): Promise<void> {
    const { room, logs, outbox, messages: view, open, you, render, attempt } = this.#options
    const channel = open()
    const log = logs.of(channel)!
    view.loading(true)
    await attempt(
      room.request('history', { channel, limit: PAGE }).then(({ messages, last }) => {
        log.begin(messages, last)
        logs.learn(messages)
        // What was sent before the line broke may have arrived.
        for (const { id, by } of messages) if (by === you().id) outbox.arrived(id)
        if (channel === open()) render(log, newFrom)
      }),
    )
    view.loading(false)
    this.#options.counted()
  }

  hear(messages: readonly ChatMessage[]): void {
    const { logs, outbox, open, you, counted } = this.#options
    const own = you().id
    logs.learn(messages)
    for (const message of messages) {
      const log = logs.of(message.channel)
      const taken = log?.take(message)
      if (message.by === own) outbox.arrived(message.id)
      if (taken === 'gap') void this.#fillGap(message.channel)
      if (taken !== 'new' || !log) continue
      const inSight = message.channel === open()
      if (inSight && log.loaded) this.#append(message, log)
      if (message.by === own) continue
      const called = message.mentions?.includes(own) ?? false
      if (called) log.mentions++
      if (inSight) announce(`${message.name}: ${message.text}`)
      else if (called) announce(`${message.name} named you in ${message.channel}: ${message.text}`)
    }
    counted()
  }

  #append(message: ChatMessage, log: ChannelLog): void {
    const { messages } = this.#options
    messages.append(message)
    if (messages.atEnd) messages.remove(log.trim(KEPT_MESSAGES))
  }

  /** Something is missing, as after a stall: a channel in sight begins anew from its end, any other when it is opened. */
  async #fillGap(channel: string): Promise<void> {
    if (channel === this.#options.open()) await this.reload()
  }

  change(message: ChatMessage): void {
    const { logs, messages, open } = this.#options
    logs.learn([message])
    const log = logs.of(message.channel)
    if (!log?.loaded) return
    log.replace(message)
    if (message.channel === open()) messages.replace(message)
  }

  async loadOlder(): Promise<void> {
    const { room, logs, messages: view, open, attempt } = this.#options
    const channel = open()
    const log = logs.of(channel)
    if (this.#loadingOlder || !log) return
    this.#loadingOlder = true
    view.loading(true)
    await attempt(
      room.request('history', { channel, before: log.first, limit: PAGE }).then(({ messages }) => {
        logs.learn(messages)
        const older = log.prepend(messages)
        if (channel === open()) view.prepend(older)
      }),
    )
    view.loading(false)
    this.#loadingOlder = false
  }
}
