import type { Fighter } from '../../../rooms/arena/state.ts'
import { DASH_COOLDOWN_TICKS, MAX_HEALTH, MAX_HEAT } from '../../../rooms/arena/tuning.ts'
import { element, make, say } from '../../page/element.ts'
import { PICKUP_LOOKS } from '../draw/palette.ts'
import { world } from '../place.ts'

/** The own fighter's health, heat, dash and powers. */
export class Vitals {
  readonly #root = element('#vitals')
  readonly #health = element('.health', this.#root)
  readonly #heat = element('.heat', this.#root)
  readonly #powers = element('.powers', this.#root)
  readonly #dash = element('#dash')
  #shown = ''

  /** @param predicted the own fighter as predicted: its weapon and dash run ahead of the server */
  show(fighter: Fighter, predicted: Pick<Fighter, 'heat' | 'overheated' | 'dashCooldownTicks'>): void {
    const health = fighter.alive ? fighter.health : 0
    fill(this.#health, health / MAX_HEALTH)
    say(element('b', this.#health), String(health))
    this.#health.classList.toggle('low', health <= 40)
    fill(this.#heat, predicted.heat / MAX_HEAT)
    this.#heat.classList.toggle('over', predicted.overheated)
    this.#dash.style.setProperty('--ready', String(1 - predicted.dashCooldownTicks / DASH_COOLDOWN_TICKS))
    this.#showPowers([
      [PICKUP_LOOKS.boost, fighter.boostTicks],
      [PICKUP_LOOKS.rapid, fighter.rapidTicks],
    ])
  }

  #showPowers(powers: [look: { word: string; colour: string }, ticks: number][]): void {
    const lines = powers
      .filter(([, ticks]) => ticks > 0)
      .map(([look, ticks]) => ({ ...look, text: `${look.word} ${Math.ceil(ticks / world.tickRateHz)} s` }))
    const key = lines.map(({ text }) => text).join()
    if (key === this.#shown) return
    this.#shown = key
    this.#powers.replaceChildren(
      ...lines.map(({ text, colour }) => {
        const line = make('li', { text })
        line.style.color = colour
        return line
      }),
    )
  }
}

function fill(bar: HTMLElement, share: number): void {
  element('i', bar).style.scale = `${Math.max(0, Math.min(1, share))} 1`
}
