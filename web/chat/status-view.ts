import type { PersonListing, Typing } from '../../rooms/chat/messages.ts'
import { element, say } from '../page/element.ts'
import { dress } from './avatar.ts'
import type { Composer } from './composer.ts'
import type { Outgoing } from './outbox.ts'

export interface Head {
  readonly channel: string
  readonly topic: string
  readonly online: number
  readonly slowModeSeconds: number
  readonly moderator: boolean
}

/** What stands around the messages: the channel's head, who types, what keeps one from speaking, who one is. */
export class StatusView {
  readonly #composer: Composer
  readonly #slow = element<HTMLSelectElement>('#slow select')
  #mutedUntilMs = 0

  constructor(composer: Composer) {
    this.#composer = composer
  }

  onSlowMode(choose: (seconds: number) => void, signal: AbortSignal): void {
    this.#slow.addEventListener('change', () => choose(Number(this.#slow.value)), { signal })
  }

  me({ id, name, moderator }: PersonListing): void {
    dress(element('#me .avatar'), { id, name })
    say(element('#me bdi'), name)
    say(element('#me small'), moderator ? 'moderator' : 'that is you')
  }

  head({ channel, topic, online, slowModeSeconds, moderator }: Head): void {
    say(element('#head h1'), channel)
    say(element('#topic'), topic)
    say(element('#online'), String(online))
    element('#open-people').ariaLabel = `People: ${online} online`
    element('#slow').hidden = !moderator
    if (document.activeElement !== this.#slow) this.#slow.value = String(slowModeSeconds)
  }

  typing({ people, count }: Pick<Typing, 'people' | 'count'>, ownId: string): void {
    const others = people.filter(({ id }) => id !== ownId).map(({ name }) => name)
    const all = count - (people.length - others.length)
    const line = element('#typing')
    line.classList.toggle('on', all > 0)
    const few = all === others.length && all <= 2
    const names = few ? others.join(' and ') : `${others[0] ?? 'Somebody'} and ${all - 1} more`
    say(element('span', line), all <= 0 ? '' : `${names} ${all === 1 ? 'is' : 'are'} typing`)
  }

  muted(forMs: number): void {
    this.#mutedUntilMs = forMs > 0 ? performance.now() + forMs : 0
  }

  /** Above the composer: muted for so long, the next message in so many seconds, slow mode. */
  notice(outgoing: readonly Outgoing[], slowModeSeconds: number): void {
    const nowMs = performance.now()
    const mutedMs = this.#mutedUntilMs - nowMs
    const waiting = outgoing.find(({ state }) => state === 'waiting')
    if (mutedMs > 0)
      this.#composer.notice(`A moderator muted you. You may speak again in ${spelled(mutedMs)}.`, true)
    else if (waiting) {
      const waitMs = Math.max(1000, (waiting.retryAtMs ?? nowMs) - nowMs)
      this.#composer.notice(`${waiting.problem}: your message is sent in ${spelled(waitMs)}.`)
    } else if (slowModeSeconds > 0)
      this.#composer.notice(`Slow mode: a message every ${spelled(slowModeSeconds * 1000)}.`)
    else this.#composer.notice(undefined)
  }

  /** The way back to the end, while the reader is somewhere else. */
  newest(shown: boolean, unread: number): void {
    const button = element('#newest')
    button.hidden = !shown
    say(button, unread > 0 ? `${unread} new ↓` : 'To the newest ↓')
  }
}

function spelled(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`
}
