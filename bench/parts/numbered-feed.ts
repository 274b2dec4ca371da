/** A feed of which anybody can tell when a price was set, and whether it is right: prices are numbered changes. */
import type { Feed, Listing, Quote } from '../../rooms/ticker/feed.ts'

/** The machine's monotonic clock, in milliseconds: the same in each of its processes. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** Prices of one symbol lie beside those of the next: a price that went to the wrong one is noticed. */
const PRICES_A_SYMBOL = 1_000_000

export interface FeedPlan {
  readonly symbols: number
  /** Time between two changes of a symbol; those of all symbols are spread over it. */
  readonly everyMs: number
  /** When the first change was, by {@link machineMs}. */
  readonly startMs: number
}

export const priceOf = (symbol: number, change: number): number => symbol * PRICES_A_SYMBOL + change

/** Which change of `symbol` set that price: negative or not whole where none did. */
export const changeOf = (symbol: number, price: number): number => price - symbol * PRICES_A_SYMBOL

export const changedMs = ({ symbols, everyMs, startMs }: FeedPlan, symbol: number, change: number): number =>
  startMs + (change + symbol / symbols) * everyMs

export class NumberedFeed implements Feed {
  readonly listings: readonly Listing[]
  plan: FeedPlan
  /** Nothing changes while it stands still. */
  #moves = false
  /** Last change of each symbol, -1 before the first. */
  readonly changes: Int32Array

  constructor(symbols: number, everyMs: number) {
    this.plan = { symbols, everyMs, startMs: 0 }
    this.changes = new Int32Array(symbols).fill(-1)
    this.listings = Array.from({ length: symbols }, (_, symbol) => ({
      symbol: `S${symbol}`,
      name: `Share ${symbol}`,
      kind: 'price',
    }))
  }

  begin(): FeedPlan {
    this.plan = { ...this.plan, startMs: machineMs() }
    this.#moves = true
    return this.plan
  }

  end(): void {
    this.#moves = false
  }

  take(nowMs: number): Quote[] {
    const quotes: Quote[] = []
    if (!this.#moves) return quotes
    const toMs = machineMs()
    for (const [symbol, { symbol: name }] of this.listings.entries()) {
      // Every change, as an exchange tells them: the room makes one of those that came since it asked last.
      while (changedMs(this.plan, symbol, this.changes[symbol]! + 1) <= toMs) {
        const change = ++this.changes[symbol]!
        const atMs = nowMs - (toMs - changedMs(this.plan, symbol, change))
        quotes.push({ symbol: name, values: [priceOf(symbol, change)], atMs })
      }
    }
    return quotes
  }
}
