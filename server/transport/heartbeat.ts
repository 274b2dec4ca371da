import { performance } from 'node:perf_hooks'
import type { Limits } from '../limits.ts'

/** Parts of the interval in which connections get their pings: those of a thousand at once would stall the loop. */
const PARTS = 40
/** Part of the interval by which connections differ at most, so that those who came at once get theirs at other times. */
const SPREAD = 0.25

/** A connection as the heartbeat sees it. */
export interface Beating {
  /** When its next ping is due; put off by whatever proves that the other side reads and answers. */
  beatMs: number
  /** Its own part of the interval. */
  beatShare: number
  /** Pings in a row that were not answered. */
  missedBeats: number
  ping(): void
  terminate(): void
}

/** Pings every connection that has proven nothing for an interval, and ends those that do not answer. */
export class Heartbeat {
  readonly #connections: () => ReadonlySet<Beating>
  #limits: Limits
  #timer: NodeJS.Timeout | undefined

  constructor(connections: () => ReadonlySet<Beating>, limits: Limits) {
    this.#connections = connections
    this.#limits = limits
    this.start()
  }

  /** Starts, or starts anew with limits that have changed. */
  start(): void {
    this.stop()
    this.#timer = setInterval(() => this.#beat(), this.#limits.pingIntervalMs / PARTS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Looks after a connection from now on. */
  begin(connection: Beating): void {
    connection.beatShare = 1 - Math.random() * SPREAD
    this.heard(connection)
  }

  /** The other side is there: it has answered, or acknowledged what it was sent. */
  heard(connection: Beating): void {
    connection.missedBeats = 0
    connection.beatMs = performance.now() + connection.beatShare * this.#limits.pingIntervalMs
  }

  #beat(): void {
    const limits = this.#limits
    const nowMs = performance.now()
    // No loop over the set: it would make an object for each of thousands, idle as they are.
    this.#connections().forEach((connection) => {
      if (connection.beatMs > nowMs) return
      if (connection.missedBeats >= limits.pingMisses) connection.terminate()
      else {
        connection.missedBeats++
        connection.beatMs = nowMs + connection.beatShare * limits.pingIntervalMs
        connection.ping()
      }
    })
  }
}
