import type { Snapshot } from '../../rooms/ticker/simulation.ts'
import { HISTORY_POINTS } from '../../rooms/ticker/tuning.ts'
import { make, say } from '../page/element.ts'
import { drawLine } from './line.ts'

/** One watched symbol: its row in the table, and what is known of it. */
export class SymbolRow {
  readonly element: HTMLElement
  readonly history: number[]
  readonly #snapshot: Snapshot
  #values: readonly number[]
  readonly #line = document.createElement('canvas')
  readonly #now = make('td', { class: 'number' })
  readonly #change = make('td', { class: 'number' })

  constructor(snapshot: Snapshot, on: { show(): void; drop(): void }) {
    this.#snapshot = snapshot
    this.#values = snapshot.values
    this.history = [...snapshot.history]
    this.#line.width = 240
    this.#line.height = 56
    const symbol = make('button', { text: snapshot.symbol })
    const drop = make('button', { text: '✕' })
    drop.setAttribute('aria-label', `Stop watching ${snapshot.symbol}`)
    drop.addEventListener('click', (event) => {
      event.stopPropagation()
      on.drop()
    })
    this.element = make(
      'tr',
      {},
      make('td', { class: 'symbol' }, symbol),
      make('td', { class: 'name', text: snapshot.name }),
      make('td', {}, this.#line),
      this.#now,
      this.#change,
      make('td', { class: 'drop' }, drop),
    )
    this.element.addEventListener('click', () => on.show())
    this.#show()
  }

  get symbol(): string {
    return this.#snapshot.symbol
  }

  get title(): string {
    return `${this.#snapshot.symbol} · ${this.#snapshot.name}`
  }

  /** What it is worth now, in words. */
  get now(): string {
    const [first, away, minute] = this.#values
    if (first === undefined) return '–'
    return this.#snapshot.kind === 'match' ? `${first} : ${away} · ${minute}′` : first.toFixed(2)
  }

  /** Takes news in, and flashes if its first value moved. */
  update(values: readonly number[]): void {
    const before = this.#values
    this.#values = values
    const moved = values.slice(0, 2).reduce((sum, value, index) => sum + value - (before[index] ?? value), 0)
    if (moved !== 0) this.#flash(moved > 0 ? 'up' : 'down')
    this.#show()
  }

  /** Once a second: the history moves on by one point. */
  advance(): void {
    const [first] = this.#values
    if (first === undefined) return
    this.history.push(first)
    if (this.history.length > HISTORY_POINTS) this.history.shift()
    drawLine(this.#line, this.history)
  }

  #flash(way: 'up' | 'down'): void {
    this.#now.classList.remove('flash-up', 'flash-down')
    void this.#now.offsetWidth // lets the same animation begin anew
    this.#now.classList.add(`flash-${way}`)
  }

  #show(): void {
    say(this.#now, this.now)
    const [first] = this.#values
    const [oldest] = this.history
    const known = this.#snapshot.kind === 'price' && first !== undefined && oldest !== undefined && oldest > 0
    const percent = known ? (first / oldest - 1) * 100 : 0
    say(this.#change, known ? `${percent >= 0 ? '+' : '−'}${Math.abs(percent).toFixed(2)} %` : '')
    this.#change.classList.toggle('up', percent >= 0)
    this.#change.classList.toggle('down', percent < 0)
  }
}
