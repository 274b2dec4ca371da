/** What the ticker knows: the last values of each symbol and their history. Pure; time is an argument. */
import type { Listing, Quote } from './feed.ts'
import { HISTORY_EVERY_MS, HISTORY_POINTS, MAX_SYMBOL_CHARS, MAX_SYMBOLS, MAX_VALUES } from './tuning.ts'

/** Why a quote was not taken. */
export type Refusal = 'unknown' | 'malformed' | 'late'

interface Entry {
  readonly listing: Listing
  values: readonly number[]
  atMs: number
  /** Number of its last change among all of the market; 0 before the first. */
  change: number
  readonly history: number[]
  historyMs: number
}

/** One symbol as a watcher is told of it first. */
export interface Snapshot extends Listing {
  readonly id: number
  /** Empty while nothing is known. */
  readonly values: readonly number[]
  /** First values (prices, home goals), oldest first, one a second, {@link HISTORY_POINTS} at most. */
  readonly history: readonly number[]
}

/** The symbols of a ticker, by their numbers on the wire. */
export class Market {
  readonly #entries: Entry[]
  readonly #ids: ReadonlyMap<string, number>
  #changes = 0

  /** @throws Error for a symbol that is there twice or too long, and for too many */
  constructor(listings: readonly Listing[]) {
    this.#entries = listings.map((listing) => ({
      listing,
      values: [],
      atMs: 0,
      change: 0,
      history: [],
      historyMs: 0,
    }))
    this.#ids = new Map(listings.map(({ symbol }, id) => [symbol, id]))
    if (this.#ids.size !== listings.length) throw new Error('a symbol is listed twice')
    if (listings.length > MAX_SYMBOLS) throw new Error(`more than ${MAX_SYMBOLS} symbols are listed`)
    const long = listings.find(({ symbol }) => symbol.length === 0 || symbol.length > MAX_SYMBOL_CHARS)
    if (long) throw new Error(`the symbol "${long.symbol}" does not have 1 to ${MAX_SYMBOL_CHARS} characters`)
  }

  get size(): number {
    return this.#entries.length
  }

  /** How many changes there were. */
  get changes(): number {
    return this.#changes
  }

  idOf(symbol: string): number | undefined {
    return this.#ids.get(symbol)
  }

  /**
   * Takes a quote in. One from the future counts as of now: or one feed's wrong clock would make all that follows late.
   *
   * @returns its symbol's number, or why it was left out
   */
  accept(quote: Quote, nowMs: number): number | Refusal {
    if (typeof quote !== 'object' || quote === null) return 'malformed'
    const { symbol, values, atMs: saidMs } = quote
    const id = this.#ids.get(symbol)
    if (id === undefined) return 'unknown'
    if (!areSound(values) || !Number.isFinite(saidMs)) return 'malformed'
    const atMs = Math.min(saidMs, nowMs)
    const entry = this.#entries[id]!
    if (atMs < entry.atMs) return 'late'
    entry.values = [...values] // the feed may write into its own again
    entry.atMs = atMs
    entry.change = ++this.#changes
    if (entry.history.length === 0 || atMs - entry.historyMs >= HISTORY_EVERY_MS) {
      entry.history.push(values[0]!)
      entry.historyMs = atMs
      if (entry.history.length > HISTORY_POINTS) entry.history.shift()
    }
    return id
  }

  valuesOf(id: number): readonly number[] {
    return this.#entries[id]?.values ?? []
  }

  /** Number of a symbol's last change, to compare with {@link changes} at another time. */
  changeOf(id: number): number {
    return this.#entries[id]?.change ?? 0
  }

  snapshot(id: number): Snapshot {
    const { listing, values, history } = this.#entries[id]!
    return { id, ...listing, values, history: [...history] }
  }

  /** Symbols and names that hold `text`, those that begin with it first. @param count at most so many */
  find(text: string, count: number): Snapshot[] {
    const wanted = text.trim().toLowerCase()
    const begins: number[] = []
    const holds: number[] = []
    this.#entries.forEach(({ listing: { symbol, name } }, id) => {
      const at = Math.min(...[symbol, name].map((word) => word.toLowerCase().indexOf(wanted) >>> 0))
      if (at === 0) begins.push(id)
      else if (at < 2 ** 31) holds.push(id)
    })
    return [...begins, ...holds].slice(0, count).map((id) => this.snapshot(id))
  }
}

function areSound(values: unknown): values is number[] {
  return (
    Array.isArray(values) &&
    values.length > 0 &&
    values.length <= MAX_VALUES &&
    values.every((value) => Number.isFinite(value))
  )
}
