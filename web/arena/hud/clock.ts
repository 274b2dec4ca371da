import type { ArenaState } from '../../../rooms/arena/state.ts'
import { element, say } from '../../page/element.ts'
import { world } from '../place.ts'

const HURRY_SECONDS = 15

/** Whole seconds until the phase ends. */
export function secondsLeft({ phaseEndsTick, tick }: ArenaState): number {
  return Math.max(0, Math.ceil((phaseEndsTick - tick) / world.tickRateHz))
}

/** Round and time left. */
export class Clock {
  readonly #root = element('#clock')

  show(state: ArenaState): void {
    const left = secondsLeft(state)
    const playing = state.phase === 'playing'
    say(element('small', this.#root), playing ? `Round ${state.round}` : 'Next round in')
    say(element('strong', this.#root), `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`)
    this.#root.classList.toggle('hurry', playing && left <= HURRY_SECONDS)
  }
}
