import type { ConsumeOptions, InputAccessor, InputAPI } from '@colyseus/core'

/** Inputs a client may have waiting; the oldest are dropped beyond it (8 at 30 Hz is a hiccup of 267 ms). */
export const MAX_WAITING_INPUTS = 8

/** Ticks over which a backlog must persist before one input of it is dropped. */
const BACKLOG_WINDOW_TICKS = 30
/** Inputs that may wait at every tick of a window without counting as a backlog: one is a jitter buffer. */
const HEALTHY_BACKLOG = 1
/** More than can wait. */
const NO_BACKLOG_YET = 2 ** 30

/** What the tick knows: its number, and how many inputs of one client it may consume. */
interface TickBudget {
  tick(): number
  maxInputsPerTick(): number
}

/**
 * One client's inputs with a budget: however they are read, at most `maxInputsPerTick` are consumed a tick, so that
 * sending faster than the tick does not move a player faster. A client whose clock runs ahead, or that caught up in a
 * burst, would keep its backlog (and its delay) for ever; one input is dropped per second while it lasts.
 */
class BudgetedInput<I> implements InputAccessor<I> {
  #spentTick = -1
  #spent = 0
  #windowEndTick = 0
  #leastBacklog = NO_BACKLOG_YET

  readonly #source: InputAccessor<I>
  readonly #budget: TickBudget

  constructor(source: InputAccessor<I>, budget: TickBudget) {
    this.#source = source
    this.#budget = budget
  }

  isOf(budget: TickBudget): boolean {
    return this.#budget === budget
  }

  next(options?: ConsumeOptions<I>): I {
    this.#trimBacklog()
    // Colyseus types an absent input by whether an idle policy was declared; both come through here.
    if (this.#left() <= 0) return undefined as I
    this.#spent++
    return this.#source.next(options) as I
  }

  take(n: number): I[] {
    const taken = this.#source.take(Math.min(n, this.#left()))
    this.#spent += taken.length
    return taken
  }

  drain(options?: ConsumeOptions<I>): I[] {
    return [...this.consume(options)]
  }

  *consume(options?: ConsumeOptions<I>): IterableIterator<I> {
    while (this.#left() > 0) {
      const input = this.next(options)
      if (input === undefined) return
      yield input
      if (this.#source.size === 0) return
    }
  }

  [Symbol.iterator](): IterableIterator<I> {
    return this.consume()
  }

  at(value: number): I | undefined {
    return this.#source.at(value)
  }

  peek(): I[] {
    return this.#source.peek()
  }

  clear(): void {
    this.#source.clear()
  }

  get latest(): I | undefined {
    return this.#source.latest
  }

  get size(): number {
    return this.#source.size
  }

  get consumedCount(): number {
    return this.#source.consumedCount
  }

  get wasIdle(): boolean {
    return this.#source.wasIdle
  }

  get renderTime(): number {
    return this.#source.renderTime
  }

  get reckonTime(): number {
    return this.#source.reckonTime
  }

  #left(): number {
    const tick = this.#budget.tick()
    if (tick !== this.#spentTick) {
      this.#spentTick = tick
      this.#spent = 0
    }
    return this.#budget.maxInputsPerTick() - this.#spent
  }

  #trimBacklog(): void {
    const tick = this.#budget.tick()
    const { size } = this.#source
    if (size < this.#leastBacklog) this.#leastBacklog = size
    if (tick < this.#windowEndTick) return
    if (this.#windowEndTick > 0 && this.#leastBacklog > HEALTHY_BACKLOG + 1) this.#source.take(1)
    this.#windowEndTick = tick + BACKLOG_WINDOW_TICKS
    this.#leastBacklog = NO_BACKLOG_YET
  }
}

/** Where an accessor of Colyseus' keeps the one that stands before it: it is looked up for each player in each tick. */
const BUDGETED = Symbol('budgeted')

/** Wraps Colyseus' input API so that every way of reading it respects the tick's budget. */
export function budgetInputs<A extends InputAPI>(api: A, budget: TickBudget): A {
  return Object.create(api, {
    get: {
      value: (sessionId: string) => {
        const source = api.get(sessionId) as InputAccessor & { [BUDGETED]?: BudgetedInput<unknown> }
        const kept = source[BUDGETED]
        // One accessor stands for everybody who is not there, in all rooms.
        if (kept?.isOf(budget)) return kept
        const budgeted = new BudgetedInput(source, budget)
        if (Object.isExtensible(source)) source[BUDGETED] = budgeted
        return budgeted
      },
    },
  }) as A
}
