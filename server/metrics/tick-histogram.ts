import type { Metric, Registry } from 'prom-client'

interface Tally {
  /** How many lie at or below each bound and above the one before. */
  readonly counts: number[]
  count: number
  sum: number
}

/**
 * How long steps take, by kind of room: a Prometheus histogram that is put together when it is asked for. Steps are
 * counted thousands of times a second, where the library's own takes a microsecond for its labels.
 */
export class TickHistogram {
  readonly #boundsSeconds: readonly number[]
  readonly #tallies = new Map<string, Tally>()

  constructor(
    registry: Registry,
    { name, help }: { name: string; help: string },
    boundsSeconds: readonly number[],
  ) {
    this.#boundsSeconds = boundsSeconds
    const get = async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: this.#values(name) })
    // All that the registry asks of a metric.
    registry.registerMetric({ name, help, get, reset: () => this.#tallies.clear() } as unknown as Metric)
  }

  observe(room: string, seconds: number): void {
    const tally = this.#tallies.get(room) ?? this.#begin(room)
    tally.count++
    tally.sum += seconds
    const bounds = this.#boundsSeconds
    for (let at = 0; at < bounds.length; at++) {
      if (seconds > bounds[at]!) continue
      tally.counts[at]!++
      return
    }
  }

  #begin(room: string): Tally {
    const tally = { counts: this.#boundsSeconds.map(() => 0), count: 0, sum: 0 }
    this.#tallies.set(room, tally)
    return tally
  }

  #values(name: string): object[] {
    return [...this.#tallies].flatMap(([room, { counts, count, sum }]) => {
      let below = 0
      const buckets = this.#boundsSeconds.map((le, at) => {
        below += counts[at]!
        return { metricName: `${name}_bucket`, labels: { le, room }, value: below }
      })
      return [
        ...buckets,
        { metricName: `${name}_bucket`, labels: { le: '+Inf', room }, value: count },
        { metricName: `${name}_sum`, labels: { room }, value: sum },
        { metricName: `${name}_count`, labels: { room }, value: count },
      ]
    })
  }
}
