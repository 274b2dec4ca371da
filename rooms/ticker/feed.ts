import type { Random } from '../../shared/random.ts'

/** What kind of thing a symbol stands for, which says what its values mean. */
export type Kind = 'price' | 'match'

/** Something that is watched: a share with its price, a match with its score. */
export interface Listing {
  /** Unique, 24 characters at most, such as `OAK` or `LIO-HAR`. */
  readonly symbol: string
  readonly name: string
  readonly kind: Kind
}

/** News of one symbol: `[price]`, or `[home, away, minute]`. */
export interface Quote {
  readonly symbol: string
  readonly values: readonly number[]
  /** When it was so, in milliseconds since 1970. */
  readonly atMs: number
}

/** Where quotes come from: anything that can be asked what is new. */
export interface Feed {
  /** What is new since the last call. Whatever it answers is checked, and what it throws is reported. */
  take(nowMs: number): readonly Quote[]
}

const SYLLABLES = [
  'ba',
  'cor',
  'del',
  'fen',
  'gar',
  'hol',
  'ima',
  'kor',
  'lum',
  'mar',
  'nor',
  'ost',
  'pel',
  'quo',
  'ril',
  'sol',
]

/** Made-up shares for {@link RandomWalk}: always the same for the same count. */
export function inventedShares(count: number): Listing[] {
  return Array.from({ length: count }, (_, index) => {
    const parts = [index % 16, Math.floor(index / 16) % 16, Math.floor(index / 256) % 16].map(
      (i) => SYLLABLES[i]!,
    )
    const name = parts.join('')
    return {
      symbol: `${name.slice(0, 4).toUpperCase()}${index}`,
      name: `${name[0]!.toUpperCase()}${name.slice(1)} ${index % 2 === 0 ? 'Works' : 'Trading'}`,
      kind: 'price',
    }
  })
}

/** Prices that wander: each share's next price is a small step, up or down by chance, from its last. */
export class RandomWalk implements Feed {
  readonly #symbols: readonly string[]
  readonly #random: Random
  readonly #prices: Float64Array
  readonly #share: number

  /**
   * @param share part of the symbols that have news at each call, above 0 to 1
   * @param random the same seed walks the same way
   */
  constructor(listings: readonly Listing[], { random, share = 0.3 }: { random: Random; share?: number }) {
    this.#symbols = listings.map(({ symbol }) => symbol)
    this.#random = random
    this.#share = share
    this.#prices = Float64Array.from(listings, () => 20 + random() * 180)
  }

  take(nowMs: number): Quote[] {
    const quotes: Quote[] = []
    for (let index = 0; index < this.#symbols.length; index++) {
      if (this.#random() >= this.#share) continue
      const step = 1 + (this.#random() - 0.5) * 0.004
      const price = Math.max(0.01, Math.round(this.#prices[index]! * step * 100) / 100)
      this.#prices[index] = price
      quotes.push({ symbol: this.#symbols[index]!, values: [price], atMs: nowMs })
    }
    return quotes
  }
}

/** A recording: what happened so many seconds after its start. */
export interface Recording {
  readonly listings: readonly Listing[]
  readonly events: readonly {
    readonly second: number
    readonly symbol: string
    readonly values: readonly number[]
  }[]
  /** Its length in seconds; then it begins anew. */
  readonly seconds: number
}

/** A recorded evening, played again and again. */
export class Replay implements Feed {
  readonly #recording: Recording
  readonly #speed: number
  #startMs: number | undefined
  #next = 0

  /** @param speed how much faster than it was, 1 as it was */
  constructor(recording: Recording, { speed = 1 }: { speed?: number } = {}) {
    this.#recording = recording
    this.#speed = speed
  }

  take(nowMs: number): Quote[] {
    this.#startMs ??= nowMs
    const { events, seconds } = this.#recording
    const quotes: Quote[] = []
    for (;;) {
      const event = events[this.#next]
      const dueMs: number = this.#startMs! + ((event?.second ?? seconds) * 1000) / this.#speed
      if (dueMs > nowMs) return quotes
      if (event) {
        quotes.push({ symbol: event.symbol, values: event.values, atMs: dueMs })
        this.#next++
      } else {
        this.#startMs = dueMs
        this.#next = 0
      }
    }
  }
}
