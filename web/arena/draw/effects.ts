import type { Point } from '../../../rooms/arena/map.ts'

/** Something seen for a moment: drawn with how much of its life has passed, 0 to 1. */
interface Effect {
  bornMs: number
  lifeMs: number
  draw(context: CanvasRenderingContext2D, age: number): void
}

/** No more at once: a flood of events must not slow the page down. */
const MAX_EFFECTS = 300
const TURN = Math.PI * 2

/** Shots, sparks, bursts and numbers. Metres. */
export class Effects {
  #effects: Effect[] = []
  #nowMs = 0

  /** A shot's way from the muzzle to where it ended. */
  shot(from: Point, to: Point, colour: string): void {
    this.#add(110, (context, age) => {
      context.strokeStyle = colour
      context.lineCap = 'round'
      for (const [width, alpha] of [
        [0.26, 0.25],
        [0.09, 1],
      ] as const) {
        context.globalAlpha = alpha * (1 - age)
        context.lineWidth = width * (1 - age * 0.5)
        context.beginPath()
        context.moveTo(from.x + (to.x - from.x) * age * 0.6, from.y + (to.y - from.y) * age * 0.6)
        context.lineTo(to.x, to.y)
        context.stroke()
      }
    })
    this.#ring(from, { colour: '#ffffff', from: 0.12, to: 0.3, lifeMs: 70 })
    this.#sparks(to, { colour, count: 5, speed: 3, lifeMs: 220 })
  }

  /** A fighter came apart. */
  burst(at: Point, colour: string): void {
    this.#ring(at, { colour, from: 0.4, to: 2.6, lifeMs: 450 })
    this.#sparks(at, { colour, count: 22, speed: 7, lifeMs: 650 })
  }

  spawn(at: Point, colour: string): void {
    this.#ring(at, { colour, from: 2.2, to: 0.5, lifeMs: 380 })
  }

  /** A short text that rises and fades. */
  floater(at: Point, text: string, colour: string): void {
    const sideways = (Math.random() - 0.5) * 0.8
    this.#add(700, (context, age) => {
      context.globalAlpha = 1 - age * age
      context.font = '800 0.6px system-ui, sans-serif'
      context.textAlign = 'center'
      context.lineWidth = 0.14
      context.strokeStyle = 'rgb(10 11 30 / 80%)'
      context.strokeText(text, at.x + sideways * age, at.y - 0.7 - age * 1.1)
      context.fillStyle = colour
      context.fillText(text, at.x + sideways * age, at.y - 0.7 - age * 1.1)
    })
  }

  draw(context: CanvasRenderingContext2D, nowMs: number): void {
    this.#nowMs = nowMs
    this.#effects = this.#effects.filter(({ bornMs, lifeMs }) => nowMs - bornMs < lifeMs)
    for (const { bornMs, lifeMs, draw } of this.#effects) {
      context.save()
      draw(context, Math.max(0, (nowMs - bornMs) / lifeMs))
      context.restore()
    }
  }

  #ring(at: Point, look: { colour: string; from: number; to: number; lifeMs: number }): void {
    this.#add(look.lifeMs, (context, age) => {
      const eased = 1 - (1 - age) ** 3
      context.globalAlpha = 1 - age
      context.strokeStyle = look.colour
      context.lineWidth = 0.22 * (1 - age) + 0.02
      context.beginPath()
      context.arc(at.x, at.y, look.from + (look.to - look.from) * eased, 0, TURN)
      context.stroke()
    })
  }

  #sparks(at: Point, look: { colour: string; count: number; speed: number; lifeMs: number }): void {
    const ways = Array.from({ length: look.count }, () => ({
      angle: Math.random() * TURN,
      reach: (look.speed * (0.3 + Math.random() * 0.7) * look.lifeMs) / 1000,
      size: 0.05 + Math.random() * 0.1,
    }))
    this.#add(look.lifeMs, (context, age) => {
      const eased = 1 - (1 - age) ** 2
      context.globalAlpha = 1 - age
      context.fillStyle = look.colour
      for (const { angle, reach, size } of ways) {
        context.beginPath()
        context.arc(
          at.x + Math.cos(angle) * reach * eased,
          at.y + Math.sin(angle) * reach * eased,
          size * (1 - age * 0.6),
          0,
          TURN,
        )
        context.fill()
      }
    })
  }

  #add(lifeMs: number, draw: Effect['draw']): void {
    if (this.#effects.length < MAX_EFFECTS) this.#effects.push({ bornMs: this.#nowMs, lifeMs, draw })
  }
}
