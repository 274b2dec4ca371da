import type { Client } from '@colyseus/core'
import { FairgroundError } from '../../shared/errors.ts'
import { type Rate, TokenBucket } from '../transport/token-bucket.ts'

/** How often each client of one room sent each type of message that has a rate of its own. */
export class MessageRates {
  readonly #buckets = new WeakMap<Client, Map<string, TokenBucket>>()

  /** Why this message is not taken now, or undefined if it is. */
  refusalOf(
    client: Client,
    type: string,
    { rate }: { rate?: Rate | undefined },
  ): FairgroundError | undefined {
    if (!rate) return undefined
    const bucket = this.#bucket(client, type)
    if (bucket.take(performance.now(), rate)) return undefined
    return new FairgroundError('RATE_LIMITED', {
      message: `"${type}" comes more often than the room takes it; again in ${bucket.waitMs(rate)} ms.`,
    })
  }

  #bucket(client: Client, type: string): TokenBucket {
    const own = this.#buckets.get(client) ?? new Map<string, TokenBucket>()
    const bucket = own.get(type) ?? new TokenBucket()
    this.#buckets.set(client, own.set(type, bucket))
    return bucket
  }
}
