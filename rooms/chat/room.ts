import { z } from 'zod'
import {
  type Client,
  FairgroundError,
  GameRoom,
  type Identity,
  type JoinContext,
  type JoinOptions,
  message,
  request,
} from '../../server/index.ts'
import { Archive } from './archive.ts'
import { Conversation } from './conversation.ts'
import { Edited, HistoryPlace, InChannel, Moderation, Name, Place, Said } from './formats.ts'
import { Marks } from './marks.ts'
import type { ChatEvents, PersonListing, Welcome } from './messages.ts'
import { Moderators } from './moderators.ts'
import { People, type Person } from './people.ts'
import { refused } from './refusals.ts'
import { Typists } from './simulation.ts'
import { Speakers } from './speakers.ts'
import { Channel, ChatState } from './state.ts'
import { MAX_LISTED_PEOPLE } from './tuning.ts'

/** Who somebody is, as `onAuth` decides: a client does not say whether it is a moderator. */
export interface ChatIdentity extends Identity {
  readonly moderator: boolean
}

/** Longest person id: names of logs are made of it. */
const MAX_PERSON_CHARS = 100
/** How often typing is told and reading marks are written, in milliseconds. */
const TYPING_EVERY_MS = 1_000
const MARKS_EVERY_MS = 2_000

/** The chats of this process: messages of one space go through one room, so that everybody sees them at once. */
const openSpaces = new Set<string>()

/** Channels with history, mentions and moderation, as in Slack or Discord. One room holds them all. */
export class ChatRoom extends GameRoom<{ state: ChatState; events: ChatEvents }> {
  override maxClients = 2_000
  /** No simulation: so often the counts of people are told. */
  override tickRateHz = 2
  override reconnectHoldSeconds = 30
  /** It waits for people instead of closing when nobody is there. */
  override autoDispose = false
  override joinOptions = z.object({ name: Name })
  override state = new ChatState()
  /** Begins the names of what is kept; two chats on one server need two. */
  space = 'chat'
  /** The channels there are: letters, digits and `-`, with what they are about. */
  channels: Readonly<Record<string, string>> = {
    general: 'Everything and everybody',
    arena: 'Find people for a match',
    help: 'Ask anything, somebody knows',
    random: 'Whatever belongs nowhere else',
  }
  readonly #people = new People()
  readonly #speakers = new Speakers()
  readonly #typists = new Typists()
  #conversation!: Conversation
  #marks!: Marks
  #moderators!: Moderators

  override messages = {
    /** This page shows that channel now. */
    look: message(InChannel, (client, { channel }) => this.#look(client, channel)),
    typing: message(InChannel, (client, { channel }) => this.#type(client, channel), {
      perSecond: 2,
      burst: 8,
    }),
    read: message(Place, (client, place) => this.#read(client, place)),
  }

  override requests = {
    welcome: request(z.undefined(), (client) => this.#welcome(client)),
    say: request(Said, async (client, what) => {
      const person = this.#personOf(client)
      this.#typists.stop(person.id, what.channel)
      const answer = await this.#conversation.say(person, what)
      if (!answer.ok) return answer
      // Who answers has read.
      this.#marks.heard(what.channel, answer.seq)
      this.#read(client, { channel: what.channel, seq: answer.seq })
      return answer
    }),
    history: request(HistoryPlace, (_, { channel, ...place }) => this.#conversation.history(channel, place), {
      perSecond: 5,
      burst: 30,
    }),
    edit: request(Edited, (client, what) => this.#conversation.edit(this.#personOf(client), what), {
      perSecond: 1,
      burst: 10,
    }),
    delete: request(Place, (client, place) => this.#conversation.delete(this.#personOf(client), place), {
      perSecond: 2,
      burst: 20,
    }),
    people: request(z.undefined(), () => this.#list(), { perSecond: 2, burst: 10 }),
    rename: request(z.object({ name: Name }), (client, { name }) => this.#rename(client, name), {
      perSecond: 0.2,
      burst: 5,
    }),
    moderate: request(Moderation, (client, what) => this.#moderators.act(this.#personOf(client), what)),
  }

  /** By default those whose ids stand in CHAT_MODERATORS, with commas between them, are moderators. */
  static override async onAuth(token: string, options: unknown, context: JoinContext): Promise<ChatIdentity> {
    const identity = (await GameRoom.onAuth(token, options, context)) as Identity
    const moderators = (process.env['CHAT_MODERATORS'] ?? '').split(',').map((id) => id.trim())
    return { ...identity, moderator: moderators.includes(identity.id) }
  }

  /**
   * What becomes of a text or a name before anybody sees it: override it to mask or refuse words.
   *
   * @returns the text to show, or undefined to refuse it
   */
  filterText(text: string): string | undefined {
    return text
  }

  override async onCreate() {
    if (openSpaces.has(this.space))
      throw new FairgroundError('JOIN_REFUSED', { message: 'This chat is open already: join it.' })
    openSpaces.add(this.space)
    try {
      await this.#open()
    } catch (error) {
      openSpaces.delete(this.space)
      throw error
    }
  }

  override async onJoin(client: Client, { name }: JoinOptions<this>) {
    const { id, moderator } = client.auth as ChatIdentity
    if (id.length > MAX_PERSON_CHARS)
      throw new FairgroundError('JOIN_REFUSED', { message: 'Your id is too long.' })
    this.#moderators.letIn(id)
    const shown = this.filterText(name)
    if (shown === undefined)
      throw new FairgroundError('JOIN_REFUSED', {
        message: 'That name is not welcome here. Choose another one.',
      })
    const person = this.#people.enter(client.sessionId, { id, name: shown, moderator })
    try {
      await this.#marks.load(person)
    } catch (error) {
      this.#people.leave(client.sessionId)
      throw error
    }
  }

  override onDrop(client: Client) {
    const person = this.#people.bySession(client.sessionId)
    person?.sessions.delete(client.sessionId)
    if (person?.sessions.size === 0) this.#typists.stop(person.id)
  }

  override onReconnect(client: Client) {
    const person = this.#personOf(client)
    this.#moderators.letIn(person.id)
    person.sessions.set(client.sessionId, undefined)
  }

  override async onLeave(client: Client) {
    const person = this.#people.leave(client.sessionId)
    if (!person) return
    this.#typists.stop(person.id)
    await this.#marks.save(person)
  }

  override async onDispose() {
    openSpaces.delete(this.space)
    await this.#marks?.save()
  }

  override onBeforePatch() {
    const here = new Map<string, number>()
    for (const { sessions } of this.#people.all) {
      for (const channel of sessions.values()) if (channel) here.set(channel, (here.get(channel) ?? 0) + 1)
    }
    this.state.online = this.#people.online
    for (const [id, channel] of this.state.channels) channel.here = here.get(id) ?? 0
  }

  async #open(): Promise<void> {
    const archive = new Archive(this.storage, this.space)
    const [names, slow] = await Promise.all([archive.names(), archive.slowModes()])
    for (const [id, name] of names) this.#people.know(id, name)
    for (const [position, [id, topic]] of Object.entries(this.channels).entries())
      this.state.channels.set(id, new Channel({ topic, position, slowModeSeconds: slow.get(id) ?? 0 }))
    const shared = { archive, people: this.#people, speakers: this.#speakers }
    this.#marks = new Marks(archive, Object.keys(this.channels))
    this.#moderators = new Moderators({
      ...shared,
      channel: (id) => this.#channel(id),
      clientsOf: (id) => this.#clientsOf(this.#people.byId(id)),
    })
    await this.#moderators.load()
    this.#conversation = new Conversation({
      ...shared,
      filterText: (text) => this.filterText(text),
      slowModeSeconds: (channel) => this.#channel(channel).slowModeSeconds,
      said: (messages) => {
        for (const { channel, seq } of messages) this.#marks.heard(channel, seq)
        this.broadcast('said', messages)
      },
      changed: (changed) => this.broadcast('changed', changed),
    })
    this.clock.setInterval(() => this.#tellTyping(), TYPING_EVERY_MS)
    this.clock.setInterval(() => this.#tidy(), MARKS_EVERY_MS)
  }

  async #welcome(client: Client): Promise<Welcome> {
    const person = this.#personOf(client)
    return { you: this.#listing(person), channels: await this.#marks.channelsOf(person) }
  }

  #look(client: Client, channel: string): void {
    this.#channel(channel)
    this.#personOf(client).sessions.set(client.sessionId, channel)
  }

  #type(client: Client, channel: string): void {
    this.#channel(channel)
    const person = this.#personOf(client)
    if (this.#speakers.mutedForMs(person.id) === 0) this.#typists.type(channel, person, performance.now())
  }

  #read(client: Client, { channel, seq }: z.infer<typeof Place>): void {
    this.#channel(channel)
    const person = this.#people.bySession(client.sessionId)
    if (!person || !this.#marks.read(person, channel, seq)) return
    for (const other of this.#clientsOf(person)) if (other !== client) other.send('read', { channel, seq })
  }

  #rename(client: Client, wanted: string): { name: string } {
    const person = this.#personOf(client)
    const shown = this.filterText(wanted)
    if (shown === undefined) throw refused('That name is not welcome here. Choose another one.')
    this.#people.rename(person, shown)
    return { name: person.name }
  }

  #list(): { people: PersonListing[]; online: number } {
    const here = [...this.#people.all].filter(({ sessions }) => sessions.size > 0)
    here.sort((a, b) => Number(b.moderator) - Number(a.moderator) || a.name.localeCompare(b.name))
    const people = here.slice(0, MAX_LISTED_PEOPLE).map((person) => this.#listing(person))
    return { people, online: here.length }
  }

  #tellTyping(): void {
    for (const typing of this.#typists.takeChanges(performance.now())) this.broadcast('typing', typing)
  }

  #tidy(): void {
    void this.#marks.save()
    const slowest = Math.max(
      0,
      ...[...this.state.channels.values()].map(({ slowModeSeconds }) => slowModeSeconds),
    )
    this.#speakers.tidy(slowest * 1000)
  }

  #listing({ id, name, moderator }: Person): PersonListing {
    return { id, name, moderator, mutedForMs: this.#speakers.mutedForMs(id) }
  }

  #clientsOf(person: Person | undefined): Client[] {
    return [...(person?.sessions.keys() ?? [])].flatMap((sessionId) => this.clients.getById(sessionId) ?? [])
  }

  #personOf(client: Client): Person {
    const person = this.#people.bySession(client.sessionId)
    if (!person) throw refused('You are not in this chat any more.')
    return person
  }

  #channel(id: string): Channel {
    const channel = this.state.channels.get(id)
    if (!channel) throw refused('There is no such channel.')
    return channel
  }
}
