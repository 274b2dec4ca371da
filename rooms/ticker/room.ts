import { z } from 'zod'
import { type Client, FairgroundError, GameRoom, request } from '../../server/index.ts'
import { type Feed, inventedShares, type Listing, RandomWalk, Replay } from './feed.ts'
import { EVENING } from './recording.ts'
import { Market, type Snapshot } from './simulation.ts'
import { TickerState } from './state.ts'
import { MAX_FOUND, MAX_WATCHED, SILENT_AFTER_MS, UPDATES_HZ } from './tuning.ts'
import { packBulletin, packNews } from './wire.ts'

export interface TickerEvents {
  /** News of what this client watches, as `readBulletin` reads it: the newest of each symbol. */
  bulletin: Uint8Array
}

/** A watcher with what it has not been told yet. */
interface Watcher {
  readonly client: Client<TickerEvents>
  readonly watched: Set<number>
  readonly news: Set<number>
}

const Symbols = z.array(z.string().min(1).max(24)).max(MAX_WATCHED)

/** Live data: one feed and thousands of watchers, each told of a few of thousands of symbols. */
export class TickerRoom extends GameRoom<{ state: TickerState; events: TickerEvents }> {
  override maxClients = 5_000
  override tickRateHz = UPDATES_HZ
  /** The counts in the state need no more than this. */
  override patchEveryTicks = UPDATES_HZ
  override autoDispose = false
  override state = new TickerState()
  readonly #feeds: Feed[] = []
  #market = new Market([])
  readonly #watchers = new Map<string, Watcher>()
  /** Who watches a symbol, by its number. */
  #watchersOf: Set<Watcher>[] = []
  #heardMs = 0

  override requests = {
    /** Symbols whose short or long name holds the text. */
    find: request(z.string().max(40), (_client, text): Snapshot[] => this.#market.find(text, MAX_FOUND)),
    /** Watches these and nothing else; answers with their values and history. */
    watch: request(Symbols, (client, symbols): Snapshot[] => this.#watch(client, symbols)),
  }

  /** The feeds of this ticker and what they tell of; override it for your own. */
  sources(): readonly { listings: readonly Listing[]; feed: Feed }[] {
    const shares = inventedShares(200)
    return [
      { listings: shares, feed: new RandomWalk(shares, { random: this.random }) },
      { listings: EVENING.listings, feed: new Replay(EVENING) },
    ]
  }

  /** Milliseconds since 1970, by a clock that never jumps. */
  nowMs(): number {
    return performance.timeOrigin + performance.now()
  }

  override onCreate(): void {
    const sources = this.sources()
    this.#market = new Market(sources.flatMap(({ listings }) => listings))
    this.#feeds.push(...sources.map(({ feed }) => feed))
    this.#watchersOf = Array.from({ length: this.#market.size }, () => new Set())
    this.state.symbols = this.#market.size
  }

  override onJoin(client: Client<TickerEvents>): void {
    this.#watchers.set(client.sessionId, { client, watched: new Set(), news: new Set() })
    this.state.watchers = this.#watchers.size
  }

  override onReconnect(client: Client<TickerEvents>): void {
    const before = this.#watchers.get(client.sessionId)
    if (!before) return
    const watcher = { ...before, client }
    for (const id of before.watched) {
      this.#watchersOf[id]!.delete(before)
      this.#watchersOf[id]!.add(watcher)
      watcher.news.add(id)
    }
    this.#watchers.set(client.sessionId, watcher)
  }

  override onLeave(client: Client<TickerEvents>): void {
    const watcher = this.#watchers.get(client.sessionId)
    for (const id of watcher?.watched ?? []) this.#watchersOf[id]!.delete(watcher!)
    this.#watchers.delete(client.sessionId)
    this.state.watchers = this.#watchers.size
  }

  override onTick(): void {
    const nowMs = this.nowMs()
    const packed = new Map<number, Uint8Array>()
    for (const id of this.#takeNews(nowMs)) for (const watcher of this.#watchersOf[id]!) watcher.news.add(id)
    for (const watcher of this.#watchers.values()) this.#tell(watcher, nowMs, packed)
    this.state.live = nowMs - this.#heardMs < SILENT_AFTER_MS
  }

  /** Asks the feeds; one that fails holds up no other. @returns the symbols that have news */
  #takeNews(nowMs: number): Set<number> {
    const changed = new Set<number>()
    let failed: unknown
    for (const feed of this.#feeds) {
      try {
        for (const quote of feed.take(nowMs)) {
          const taken = this.#market.accept(quote)
          if (typeof taken === 'number') changed.add(taken)
          else this.state.refused++
        }
      } catch (error) {
        failed ??= error
      }
    }
    if (changed.size > 0) this.#heardMs = nowMs
    if (failed !== undefined) this.tellFailure('feed', failed)
    return changed
  }

  /** Whoever reads slowly is told later, and then the newest only: never a backlog. */
  #tell({ client, news }: Watcher, nowMs: number, packed: Map<number, Uint8Array>): void {
    if (news.size === 0 || !this.keepsUp(client)) return
    const entries: Uint8Array[] = []
    for (const id of news) {
      const entry = packed.get(id) ?? packNews({ id, values: this.#market.valuesOf(id) })
      packed.set(id, entry)
      entries.push(entry)
    }
    news.clear()
    client.send('bulletin', packBulletin(nowMs, entries))
  }

  #watch(client: Client, symbols: readonly string[]): Snapshot[] {
    const watcher = this.#watchers.get(client.sessionId)
    if (!watcher) throw new FairgroundError('NOT_CONNECTED')
    const ids = new Set(symbols.map((symbol) => this.#idOf(symbol)))
    for (const id of watcher.watched) if (!ids.has(id)) this.#watchersOf[id]!.delete(watcher)
    for (const id of ids) this.#watchersOf[id]!.add(watcher)
    watcher.watched.clear()
    watcher.news.clear()
    for (const id of ids) watcher.watched.add(id)
    return [...ids].map((id) => this.#market.snapshot(id))
  }

  #idOf(symbol: string): number {
    const id = this.#market.idOf(symbol)
    if (id !== undefined) return id
    throw new FairgroundError('REQUEST_REFUSED', { message: `There is no symbol "${symbol}" here.` })
  }
}
