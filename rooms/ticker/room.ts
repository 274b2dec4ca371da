import { z } from 'zod'
import { type Client, FairgroundError, GameRoom, request } from '../../server/index.ts'
import { inventedShares, RandomWalk, Replay } from './feed.ts'
import { Feeds, type Source } from './feeds.ts'
import { EVENING } from './recording.ts'
import { Market, type Snapshot } from './simulation.ts'
import { TickerState } from './state.ts'
import { MAX_FOUND, MAX_SYMBOL_CHARS, MAX_WATCHED, UPDATES_HZ } from './tuning.ts'
import { BulletinWriter } from './wire.ts'

export interface TickerEvents {
  /** News of what this client watches, as `readBulletin` reads it: the newest of each symbol. */
  bulletin: Uint8Array
}

/** A watcher, and the change of the market up to which it has been told. */
interface Watcher {
  client: Client<TickerEvents>
  watched: readonly number[]
  toldChange: number
}

const Symbols = z.array(z.string().min(1).max(MAX_SYMBOL_CHARS)).max(MAX_WATCHED)

/** Live data: feeds and thousands of watchers, each told of a few of thousands of symbols. */
export class TickerRoom extends GameRoom<{ state: TickerState; events: TickerEvents }> {
  override maxClients = 5_000
  override tickRateHz = UPDATES_HZ
  /** The counts in the state need no more than this. */
  override patchEveryTicks = UPDATES_HZ
  override autoDispose = false
  override state = new TickerState()
  #market = new Market([])
  #feeds!: Feeds
  readonly #watchers = new Map<string, Watcher>()
  readonly #writer = new BulletinWriter()

  override requests = {
    /** Symbols whose short or long name holds the text. */
    find: request(z.string().max(40), (_client, text): Snapshot[] => this.#market.find(text, MAX_FOUND)),
    /** Watches these and nothing else; answers with their values and history. */
    watch: request(Symbols, (client, symbols): Snapshot[] => this.#watch(client, symbols)),
  }

  /** The feeds of this ticker and what they tell of; override it for your own. */
  sources(): readonly Source[] {
    const shares = inventedShares(200)
    return [
      { name: 'shares', listings: shares, feed: new RandomWalk(shares, { random: this.random }) },
      // Between two evenings is a pause.
      { name: 'matches', listings: EVENING.listings, feed: new Replay(EVENING), silentAfterMs: 10_000 },
    ]
  }

  /** Milliseconds since 1970, by a clock that never jumps. */
  nowMs(): number {
    return performance.timeOrigin + performance.now()
  }

  override onCreate(): void {
    const sources = this.sources()
    this.#market = new Market(sources.flatMap(({ listings }) => listings))
    this.#feeds = new Feeds(sources, {
      accept: (quote, nowMs) => {
        const taken = typeof this.#market.accept(quote, nowMs) === 'number'
        if (!taken) this.state.refused++
        return taken
      },
      failed: (error) => this.tellFailure('feed', error),
    })
    this.state.symbols = this.#market.size
  }

  override onJoin(client: Client<TickerEvents>): void {
    this.#watchers.set(client.sessionId, { client, watched: [], toldChange: 0 })
    this.state.watchers = this.#watchers.size
  }

  /** What was sent last may not have arrived. */
  override onReconnect(client: Client<TickerEvents>): void {
    const watcher = this.#watchers.get(client.sessionId)
    if (watcher) Object.assign(watcher, { client, toldChange: 0 })
  }

  override onLeave(client: Client<TickerEvents>): void {
    this.#watchers.delete(client.sessionId)
    this.state.watchers = this.#watchers.size
  }

  override onTick(): void {
    const nowMs = this.nowMs()
    this.#feeds.ask(nowMs)
    for (const watcher of this.#watchers.values()) this.#tell(watcher, nowMs)
    const silent = this.#feeds.silent(nowMs)
    this.state.live = silent.length === 0
    this.state.silentFeeds = silent.join(', ')
  }

  /** Whoever reads slowly is told later, and then the newest only: never a backlog. */
  #tell(watcher: Watcher, nowMs: number): void {
    const { client, watched, toldChange } = watcher
    if (!this.keepsUp(client)) return
    this.#writer.begin(nowMs)
    for (const id of watched) {
      if (this.#market.changeOf(id) > toldChange) this.#writer.add(id, this.#market.valuesOf(id))
    }
    watcher.toldChange = this.#market.changes
    if (!this.#writer.isEmpty) client.send('bulletin', this.#writer.bytes)
  }

  #watch(client: Client, symbols: readonly string[]): Snapshot[] {
    const watcher = this.#watchers.get(client.sessionId)
    if (!watcher) throw new FairgroundError('NOT_CONNECTED')
    watcher.watched = [...new Set(symbols.map((symbol) => this.#idOf(symbol)))]
    watcher.toldChange = this.#market.changes
    return watcher.watched.map((id) => this.#market.snapshot(id))
  }

  #idOf(symbol: string): number {
    const id = this.#market.idOf(symbol)
    if (id !== undefined) return id
    throw new FairgroundError('REQUEST_REFUSED', { message: `There is no symbol "${symbol}" here.` })
  }
}
