import type { Point } from '../../../rooms/arena/map.ts'

/** A thumb this far from where it came down is a full stick, in CSS pixels. */
const REACH_PX = 56
/** Less than this share of the reach moves nothing; the aiming thumb shoots from the second share on. */
const DEAD = 0.18
const FIRES_FROM = 0.45

/** One floating stick: it is where the thumb comes down. */
class Stick {
  readonly #element: HTMLElement
  readonly #knob: HTMLElement
  #centre: Point = { x: 0, y: 0 }
  pointerId: number | undefined
  offset: Point = { x: 0, y: 0 }

  constructor(element: HTMLElement) {
    this.#element = element
    this.#knob = element.querySelector('i')!
  }

  get length(): number {
    return Math.hypot(this.offset.x, this.offset.y)
  }

  grab({ pointerId, clientX, clientY }: PointerEvent): void {
    this.pointerId = pointerId
    this.#centre = { x: clientX, y: clientY }
    this.#element.style.translate = `${clientX}px ${clientY}px`
    this.#element.classList.add('held')
    this.#set({ x: 0, y: 0 })
  }

  drag({ clientX, clientY }: PointerEvent): void {
    const x = (clientX - this.#centre.x) / REACH_PX
    const y = (clientY - this.#centre.y) / REACH_PX
    const length = Math.max(1, Math.hypot(x, y))
    this.#set({ x: x / length, y: y / length })
  }

  release(): void {
    this.pointerId = undefined
    this.#element.classList.remove('held')
    this.#element.style.translate = ''
    this.#set({ x: 0, y: 0 })
  }

  #set(offset: Point): void {
    this.offset = offset
    this.#knob.style.translate = `${offset.x * REACH_PX * 0.6}px ${offset.y * REACH_PX * 0.6}px`
  }
}

/** What two thumbs on glass want: the left half of the screen moves, the right half aims and shoots. */
export class TouchSticks {
  readonly #move: Stick
  readonly #aim: Stick
  #lastAim: number | undefined
  #dashed = false

  constructor(surface: HTMLElement, { used, signal }: { used: () => void; signal: AbortSignal }) {
    this.#move = new Stick(document.querySelector('.stick.move')!)
    this.#aim = new Stick(document.querySelector('.stick.aim')!)
    surface.addEventListener('pointerdown', (event) => this.#down(event) && used(), { signal })
    addEventListener('pointermove', (event) => this.#stickOf(event)?.drag(event), { signal })
    const up = (event: PointerEvent): void => this.#stickOf(event)?.release()
    addEventListener('pointerup', up, { signal })
    addEventListener('pointercancel', up, { signal })
    const dash = document.querySelector<HTMLElement>('#dash')!
    dash.addEventListener(
      'pointerdown',
      (event) => {
        event.preventDefault()
        this.#dashed = true
        used()
      },
      { signal },
    )
    signal.addEventListener('abort', () => [this.#move, this.#aim].map((stick) => stick.release()))
  }

  get move(): Point {
    return this.#move.length < DEAD ? { x: 0, y: 0 } : this.#move.offset
  }

  /** Where the aiming thumb points; where it last pointed without it; ahead if it never did. */
  get aim(): number | undefined {
    if (this.#aim.length >= DEAD) this.#lastAim = angleOf(this.#aim.offset)
    else if (this.#aim.pointerId === undefined && this.#move.length >= DEAD) {
      this.#lastAim = angleOf(this.#move.offset)
    }
    return this.#lastAim
  }

  get firing(): boolean {
    return this.#aim.length >= FIRES_FROM
  }

  takeDash(): boolean {
    const dash = this.#dashed
    this.#dashed = false
    return dash
  }

  #down(event: PointerEvent): boolean {
    if (event.pointerType !== 'touch') return false
    event.preventDefault()
    const stick = event.clientX < innerWidth / 2 ? this.#move : this.#aim
    if (stick.pointerId === undefined) stick.grab(event)
    return true
  }

  #stickOf({ pointerId }: PointerEvent): Stick | undefined {
    return [this.#move, this.#aim].find((stick) => stick.pointerId === pointerId)
  }
}

function angleOf({ x, y }: Point): number {
  return Math.atan2(y, x)
}
