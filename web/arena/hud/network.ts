import type { ArenaState } from '../../../rooms/arena/state.ts'
import { element, make, say } from '../../page/element.ts'

/** What the readout needs of a joined room. */
export interface Line {
  readonly state: ArenaState
  readonly traffic: { readonly receivedBytes: number; readonly sentBytes: number }
  readonly status: string
  ping(): Promise<number>
}

/** What the readout needs of prediction and clock. */
export interface Measures {
  /** Mean distance between predicted and true place lately, in metres. */
  readonly errorMetres: number
  readonly pendingInputs: number
  readonly jitterMs: number
}

const ROWS = ['ping', 'jitter', 'tick', 'in', 'out', 'prediction error', 'inputs under way'] as const
type Row = (typeof ROWS)[number]

const EVERY_MS = 500
const SHOWN_KEY = 'arena.network'

/** A small readout of the line to the server, refreshed twice a second. */
export class Network {
  readonly #root = element('#network')
  readonly #values = new Map<Row, HTMLElement>()
  #nextMs = 0
  #last: { ms: number; tick: number; received: number; sent: number } | undefined
  #pingMs: number | undefined
  #pinging = false

  constructor() {
    this.#root.replaceChildren(
      ...ROWS.flatMap((row) => {
        const value = make('dd', { text: '–' })
        this.#values.set(row, value)
        return [make('dt', { text: row }), value]
      }),
    )
    const choice = localStorage.getItem(SHOWN_KEY)
    this.#root.hidden = choice ? choice !== 'yes' : matchMedia('(max-width: 700px)').matches
  }

  get shown(): boolean {
    return !this.#root.hidden
  }

  toggle(): void {
    this.#root.hidden = !this.#root.hidden
    localStorage.setItem(SHOWN_KEY, this.shown ? 'yes' : 'no')
  }

  show(nowMs: number, line: Line, measures: Measures): void {
    if (nowMs < this.#nextMs) return
    this.#nextMs = nowMs + EVERY_MS
    void this.#ping(line)
    const now = {
      ms: nowMs,
      tick: line.state.tick,
      received: line.traffic.receivedBytes,
      sent: line.traffic.sentBytes,
    }
    const last = this.#last ?? now
    this.#last = now
    const seconds = (now.ms - last.ms) / 1000
    if (seconds === 0) return
    this.#set('ping', this.#pingMs === undefined ? '–' : `${this.#pingMs.toFixed(0)} ms`)
    this.#set('jitter', `${measures.jitterMs.toFixed(1)} ms`)
    this.#set('tick', `${now.tick} (${((now.tick - last.tick) / seconds).toFixed(0)} /s)`)
    this.#set('in', rate((now.received - last.received) / seconds))
    this.#set('out', rate((now.sent - last.sent) / seconds))
    this.#set('prediction error', `${(measures.errorMetres * 100).toFixed(1)} cm`)
    this.#set('inputs under way', String(measures.pendingInputs))
  }

  #set(row: Row, text: string): void {
    say(this.#values.get(row)!, text)
  }

  async #ping(line: Line): Promise<void> {
    if (this.#pinging || line.status !== 'open') return
    this.#pinging = true
    this.#pingMs = await line.ping().catch(() => undefined)
    this.#pinging = false
  }
}

function rate(bytesPerSecond: number): string {
  return bytesPerSecond < 1000
    ? `${bytesPerSecond.toFixed(0)} B/s`
    : `${(bytesPerSecond / 1000).toFixed(1)} kB/s`
}
