import type { Client } from '../../server/index.ts'
import { FairgroundError } from '../../shared/errors.ts'
import type { Archive } from './archive.ts'
import type { Moderation } from './formats.ts'
import type { People, Person } from './people.ts'
import { refused } from './refusals.ts'
import type { Speakers } from './speakers.ts'
import type { Channel } from './state.ts'

export interface ModeratorsOptions {
  readonly archive: Archive
  readonly people: People
  readonly speakers: Speakers
  /** @throws FairgroundError for a channel that is not there */
  channel(id: string): Channel
  clientsOf(id: string): Client[]
}

/** What moderators did, kept over restarts: who is muted, who was sent away, which channels are slow. */
export class Moderators {
  readonly #options: ModeratorsOptions
  readonly #kickedUntilMs = new Map<string, number>()

  constructor(options: ModeratorsOptions) {
    this.#options = options
  }

  async load(): Promise<void> {
    const { archive, speakers } = this.#options
    const nowMs = Date.now()
    for (const kind of ['mute', 'kick'] as const) {
      for (const [id, untilMs] of await archive.bans(kind)) {
        if (untilMs <= nowMs) await archive.ban(kind, id, undefined)
        else if (kind === 'mute') speakers.mute(id, untilMs)
        else this.#kickedUntilMs.set(id, untilMs)
      }
    }
  }

  /** @throws FairgroundError REQUEST_REFUSED for anybody who is no moderator, and against one who is */
  async act(by: Person, what: Moderation): Promise<{ done: true }> {
    if (!by.moderator) throw refused('Only moderators may do that.')
    if (what.act === 'slow') await this.#slow(what)
    else await this.#ban(what)
    return { done: true }
  }

  /** @throws FairgroundError JOIN_REFUSED for who was sent away and may not come back yet */
  letIn(id: string): void {
    const leftMs = (this.#kickedUntilMs.get(id) ?? 0) - Date.now()
    if (leftMs <= 0) return
    const minutes = Math.ceil(leftMs / 60_000)
    const message = `A moderator sent you away. You may come back in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`
    throw new FairgroundError('JOIN_REFUSED', { message })
  }

  async #slow({ channel: id, seconds }: Moderation & { act: 'slow' }): Promise<void> {
    const channel = this.#options.channel(id)
    await this.#options.archive.keepSlowMode(id, seconds)
    channel.slowModeSeconds = seconds
  }

  async #ban({ act, person: id, seconds }: Moderation & { act: 'mute' | 'kick' }): Promise<void> {
    const { archive, people, speakers } = this.#options
    if (people.byId(id)?.moderator) throw refused('Moderators cannot be muted or sent away.')
    const untilMs = seconds === 0 ? undefined : Date.now() + seconds * 1000
    await archive.ban(act, id, untilMs)
    if (act === 'mute') {
      speakers.mute(id, untilMs ?? 0)
      for (const client of this.#options.clientsOf(id))
        client.send('muted', { forMs: speakers.mutedForMs(id) })
      return
    }
    this.#kickedUntilMs.set(id, untilMs ?? 0)
    const { wire } = new FairgroundError('KICKED')
    for (const client of this.#options.clientsOf(id)) client.leave(wire, 'A moderator sent you away.')
  }
}
