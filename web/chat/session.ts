import { FairgroundError } from '../../client-sdk/index.ts'
import type { ChatMessage, PersonListing, Typing, Welcome } from '../../rooms/chat/messages.ts'
import { nameKey } from '../../shared/names.ts'
import { element } from '../page/element.ts'
import type { ChannelLog } from './channel-log.ts'
import { ChannelsView } from './channels-view.ts'
import type { ChatClient } from './chat-client.ts'
import { Composer } from './composer.ts'
import { Feed } from './feed.ts'
import { Logs } from './logs.ts'
import type { Action } from './message-view.ts'
import { MessagesView } from './messages-view.ts'
import { Outbox } from './outbox.ts'
import { PeopleView } from './people-view.ts'
import { StatusView } from './status-view.ts'

const CHANNEL_KEY = 'chat.channel'
/** Waits before what was read is told, in milliseconds. */
const READ_AFTER_MS = 400
const MUTE_SECONDS = 600
const KICK_SECONDS = 300

/** One stay in the chat: what the server tells goes to the views, what the reader does goes to the server. */
export class Session {
  readonly room: ChatClient
  readonly #ends = new AbortController()
  readonly #logs = new Logs()
  readonly #outbox: Outbox
  readonly #messages: MessagesView
  readonly #channels: ChannelsView
  readonly #composer: Composer
  readonly #people: PeopleView
  readonly #status: StatusView
  readonly #feed: Feed
  #you: PersonListing = { id: '', name: '', moderator: false, mutedForMs: 0 }
  #open = ''
  #readTimer: ReturnType<typeof setTimeout> | undefined

  constructor(room: ChatClient) {
    this.room = room
    const { signal } = this.#ends
    this.#outbox = new Outbox({
      storage: sessionStorage,
      send: (message) => room.request('say', message),
      changed: (channel) => channel === this.#open && this.#messages.showOutgoing(this.#outbox.of(channel)),
    })
    this.#messages = new MessagesView(this.#messageOptions(), signal)
    this.#channels = new ChannelsView((id) => void this.#show(id), signal)
    this.#composer = new Composer(
      {
        send: (text) => this.#outbox.add(this.#open, text),
        edit: ({ channel, seq }, text) => void this.#try(room.request('edit', { channel, seq, text })),
        typing: () => room.status === 'open' && room.send('typing', { channel: this.#open }),
        lastOwn: () => this.#log()?.messages.findLast(({ by, deleted }) => by === this.#you.id && !deleted),
        names: () => this.#names(),
      },
      signal,
    )
    this.#status = new StatusView(this.#composer)
    this.#people = new PeopleView(
      {
        ask: () => room.request('people', undefined),
        moderator: () => this.#you.moderator,
        ownId: () => this.#you.id,
        mention: (name) => this.#composer.reply({ name } as ChatMessage),
        mute: (person, seconds) => void this.#try(room.request('moderate', { act: 'mute', person, seconds })),
        kick: (person) =>
          void this.#try(room.request('moderate', { act: 'kick', person, seconds: KICK_SECONDS })),
      },
      signal,
    )
    this.#feed = new Feed({
      room,
      logs: this.#logs,
      outbox: this.#outbox,
      messages: this.#messages,
      you: () => this.#you,
      open: () => this.#open,
      render: (log, newFrom) => this.#render(log, newFrom),
      counted: () => this.#counted(),
      attempt: (asked) => this.#try(asked),
    })
    this.#listen(signal)
  }

  get you(): PersonListing {
    return this.#you
  }

  /** Comes in: asks who one is and what there is, and shows the channel that was open last. */
  async begin(): Promise<void> {
    await this.#welcome()
    const wanted = localStorage.getItem(CHANNEL_KEY) ?? ''
    await this.#show(this.#logs.of(wanted) ? wanted : this.#order()[0]!)
    this.#outbox.pump()
    void this.#people.refresh()
  }

  /** The connection is back: what was said meanwhile is asked for, and what waited is sent. */
  async catchUp(): Promise<void> {
    this.#logs.forgetOthers(this.#open, await this.#welcome())
    await this.#feed.reload()
    this.room.send('look', { channel: this.#open })
    this.#outbox.pump()
  }

  async rename(name: string): Promise<void> {
    this.#you = { ...this.#you, ...(await this.room.request('rename', { name })) }
    this.#status.me(this.#you)
  }

  stop(): void {
    this.#ends.abort()
    clearTimeout(this.#readTimer)
  }

  #listen(signal: AbortSignal): void {
    const { room } = this
    const stops = [
      room.on('said', (messages) => this.#feed.hear(messages)),
      room.on('changed', (message) => this.#feed.change(message)),
      room.on('typing', (typing) => this.#showTyping(typing)),
      room.on('read', ({ channel, seq }) => this.#readElsewhere(channel, seq)),
      room.on('muted', ({ forMs }) => this.#mute(forMs)),
      room.onPatch(() => this.#showChannels()),
    ]
    signal.addEventListener('abort', () => {
      for (const stop of stops) stop()
    })
    document.addEventListener('visibilitychange', () => this.#read(), { signal })
    addEventListener('focus', () => this.#read(), { signal })
    element('#newest').addEventListener('click', () => this.#toNewest(), { signal })
    this.#status.onSlowMode((seconds) => {
      void this.#try(room.request('moderate', { act: 'slow', channel: this.#open, seconds }))
    }, signal)
    const everySecond = setInterval(() => this.#showNotice(), 1000)
    signal.addEventListener('abort', () => clearInterval(everySecond))
  }

  #messageOptions(): ConstructorParameters<typeof MessagesView>[0] {
    const session = this
    return {
      named: {
        idOf: this.#logs.idOf,
        get own() {
          return session.#you.id
        },
      },
      moderator: () => this.#you.moderator,
      own: () => this.#you,
      needOlder: () => void this.#feed.loadOlder(),
      scrolled: () => this.#read(),
      act: (action, message) => this.#act(action, message),
      retry: (id) => this.#outbox.retry(id),
      discard: (id) => this.#outbox.discard(id),
    }
  }

  async #welcome(): Promise<Welcome> {
    const welcome = await this.room.request('welcome', undefined)
    this.#you = welcome.you
    this.#logs.welcome(welcome)
    this.#mute(welcome.you.mutedForMs)
    this.#status.me(welcome.you)
    return welcome
  }

  async #show(id: string): Promise<void> {
    const log = this.#logs.of(id)
    if (!log || id === this.#open) return
    this.#open = id
    localStorage.setItem(CHANNEL_KEY, id)
    this.#showTyping({ channel: id, people: [], count: 0 })
    this.#composer.open(id)
    if (this.room.status === 'open') this.room.send('look', { channel: id })
    const newFrom = log.unread > 0 ? log.read + 1 : undefined
    this.#render(log, newFrom)
    if (!log.loaded) await this.#feed.reload(newFrom)
    this.#read()
  }

  #render(log: ChannelLog, newFrom?: number): void {
    const { topic = '' } = this.room.state.channels.get(this.#open) ?? {}
    this.#messages.show(log, { channel: this.#open, topic, ...(newFrom !== undefined && { newFrom }) })
    this.#messages.showOutgoing(this.#outbox.of(this.#open))
    this.#showChannels()
    this.#showNotice()
  }

  #act(action: Action, message: ChatMessage): void {
    const { channel, seq, by: person } = message
    const { room } = this
    if (action === 'edit') this.#composer.edit(message)
    else if (action === 'reply') this.#composer.reply(message)
    else if (action === 'delete') void this.#try(room.request('delete', { channel, seq }))
    else if (action === 'mute')
      void this.#try(room.request('moderate', { act: 'mute', person, seconds: MUTE_SECONDS }))
    else void this.#try(room.request('moderate', { act: 'kick', person, seconds: KICK_SECONDS }))
  }

  #counted(): void {
    this.#read()
    this.#showChannels()
  }

  /** What is in sight was read, and the server keeps that for the next visit. */
  #read(): void {
    const log = this.#log()
    const seen = log?.loaded && this.#messages.atEnd && document.visibilityState === 'visible'
    this.#status.newest(!this.#messages.atEnd && (log?.loaded ?? false), log?.unread ?? 0)
    if (!log || !seen || (log.read >= log.last && log.mentions === 0)) return
    log.read = log.last
    log.mentions = 0
    clearTimeout(this.#readTimer)
    const [channel, seq] = [this.#open, log.last]
    this.#readTimer = setTimeout(() => {
      if (this.room.status === 'open') this.room.send('read', { channel, seq })
    }, READ_AFTER_MS)
    this.#showChannels()
  }

  #readElsewhere(channel: string, seq: number): void {
    const log = this.#logs.of(channel)
    if (!log) return
    log.read = Math.max(log.read, seq)
    if (log.read >= log.last) log.mentions = 0
    this.#showChannels()
  }

  #toNewest(): void {
    this.#messages.toEnd()
    this.#read()
  }

  #mute(forMs: number): void {
    this.#status.muted(forMs)
    this.#showNotice()
  }

  #showChannels(): void {
    const entries = this.#order().flatMap((id) => {
      const log = this.#logs.of(id)
      const here = this.room.state.channels.get(id)?.here ?? 0
      return log
        ? [
            {
              id,
              here,
              unread: id === this.#open && this.#messages.atEnd ? 0 : log.unread,
              mentions: log.mentions,
            },
          ]
        : []
    })
    this.#channels.show(entries, this.#open)
    const { topic = '', slowModeSeconds = 0 } = this.room.state.channels.get(this.#open) ?? {}
    const { online } = this.room.state
    this.#status.head({ channel: this.#open, topic, online, slowModeSeconds, moderator: this.#you.moderator })
  }

  #showTyping(typing: Typing): void {
    if (typing.channel === this.#open) this.#status.typing(typing, this.#you.id)
  }

  #showNotice(): void {
    this.#status.notice(
      this.#outbox.of(this.#open),
      this.room.state.channels.get(this.#open)?.slowModeSeconds ?? 0,
    )
  }

  #names(): string[] {
    const own = nameKey(this.#you.name)
    const speakers = [...(this.#log()?.messages ?? [])].reverse().map(({ name }) => name)
    return [...new Set([...speakers, ...this.#people.names])].filter((name) => nameKey(name) !== own)
  }

  #order(): string[] {
    return [...this.room.state.channels].sort(([, a], [, b]) => a.position - b.position).map(([id]) => id)
  }

  #log(): ChannelLog | undefined {
    return this.#logs.of(this.#open)
  }

  /** What the server refuses is told above the composer's line; a lost connection tells itself. */
  async #try(asked: Promise<unknown>): Promise<void> {
    try {
      await asked
    } catch (error) {
      if (!(error instanceof FairgroundError)) throw error
      if (error.code === 'NOT_CONNECTED' || error.code === 'CONNECTION_LOST') return
      this.#composer.notice(error.message)
    }
  }
}
