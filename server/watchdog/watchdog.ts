import { Worker } from 'node:worker_threads'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import {
  BEAT,
  CELLS,
  CHECKS_A_HANG,
  type FromWatchdog,
  PLACE,
  type Place,
  type ToWatchdog,
  type WatchdogData,
} from './watchdog-protocol.ts'

/** This file's own kind: source in the repository, compiled in the package. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

export interface WatchdogOptions {
  /** Time the event loop may stand still before it is said where, in milliseconds. */
  readonly hangMs: number
  readonly log: Logger
  readonly metrics: Metrics
}

/**
 * Names the room that hangs the process. A loop without an end in one room's hook stops every match, and the log, too;
 * a thread of its own sees that the heartbeat stops and writes to stderr which hook of which room was running.
 */
export class Watchdog {
  readonly #cells = new Int32Array(new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT))
  #nextId = 1
  #worker: Worker | undefined
  #beat: NodeJS.Timeout | undefined
  /** Told to the thread when it starts. */
  readonly #places = new Map<number, Place>()

  /** Begins to watch. */
  start({ hangMs, log, metrics }: WatchdogOptions): void {
    if (this.#worker) return
    const checkEveryMs = Math.max(10, Math.round(hangMs / CHECKS_A_HANG))
    const shared = this.#cells.buffer as SharedArrayBuffer
    const workerData: WatchdogData = { shared, checkEveryMs, json: process.env['NODE_ENV'] === 'production' }
    const worker = new Worker(new URL(`./watchdog-worker.${EXTENSION}`, import.meta.url), {
      workerData,
      execArgv: [],
    })
    worker.unref()
    worker.on('error', (error) => log.error({ err: error }, 'the watchdog ended'))
    worker.on('message', ({ hang }: FromWatchdog) => {
      metrics.hangs.inc({ room: hang.room ?? '', hook: hang.hook ?? '' })
      log.error({ ...hang }, 'the event loop stood still')
    })
    this.#worker = worker
    for (const [id, place] of this.#places) this.#tell({ type: 'place', id, place })
    this.#beat = setInterval(() => Atomics.add(this.#cells, BEAT, 1), checkEveryMs)
    this.#beat.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#beat)
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  /** Sees to it that the process ends in that time, in milliseconds, even if its main thread never comes to it. */
  endBy(ms: number): void {
    this.#tell({ type: 'endBy', ms })
  }

  /** Makes a place known. @returns its number for {@link run}; give it back to {@link forget} when the room closes */
  place(place: Place): number {
    const id = this.#nextId++
    this.#places.set(id, place)
    this.#tell({ type: 'place', id, place })
    return id
  }

  forget(ids: readonly number[]): void {
    for (const id of ids) this.#places.delete(id)
    this.#tell({ type: 'forget', ids })
  }

  /** Runs `body`, and knows meanwhile that it is that place's. Costs two stores. */
  run<R>(id: number, body: () => R): R {
    const before = this.enter(id)
    try {
      return body()
    } finally {
      this.leave(before)
    }
  }

  /** From now on what runs is that place's. @returns what to give back to {@link leave} */
  enter(id: number): number {
    return Atomics.exchange(this.#cells, PLACE, id)
  }

  /** What runs is again that of before. */
  leave(before: number): void {
    Atomics.store(this.#cells, PLACE, before)
  }

  #tell(message: ToWatchdog): void {
    this.#worker?.postMessage(message)
  }
}
