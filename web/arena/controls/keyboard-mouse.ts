import type { Point } from '../../../rooms/arena/map.ts'

/** By place on the keyboard, not by letter: WASD also where the keys read ZQSD. */
const WAYS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  KeyW: [0, -1],
  ArrowUp: [0, -1],
  KeyS: [0, 1],
  ArrowDown: [0, 1],
  KeyA: [-1, 0],
  ArrowLeft: [-1, 0],
  KeyD: [1, 0],
  ArrowRight: [1, 0],
}
const DASH_KEYS = new Set(['Space', 'ShiftLeft', 'ShiftRight'])

/** What two hands on keyboard and mouse want. */
export class KeyboardMouse {
  readonly #held = new Set<string>()
  readonly #fighterOnScreen: () => Point
  #pointer: Point | undefined
  #buttonDown = false
  #clicked = false
  #dashed = false

  /**
   * @param surface where the mouse aims
   * @param fighterOnScreen where the own fighter is drawn, in CSS pixels
   * @param used called whenever one of the two is touched
   * @param signal ends listening
   */
  constructor(
    surface: HTMLElement,
    fighterOnScreen: () => Point,
    { used, signal }: { used: () => void; signal: AbortSignal },
  ) {
    this.#fighterOnScreen = fighterOnScreen
    addEventListener('keydown', (event) => this.#keyDown(event) && used(), { signal })
    addEventListener('keyup', ({ code }) => this.#held.delete(code), { signal })
    addEventListener('blur', () => this.#letGo(), { signal })
    const mouse = (event: PointerEvent): boolean => {
      if (event.pointerType === 'touch') return false
      this.#pointer = { x: event.clientX, y: event.clientY }
      used()
      return true
    }
    addEventListener('pointermove', mouse, { signal })
    surface.addEventListener(
      'pointerdown',
      (event) => {
        if (!mouse(event)) return
        if (event.button === 2) this.#dashed = true
        else this.#buttonDown = this.#clicked = true
      },
      { signal },
    )
    addEventListener('pointerup', ({ pointerType }) => pointerType !== 'touch' && this.#release(), { signal })
    surface.addEventListener('contextmenu', (event) => event.preventDefault(), { signal })
  }

  get move(): Point {
    let [x, y] = [0, 0]
    for (const code of this.#held) {
      x += WAYS[code]![0]
      y += WAYS[code]![1]
    }
    return { x: Math.sign(x), y: Math.sign(y) }
  }

  /** Angle from the fighter to the mouse, in radians; undefined before the mouse has moved. */
  get aim(): number | undefined {
    if (!this.#pointer) return undefined
    const { x, y } = this.#fighterOnScreen()
    return Math.atan2(this.#pointer.y - y, this.#pointer.x - x)
  }

  get pointer(): Point | undefined {
    return this.#pointer
  }

  /** Whether to shoot in this tick; a click between two ticks still counts once. */
  takeFire(): boolean {
    const fire = this.#buttonDown || this.#clicked
    this.#clicked = false
    return fire
  }

  takeDash(): boolean {
    const dash = this.#dashed
    this.#dashed = false
    return dash
  }

  #keyDown(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return false
    const { code, repeat } = event
    const dash = DASH_KEYS.has(code)
    if (!dash && !(code in WAYS)) return false
    event.preventDefault()
    if (dash) this.#dashed ||= !repeat
    else this.#held.add(code)
    return true
  }

  #release(): void {
    this.#buttonDown = false
  }

  #letGo(): void {
    this.#held.clear()
    this.#release()
  }
}
