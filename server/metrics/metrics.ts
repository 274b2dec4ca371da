import { createHistogram, monitorEventLoopDelay, type RecordableHistogram } from 'node:perf_hooks'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** The one table of metrics: name, kind, meaning and labels. `docs/metrics.md` is compared with it by a test. */
export const METRICS = {
  rooms: { kind: 'gauge', name: 'fairground_rooms', help: 'Open rooms.', labels: ['room'] },
  clients: { kind: 'gauge', name: 'fairground_clients', help: 'Joined clients.', labels: ['room'] },
  joins: { kind: 'counter', name: 'fairground_joins_total', help: 'Seats reserved.', labels: ['room'] },
  joinsRefused: {
    kind: 'counter',
    name: 'fairground_joins_refused_total',
    help: 'Join requests refused, by error code.',
    labels: ['code'],
  },
  refusals: {
    kind: 'counter',
    name: 'fairground_refusals_total',
    help: 'Connections and requests refused by a limit or for being odd, by kind.',
    labels: ['kind'],
  },
  messagesRefused: {
    kind: 'counter',
    name: 'fairground_messages_refused_total',
    help: 'Messages and inputs refused or mended, by error code.',
    labels: ['room', 'code'],
  },
  framesRefused: {
    kind: 'counter',
    name: 'fairground_frames_refused_total',
    help: 'Offences of clients: frames not handed on, unknown types, invalid payloads, by kind.',
    labels: ['kind'],
  },
  kicks: {
    kind: 'counter',
    name: 'fairground_kicks_total',
    help: 'Sessions ended for their offences, by the kind of the last one.',
    labels: ['kind'],
  },
  bans: {
    kind: 'counter',
    name: 'fairground_bans_total',
    help: 'Times that an address or identity was shut out for a while.',
    labels: [],
  },
  roomErrors: {
    kind: 'counter',
    name: 'fairground_room_errors_total',
    help: "Exceptions and rejections in rooms' own code, by hook.",
    labels: ['room', 'hook'],
  },
  strayErrors: {
    kind: 'counter',
    name: 'fairground_stray_errors_total',
    help: 'Exceptions and rejections outside any hook, survived by the process.',
    labels: [],
  },
  ticksSkipped: {
    kind: 'counter',
    name: 'fairground_ticks_skipped_total',
    help: 'Fixed steps skipped because a tick or the process was late.',
    labels: ['room'],
  },
  hangs: {
    kind: 'counter',
    name: 'fairground_hangs_total',
    help: 'Times the event loop stood still longer than hangMs, by what ran then.',
    labels: ['room', 'hook'],
  },
  overloadLevel: {
    kind: 'gauge',
    name: 'fairground_overload_level',
    help: 'What is shed for overload: 0 nothing, 1 new joins, 2 to 4 also patches, which go out that much more rarely.',
    labels: [],
  },
  tickSeconds: {
    kind: 'histogram',
    name: 'fairground_tick_seconds',
    help: 'Time of one step: timers, onTick and patch.',
    labels: ['room'],
  },
  sentBytes: {
    kind: 'counter',
    name: 'fairground_sent_bytes_total',
    help: 'Payload bytes given to the sockets of clients.',
    labels: [],
  },
  inFlightBytes: {
    kind: 'gauge',
    name: 'fairground_in_flight_bytes',
    help: 'Payload bytes sent to clients and not acknowledged as read.',
    labels: [],
  },
  queuedBytes: {
    kind: 'gauge',
    name: 'fairground_queued_bytes',
    help: 'Bytes that wait in this process for clients to read.',
    labels: [],
  },
  patchesSkipped: {
    kind: 'counter',
    name: 'fairground_patches_skipped_total',
    help: 'Patches left out because a client was behind.',
    labels: [],
  },
  resyncs: {
    kind: 'counter',
    name: 'fairground_resyncs_total',
    help: 'Whole states sent to clients that had been behind.',
    labels: [],
  },
  slowClientsClosed: {
    kind: 'counter',
    name: 'fairground_slow_clients_closed_total',
    help: 'Connections ended because a client did not keep up or did not acknowledge its join.',
    labels: [],
  },
  storageErrors: {
    kind: 'counter',
    name: 'fairground_storage_errors_total',
    help: 'Operations that the storage could not do, by error code.',
    labels: ['code'],
  },
  updatesPutOff: {
    kind: 'counter',
    name: 'fairground_updates_put_off_total',
    help: "Updates of entities in interest areas left for a later patch by a client's bytes or a distance tier.",
    labels: ['room'],
  },
  largeStates: {
    kind: 'counter',
    name: 'fairground_large_states_total',
    help: 'Whole states larger than maxStateBytes, sent to clients that joined or had been behind.',
    labels: ['room'],
  },
  interestFallbacks: {
    kind: 'counter',
    name: 'fairground_interest_fallbacks_total',
    help: 'Interest areas left to the stock encoder, because of what their entities hold.',
    labels: ['room'],
  },
  certificateExpires: {
    kind: 'gauge',
    name: 'fairground_certificate_expires_timestamp_seconds',
    help: 'When the served certificate runs out, in seconds since 1970.',
    labels: ['name'],
  },
  certificateFailures: {
    kind: 'counter',
    name: 'fairground_certificate_failures_total',
    help: 'New certificates that could not be had or used, by error code.',
    labels: ['code'],
  },
} as const

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
  readonly #tickSeconds: Histogram
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
    const { name, help, labels } = METRICS.tickSeconds
    this.#tickSeconds = new Histogram({
      name,
      help,
      labelNames: [...labels],
      buckets: TICK_BUCKETS_SECONDS,
      registers: [this.registry],
    })
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
    this.#tickSeconds.observe({ room }, ms / 1000)
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
