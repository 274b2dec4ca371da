/** The feeds of a ticker: asked each tick, and watched for silence, each by itself. */
import type { Feed, Listing, Quote } from './feed.ts'
import { SILENT_AFTER_MS } from './tuning.ts'

/** A feed with what it tells of. */
export interface Source {
  /** As watchers read it when the feed is silent: `shares`. */
  readonly name: string
  readonly listings: readonly Listing[]
  readonly feed: Feed
  /** Time without news after which it counts as silent, in milliseconds; default {@link SILENT_AFTER_MS}. */
  readonly silentAfterMs?: number
}

export interface FeedsOptions {
  /** Takes a quote in. @returns whether it was news */
  accept(quote: Quote, nowMs: number): boolean
  /** A feed failed; the others go on. */
  failed(error: unknown): void
}

export class Feeds {
  readonly #sources: readonly Source[]
  readonly #options: FeedsOptions
  readonly #heardMs: number[]

  constructor(sources: readonly Source[], options: FeedsOptions) {
    this.#sources = sources
    this.#options = options
    this.#heardMs = sources.map(() => Number.NEGATIVE_INFINITY)
  }

  /** Asks each for what is new. One that fails holds up no other. */
  ask(nowMs: number): void {
    for (const [index, { feed }] of this.#sources.entries()) {
      try {
        for (const quote of feed.take(nowMs)) {
          if (this.#options.accept(quote, nowMs)) this.#heardMs[index] = nowMs
        }
      } catch (error) {
        this.#options.failed(error)
      }
    }
  }

  /** Names of those that have said nothing sound for too long. */
  silent(nowMs: number): string[] {
    return this.#sources
      .filter(({ silentAfterMs = SILENT_AFTER_MS }, index) => nowMs - this.#heardMs[index]! >= silentAfterMs)
      .map(({ name }) => name)
  }
}
