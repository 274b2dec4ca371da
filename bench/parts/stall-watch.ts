import { performance } from 'node:perf_hooks'

/** A beat of the event loop that came late, in milliseconds of the process's own clock. */
export interface Gap {
  readonly fromMs: number
  readonly toMs: number
}

/** Keeps every gap between the beats of a timer of 1 ms, and the times that are noted in between. */
export class StallWatch {
  #gaps: Gap[] = []
  #notedMs: number[] = []
  #timer: NodeJS.Timeout | undefined

  start(): object {
    this.#gaps = []
    this.#notedMs = []
    let fromMs = performance.now()
    this.#timer = setInterval(() => {
      const toMs = performance.now()
      this.#gaps.push({ fromMs, toMs })
      fromMs = toMs
    }, 1)
    return {}
  }

  note(): void {
    this.#notedMs.push(performance.now())
  }

  stop(): { gaps: Gap[]; notedMs: number[] } {
    clearInterval(this.#timer)
    return { gaps: this.#gaps, notedMs: this.#notedMs }
  }
}
