import type { Survey } from '../../../rooms/arena/events.ts'
import { element, say } from '../../page/element.ts'
import type { ArenaClient } from '../arena-client.ts'
import type { OwnFighter } from '../own-fighter.ts'
import { world, worldName } from '../place.ts'
import type { Sounds } from '../sound.ts'
import { Clock, secondsLeft } from './clock.ts'
import { Feed } from './feed.ts'
import { Network } from './network.ts'
import { Radar, type Seen } from './radar.ts'
import { Result } from './result.ts'
import { leadersOf, Scoreboard, type Standing, standingsOf } from './scoreboard.ts'
import { bindTools } from './tools.ts'
import { Vitals } from './vitals.ts'

export interface HudView {
  own: OwnFighter
  jitterMs: number
  /** Name of who took the own fighter out. */
  killer: string | undefined
  /** What is on the screen. */
  seen: Seen
}

/** Words and numbers over the picture. */
export class Hud {
  readonly feed = new Feed()
  readonly #room: ArenaClient
  readonly #root = element('#hud')
  readonly #death = element('#death')
  readonly #bound = new AbortController()
  readonly #scoreboard = new Scoreboard(this.#bound.signal)
  readonly #clock = new Clock()
  readonly #vitals = new Vitals()
  readonly #network = new Network()
  readonly #result = new Result()
  readonly #radar = new Radar()
  #survey: Survey | undefined
  #standings: readonly Standing[] = []

  constructor(room: ArenaClient, sounds: Sounds) {
    this.#room = room
    const sound = element('[data-tool=sound]')
    sound.classList.toggle('off', sounds.muted)
    bindTools(
      {
        share: () => void this.#share(),
        emote: (kind) => {
          if (room.status === 'open') room.send('emote', kind)
        },
        sound: () => {
          sounds.toggle()
          sound.classList.toggle('off', sounds.muted)
        },
        network: () => this.#network.toggle(),
        leave: () => void room.leave(),
        scores: (open) => this.#scoreboard.toggle(open),
      },
      this.#bound.signal,
    )
    room.on('survey', (survey) => {
      this.#survey = survey
    })
    room.onError((error) => this.feed.note(error.message))
    this.#root.hidden = false
  }

  /** The best first: of all that are seen, or of all there are where the room tells who leads. */
  get standings(): readonly Standing[] {
    return this.#standings
  }

  show(nowMs: number, { own, jitterMs, killer, seen }: HudView): void {
    const { state, sessionId } = this.#room
    const standings = this.#survey ? leadersOf(this.#survey, state, sessionId) : standingsOf(state)
    this.#standings = standings
    if (this.#survey) this.#radar.show(this.#survey, seen, own.predicted)
    this.#clock.show(state)
    this.#scoreboard.show(standings, sessionId)
    this.#network.show(nowMs, this.#room, {
      errorMetres: own.errorMetres,
      pendingInputs: own.pendingInputs,
      jitterMs,
    })
    if (own.entity && own.predicted) {
      this.#vitals.show(own.entity, own.predicted)
      this.#showDeath(own, killer)
    }
    if (state.phase === 'result') {
      this.#result.show(state.round, standings, { ownId: sessionId, nextIn: secondsLeft(state) })
    } else this.#result.hide()
  }

  stop(): void {
    this.#bound.abort()
    this.#root.hidden = true
    this.#radar.hide()
    this.#result.hide()
    this.feed.clear()
  }

  #showDeath({ entity }: OwnFighter, killer: string | undefined): void {
    const dead = entity !== undefined && !entity.alive
    this.#death.hidden = !dead
    if (!dead) return
    const seconds = Math.max(0, (entity.respawnTick - this.#room.state.tick) / world.tickRateHz)
    const who = killer === undefined ? 'You are out' : `${killer} took you out`
    say(this.#death, `${who} · back in ${seconds.toFixed(1)} s`)
  }

  async #share(): Promise<void> {
    const link = new URL(location.href)
    link.search = new URLSearchParams({
      ...(worldName !== 'arena' && { world: worldName }),
      room: this.#room.id,
    }).toString()
    const touch = document.body.classList.contains('touch')
    try {
      if (touch && 'share' in navigator) await navigator.share({ title: 'Arena', url: link.href })
      else {
        await navigator.clipboard.writeText(link.href)
        this.feed.note('Link to this match copied')
      }
    } catch {
      this.feed.note(link.href)
    }
  }
}
