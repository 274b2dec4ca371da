import type { Client } from '../../server/index.ts'
import { FairgroundError } from '../../shared/errors.ts'
import type { Archive, KeptBan } from './archive.ts'
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
  /** By the process's monotonic clock, as every deadline here: the time of day may jump. */
  readonly #kickedUntilMs = new Map<string, number>()

  constructor(options: ModeratorsOptions) {
    this.#options = options
  }

  async load(): Promise<void> {
    const { archive, speakers } = this.#options
    for (const kind of ['mute', 'kick'] as const) {
      for (const [id, ban] of await archive.bans(kind)) {
        const leftMs = leftOf(ban, Date.now())
        if (!(leftMs > 0)) await archive.ban(kind, id, undefined)
        else if (kind === 'mute') speakers.mute(id, leftMs)
        else this.#kickedUntilMs.set(id, performance.now() + leftMs)
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
    const leftMs = (this.#kickedUntilMs.get(id) ?? 0) - performance.now()
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
    const forMs = seconds * 1000
    await archive.ban(act, id, seconds === 0 ? undefined : { untilMs: Date.now() + forMs, forMs })
    if (act === 'mute') {
      speakers.mute(id, forMs)
      for (const client of this.#options.clientsOf(id))
        client.send('muted', { forMs: speakers.mutedForMs(id) })
      return
    }
    this.#kickedUntilMs.set(id, performance.now() + forMs)
    const { wire } = new FairgroundError('KICKED')
    for (const client of this.#options.clientsOf(id)) client.leave(wire, 'A moderator sent you away.')
  }
}

/**
 * What is left of a ban after a restart, in milliseconds. Only the time of day lasts over one; set back meanwhile, it
 * makes no ban longer than it was.
 */
export function leftOf({ untilMs, forMs }: KeptBan, timeOfDayMs: number): number {
  return Math.min(untilMs - timeOfDayMs, forMs)
}
