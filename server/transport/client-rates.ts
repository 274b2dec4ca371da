import type { Limits } from '../limits.ts'
import type { OffenceKind } from './offences.ts'
import { TokenBucket } from './token-bucket.ts'

/** So many seconds' worth of inputs may come at once, after a hitch. */
const INPUT_BURST_SECONDS = 2

/** Limits that a room may set for its own clients. */
const OF_CLIENTS = [
  'messagesPerSecond',
  'messageBurst',
  'inputFramesPerTick',
  'bytesPerSecond',
  'byteBurst',
] as const
export const CLIENT_LIMITS: ReadonlySet<string> = new Set(OF_CLIENTS)
export type ClientLimits = Pick<Limits, (typeof OF_CLIENTS)[number]>

/** What of a room decides how much its clients may send. */
export interface RatedRoom {
  readonly tickRateHz?: number
  readonly clientLimits?: Partial<ClientLimits>
}

/** How much one client may send: looked at for each frame, so that limits may change while it plays. */
export class ClientRates {
  /** Where it plays, once it does. */
  room: RatedRoom | undefined
  readonly #limits: Limits
  readonly #messages = new TokenBucket()
  readonly #inputs = new TokenBucket()
  readonly #bytes = new TokenBucket()
  readonly #control = new TokenBucket()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  takesMessage(nowMs: number): boolean {
    return this.#messages.takeOf(nowMs, this.#messagesPerSecond(), this.#messageBurst(), 1)
  }

  takesInput(nowMs: number): boolean {
    const perSecond = this.#inputsPerSecond()
    return this.#inputs.takeOf(nowMs, perSecond, perSecond * INPUT_BURST_SECONDS, 1)
  }

  takesBytes(bytes: number, nowMs: number): boolean {
    return this.#bytes.takeOf(nowMs, this.#bytesPerSecond(), this.#byteBurst(), bytes)
  }

  /** A ping or pong of the WebSocket itself. */
  takesControl(nowMs: number): boolean {
    const limits = this.#limits
    return this.#control.takeOf(nowMs, limits.controlFramesPerSecond, limits.controlFrameBurst, 1)
  }

  /** Milliseconds after which what was refused would be taken; 0 for what is no matter of rates. */
  waitMs(kind: OffenceKind): number {
    if (kind === 'messageRate')
      return this.#messages.waitMs({ perSecond: this.#messagesPerSecond(), burst: this.#messageBurst() })
    if (kind === 'inputRate') {
      const perSecond = this.#inputsPerSecond()
      return this.#inputs.waitMs({ perSecond, burst: perSecond * INPUT_BURST_SECONDS })
    }
    if (kind !== 'byteRate') return 0
    const perSecond = this.#bytesPerSecond()
    return this.#bytes.waitMs({ perSecond, burst: this.#byteBurst() }, perSecond)
  }

  #messagesPerSecond(): number {
    return this.room?.clientLimits?.messagesPerSecond ?? this.#limits.messagesPerSecond
  }

  #messageBurst(): number {
    return this.room?.clientLimits?.messageBurst ?? this.#limits.messageBurst
  }

  #bytesPerSecond(): number {
    return this.room?.clientLimits?.bytesPerSecond ?? this.#limits.bytesPerSecond
  }

  #byteBurst(): number {
    return this.room?.clientLimits?.byteBurst ?? this.#limits.byteBurst
  }

  /** As many as steps, times the limit. */
  #inputsPerSecond(): number {
    const perTick = this.room?.clientLimits?.inputFramesPerTick ?? this.#limits.inputFramesPerTick
    return (this.room?.tickRateHz ?? 0) * perTick
  }
}
