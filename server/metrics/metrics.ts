import { createHistogram, monitorEventLoopDelay, type RecordableHistogram } from 'node:perf_hooks'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { METRICS } from './metric-table.ts'
import { TickHistogram } from './tick-histogram.ts'

/** Time between two samples of the event loop's delay, in milliseconds; a part of each. */
const LOOP_RESOLUTION_MS = 10
const TICK_BUCKETS_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5]

/** One server's counters, in the Prometheus format at `/metrics` and as plain numbers for the terminal. */
export class Metrics {
  readonly registry = new Registry()
  readonly rooms: Gauge
  readonly clients: Gauge
  readonly joins: Counter
  readonly joinsRefused: Counter
  readonly refusals: Counter
  readonly messagesRefused: Counter
  readonly kicks: Counter
  readonly bans: Counter
  readonly roomErrors: Counter
  readonly strayErrors: Counter
  readonly ticksSkipped: Counter
  readonly hangs: Counter
  readonly overloadLevel: Gauge
  readonly patchesSkipped: Counter
  readonly resyncs: Counter
  readonly slowClientsClosed: Counter
  readonly updatesPutOff: Counter
  readonly largeStates: Counter
  readonly interestFallbacks: Counter
  /** What waits for each connected client; summed up when somebody asks. */
  readonly outboxes = new Set<{ readonly inFlightBytes: number; readonly queuedBytes: number }>()
  readonly storageErrors: Counter
  readonly certificateExpires: Gauge
  readonly certificateFailures: Counter
  readonly #tickSeconds: TickHistogram
  readonly #sent = { bytes: 0 }
  readonly #refused = new Map<string, { count: number }>()
  readonly #recentTicks: RecordableHistogram = createHistogram()
  readonly #loopDelay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })

  constructor() {
    const counter = ({ name, help, labels }: { name: string; help: string; labels: readonly string[] }) =>
      new Counter({ name, help, labelNames: [...labels], registers: [this.registry] })
    const gauge = ({ name, help, labels }: { name: string; help: string; labels: readonly string[] }) =>
      new Gauge({ name, help, labelNames: [...labels], registers: [this.registry] })
    this.rooms = gauge(METRICS.rooms)
    this.clients = gauge(METRICS.clients)
    this.joins = counter(METRICS.joins)
    this.joinsRefused = counter(METRICS.joinsRefused)
    this.refusals = counter(METRICS.refusals)
    this.messagesRefused = counter(METRICS.messagesRefused)
    this.#countRefused()
    this.kicks = counter(METRICS.kicks)
    this.bans = counter(METRICS.bans)
    this.roomErrors = counter(METRICS.roomErrors)
    this.strayErrors = counter(METRICS.strayErrors)
    this.ticksSkipped = counter(METRICS.ticksSkipped)
    this.hangs = counter(METRICS.hangs)
    this.overloadLevel = gauge(METRICS.overloadLevel)
    this.patchesSkipped = counter(METRICS.patchesSkipped)
    this.resyncs = counter(METRICS.resyncs)
    this.slowClientsClosed = counter(METRICS.slowClientsClosed)
    this.updatesPutOff = counter(METRICS.updatesPutOff)
    this.largeStates = counter(METRICS.largeStates)
    this.interestFallbacks = counter(METRICS.interestFallbacks)
    for (const bytes of ['inFlightBytes', 'queuedBytes'] as const) this.#sumOfOutboxes(bytes)
    this.storageErrors = counter(METRICS.storageErrors)
    this.certificateExpires = gauge(METRICS.certificateExpires)
    this.certificateFailures = counter(METRICS.certificateFailures)
    this.#sumSent()
    this.#tickSeconds = new TickHistogram(this.registry, METRICS.tickSeconds, TICK_BUCKETS_SECONDS)
    collectDefaultMetrics({ register: this.registry })
    this.#loopDelay.enable()
  }

  #sumOfOutboxes(bytes: 'inFlightBytes' | 'queuedBytes'): void {
    const { name, help } = METRICS[bytes]
    const { outboxes, registry } = this
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set([...outboxes].reduce((sum, outbox) => sum + outbox[bytes], 0))
      },
    })
  }

  /** Counted for each frame: a number to raise costs less than a counter to ask. */
  #sumSent(): void {
    const { name, help } = METRICS.sentBytes
    const sent = this.#sent
    new Counter({
      ...{ name, help, registers: [this.registry] },
      collect() {
        this.reset()
        this.inc(sent.bytes)
      },
    })
  }

  observeTick(room: string, ms: number): void {
    this.#tickSeconds.observe(room, ms / 1000)
    this.#recentTicks.record(Math.max(1, Math.round(ms * 1000)))
  }

  #countRefused(): void {
    const { name, help, labels } = METRICS.framesRefused
    const refused = this.#refused
    new Counter({
      ...{ name, help, labelNames: [...labels], registers: [this.registry] },
      collect() {
        this.reset()
        for (const [kind, { count }] of refused) if (count > 0) this.inc({ kind }, count)
      },
    })
  }

  /** Where offences of a kind are counted. Floods are: a number to raise costs less than a counter to ask. */
  refusedFrames(kind: string): { count: number } {
    const tally = this.#refused.get(kind) ?? { count: 0 }
    this.#refused.set(kind, tally)
    return tally
  }

  countSent(bytes: number): void {
    this.#sent.bytes += bytes
  }

  /** The 99th percentile of step times since the last call, in milliseconds; 0 when no step ran. */
  takeTickP99Ms(): number {
    const p99 = this.#recentTicks.count > 0 ? this.#recentTicks.percentile(99) / 1000 : 0
    this.#recentTicks.reset()
    return p99
  }

  /** How late the event loop was since the last call, in milliseconds: the median, for a single hitch is no overload. */
  takeLoopDelayMs(): number {
    const delayMs = this.#loopDelay.percentile(50) / 1e6 - LOOP_RESOLUTION_MS
    this.#loopDelay.reset()
    return Math.max(0, delayMs)
  }

  close(): void {
    this.#loopDelay.disable()
    this.registry.clear()
  }
}
