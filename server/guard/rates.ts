import { type Rate, TokenBucket } from '../transport/token-bucket.ts'

/** Senders remembered at most; beyond it the one that was heard of longest ago is forgotten. */
const MAX_SENDERS = 10_000

/** One rate for each of many senders, in bounded memory. Time is an argument, in milliseconds of a monotonic clock. */
export class Rates {
  readonly #buckets = new Map<string, TokenBucket>()

  get size(): number {
    return this.#buckets.size
  }

  /** Takes `amount` from what `sender` may; answers how many milliseconds it must wait, 0 when it was taken. */
  take(sender: string, nowMs: number, rate: Rate, amount = 1): number {
    const bucket = this.#bucketOf(sender)
    return bucket.take(nowMs, rate, amount) ? 0 : Math.max(1, bucket.waitMs(rate, amount))
  }

  /** The same without taking anything. */
  waitMs(sender: string, nowMs: number, rate: Rate, amount = 1): number {
    const bucket = this.#buckets.get(sender)
    if (!bucket) return 0
    bucket.take(nowMs, rate, 0)
    return bucket.waitMs(rate, amount)
  }

  #bucketOf(sender: string): TokenBucket {
    const bucket = this.#buckets.get(sender) ?? new TokenBucket()
    this.#buckets.delete(sender)
    this.#buckets.set(sender, bucket)
    if (this.#buckets.size > MAX_SENDERS) {
      const [oldest] = this.#buckets.keys()
      this.#buckets.delete(oldest!)
    }
    return bucket
  }
}
