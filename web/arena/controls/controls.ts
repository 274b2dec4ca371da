import type { Point } from '../../../rooms/arena/map.ts'
import type { Intent } from '../../../rooms/arena/state.ts'
import { KeyboardMouse } from './keyboard-mouse.ts'
import { TouchSticks } from './touch-sticks.ts'

/** What the player wants, by whichever device was used last. */
export class Controls {
  readonly #hands: KeyboardMouse
  readonly #thumbs: TouchSticks
  readonly #listening = new AbortController()
  #touch = matchMedia('(pointer: coarse)').matches
  #aim = 0

  constructor(surface: HTMLElement, fighterOnScreen: () => Point) {
    const { signal } = this.#listening
    this.#hands = new KeyboardMouse(surface, fighterOnScreen, { used: () => this.#use(false), signal })
    this.#thumbs = new TouchSticks(surface, { used: () => this.#use(true), signal })
    this.#use(this.#touch)
  }

  /** Where the own fighter looks now, in radians. */
  get aim(): number {
    this.#aim = (this.#touch ? this.#thumbs.aim : this.#hands.aim) ?? this.#aim
    return this.#aim
  }

  /** Where the mouse is; undefined for a player who touches. */
  get pointer(): Point | undefined {
    return this.#touch ? undefined : this.#hands.pointer
  }

  /** Writes one tick's request. */
  fill(input: Intent): void {
    const { x, y } = this.#touch ? this.#thumbs.move : this.#hands.move
    const length = Math.max(1, Math.hypot(x, y))
    input.moveX = x / length
    input.moveY = y / length
    input.aim = this.aim
    // Both are asked, so that neither keeps an old click for later.
    const [clicked, pressed, tapped] = [
      this.#hands.takeFire(),
      this.#hands.takeDash(),
      this.#thumbs.takeDash(),
    ]
    input.fire = this.#touch ? this.#thumbs.firing : clicked
    input.dash = pressed || tapped
  }

  stop(): void {
    this.#listening.abort()
  }

  #use(touch: boolean): void {
    this.#touch = touch
    document.body.classList.toggle('touch', touch)
    for (const element of document.querySelectorAll<HTMLElement>('.stick, #dash')) element.hidden = !touch
  }
}
