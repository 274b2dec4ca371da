import { performance } from 'node:perf_hooks'
import type { Limits } from '../limits.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { Bans, type Sender } from './bans.ts'
import { OFFENCES, type OffenceKind } from './offences.ts'

/** Least time between two log lines about the same kind of thing, in milliseconds. */
const LOG_INTERVAL_MS = 60_000

export interface FirewallOptions {
  /** Read at each frame: they may change while the server runs. */
  readonly limits: Limits
  readonly log: Logger
  readonly metrics: Metrics
}

export interface RefusedFrame {
  readonly sender: Sender
  readonly room: string | undefined
  readonly nowMs: number
}

/** Frames of one kind: how many there were, and at the last line about them. */
interface Tally {
  readonly frames: { count: number }
  loggedCount: number
  loggedMs: number
}

/** What all of a server's connections share of their firewall: limits, counters, bans and a quiet log. */
export class Firewall {
  readonly limits: Limits
  readonly #bans = new Bans()
  readonly #log: Logger
  readonly #metrics: Metrics
  readonly #tallies: Readonly<Record<OffenceKind, Tally>>
  readonly #lines = new Map<string, { atMs: number; since: number }>()

  constructor({ limits, log, metrics }: FirewallOptions) {
    this.limits = limits
    this.#log = log
    this.#metrics = metrics
    const kinds = Object.keys(OFFENCES) as OffenceKind[]
    this.#tallies = Object.fromEntries(
      kinds.map((kind) => [
        ...[
          kind,
          { frames: metrics.refusedFrames(kind), loggedCount: 0, loggedMs: Number.NEGATIVE_INFINITY },
        ],
      ]),
    ) as unknown as Record<OffenceKind, Tally>
  }

  /** Whole milliseconds of a clock that never jumps. */
  get nowMs(): number {
    return Math.floor(performance.now())
  }

  /** Counts a frame that was not taken; logs the first of its kind each minute, with how many went before. */
  refused(kind: OffenceKind, { sender, room, nowMs }: RefusedFrame): void {
    const tally = this.#tallies[kind]
    tally.frames.count++
    if (nowMs - tally.loggedMs < LOG_INTERVAL_MS) return
    const refused = tally.frames.count - tally.loggedCount
    tally.loggedMs = nowMs
    tally.loggedCount = tally.frames.count
    this.#log.warn({ kind, refused, address: sender.address, room }, `refused: ${OFFENCES[kind].what}`)
  }

  /** Counts a session that was ended for its offences, and bans who has had too many of them. */
  kicked(kind: OffenceKind, sender: Sender, room: string | undefined): void {
    this.#metrics.kicks.inc({ kind })
    const told = { kind, address: sender.address, identity: sender.identity, room }
    const kicked = this.#line(`kick ${kind}`)
    if (kicked > 0) this.#log.warn({ ...told, kicked }, `session ended: ${OFFENCES[kind].what}`)
    if (!this.#bans.note(sender, this.nowMs, this.limits)) return
    this.#metrics.bans.inc()
    const banned = this.#line('ban')
    if (banned > 0) this.#log.warn({ ...told, banned, banMs: this.limits.banMs }, 'banned for a while')
  }

  /** Milliseconds for which this sender is still not let in; 0 for everybody else. */
  banLeftMs(sender: Sender): number {
    return this.#bans.leftMs(sender, this.nowMs)
  }

  /** How many things of a kind happened since its last line if it is time for another, else 0. */
  #line(kind: string): number {
    const nowMs = this.nowMs
    const line = this.#lines.get(kind)
    if (!line) {
      this.#lines.set(kind, { atMs: nowMs, since: 0 })
      return 1
    }
    line.since++
    if (nowMs - line.atMs < LOG_INTERVAL_MS) return 0
    const { since } = line
    line.atMs = nowMs
    line.since = 0
    return since
  }
}
