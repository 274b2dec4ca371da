import { Signal } from './signal.ts'

/** Events kept at most until somebody listens. */
const MAX_EARLY_EVENTS = 64
/** Time events without a listener are kept after the join, in milliseconds. */
const EARLY_MS = 1_000

/**
 * Delivers a room's events. What the room sends while a player joins arrives before the page had a chance to listen,
 * so events without a listener are kept for a moment.
 */
export class EventQueue {
  readonly #listeners = new Map<string, Signal<[payload: unknown]>>()
  #early: { type: string; payload: unknown }[] | undefined = []

  constructor() {
    const timer = setTimeout(() => {
      this.#early = undefined
    }, EARLY_MS) as unknown as { unref?(): void }
    timer.unref?.()
  }

  on(type: string, callback: (payload: unknown) => void): () => void {
    let signal = this.#listeners.get(type)
    if (!signal) {
      signal = new Signal()
      this.#listeners.set(type, signal)
    }
    const stop = signal.add(callback)
    const waiting = this.#early?.filter((event) => event.type === type) ?? []
    if (waiting.length > 0) this.#early = this.#early?.filter((event) => event.type !== type)
    for (const { payload } of waiting) signal.emit(payload)
    return stop
  }

  deliver(type: string, payload: unknown): void {
    const signal = this.#listeners.get(type)
    if (signal && signal.size > 0) signal.emit(payload)
    else if (this.#early && this.#early.length < MAX_EARLY_EVENTS) this.#early.push({ type, payload })
  }
}
