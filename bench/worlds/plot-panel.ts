/** One pair of axes with a line for each server. */
import type { Side } from './server-process.ts'

export const PANEL_WIDTH = 430
export const PANEL_HEIGHT = 274
const LEFT = 54
const RIGHT = 34
const TOP = 52
const BOTTOM = 44
const PLAYERS = [0, 200, 400, 600, 800, 1_000, 1_200]

export type Line = readonly [side: Side, points: readonly (readonly [players: number, value: number])[]]

export interface PanelOptions {
  x: number
  y: number
  title: string
  unit: string
  /** The top of the axis, and the step of its lines. */
  most: number
  every: number
  /** What should be reached, as a broken line. */
  aim?: number
}

export class Panel {
  readonly #options: PanelOptions

  constructor(options: PanelOptions) {
    this.#options = options
  }

  draw(lines: readonly Line[]): string {
    const { x, y, title, unit } = this.#options
    return `<g transform="translate(${x} ${y})">
<text class="head" x="24" y="20">${title}</text>
<text class="soft" x="24" y="38">${unit}</text>
${this.#grid()}
${lines.map((line) => this.#line(line)).join('\n')}
</g>`
  }

  #grid(): string {
    const { most, every, aim } = this.#options
    const right = PANEL_WIDTH - RIGHT
    const steps = Array.from({ length: most / every + 1 }, (_, n) => n * every)
    const values = steps.map((value) => {
      const y = this.#y(value)
      return `<path class="grid" d="M${LEFT} ${y}H${right}"/><text class="soft" x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${value}</text>`
    })
    const players = PLAYERS.map(
      (count) =>
        `<text class="soft" x="${this.#x(count)}" y="${PANEL_HEIGHT - BOTTOM + 18}" text-anchor="middle">${count.toLocaleString('en')}</text>`,
    )
    const middle = (LEFT + right) / 2
    const unit = `<text class="soft" x="${middle}" y="${PANEL_HEIGHT - BOTTOM + 35}" text-anchor="middle">players</text>`
    const aimed = aim === undefined ? '' : `<path class="aim" d="M${LEFT} ${this.#y(aim)}H${right}"/>`
    return [...values, ...players, unit, aimed].join('\n')
  }

  #line([side, points]: Line): string {
    const there = points.filter(([, value]) => Number.isFinite(value))
    if (there.length === 0) return ''
    const path = there.map(([players, value]) => `${this.#x(players)} ${this.#y(value)}`).join('L')
    const marks = there.map(([players, value]) => mark(side, this.#x(players), this.#y(value)))
    return `<g class="${side}"><path class="line" d="M${path}"/>${marks.join('')}</g>`
  }

  #x(players: number): number {
    const width = PANEL_WIDTH - LEFT - RIGHT
    return Math.round((LEFT + (players / PLAYERS.at(-1)!) * width) * 10) / 10
  }

  #y(value: number): number {
    const height = PANEL_HEIGHT - TOP - BOTTOM
    const share = Math.min(value, this.#options.most * 1.04) / this.#options.most
    return Math.round((TOP + (1 - share) * height) * 10) / 10
  }
}

/** A point of a server's line. */
export function mark(side: Side, x: number, y: number): string {
  const shapes: Record<Side, string> = {
    fairground: `<circle class="mark" cx="${x}" cy="${y}" r="4"/>`,
    plain: `<rect class="mark" x="${x - 3.5}" y="${y - 3.5}" width="7" height="7"/>`,
    'bare-ws': `<path class="mark" d="M${x - 4} ${y}l4 -4.5 4 4.5 -4 4.5z"/>`,
    'socket-io': `<path class="mark" d="M${x - 4.5} ${y + 3.5}h9l-4.5 -8z"/>`,
  }
  return shapes[side]
}
