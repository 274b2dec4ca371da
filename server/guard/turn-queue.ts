import { runDueSteps } from '../room/step-clock.ts'

/** Spreads work that comes all at once over turns of the event loop, so that running matches have theirs in between. */
export class TurnQueue {
  readonly #perTurn: number
  readonly #waiting: (() => void)[] = []
  #begun = 0
  #scheduled = false

  /** @param perTurn how much may begin in one turn */
  constructor(perTurn: number) {
    this.#perTurn = perTurn
  }

  /** Does it now, or in one of the next turns, in order. `job` must not throw. */
  push(job: () => void): void {
    this.#schedule()
    if (this.#begun >= this.#perTurn || this.#waiting.length > 0) this.#waiting.push(job)
    else this.#begin(job)
  }

  #begin(job: () => void): void {
    this.#begun++
    runDueSteps()
    job()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.#turn())
  }

  #turn(): void {
    this.#scheduled = false
    this.#begun = 0
    for (const job of this.#waiting.splice(0, this.#perTurn)) this.#begin(job)
    if (this.#waiting.length > 0) this.#schedule()
  }
}
