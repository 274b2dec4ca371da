import { FairgroundError } from '../../client-sdk/index.ts'
import type { Receipt, Refusal } from '../../rooms/chat/messages.ts'

/** A message on its way: `pending` until the server has it on its disk, `waiting` when it may not be sent yet. */
export interface Outgoing {
  readonly channel: string
  readonly id: string
  readonly text: string
  readonly atMs: number
  state: 'pending' | 'waiting' | 'sent' | 'failed'
  /** Why it failed, or why it waits. */
  problem?: string
  /** When it is tried again while it waits, by this page's `performance.now()`. */
  retryAtMs?: number
}

export interface OutboxOptions {
  /** Sends one message. @throws FairgroundError */
  send(message: { channel: string; id: string; text: string }): Promise<Receipt | Refusal>
  changed(channel: string): void
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>
}

const KEY = 'chat.outbox'
/** After these the same message may be sent again by itself, as soon as there is a connection. */
const CONNECTION = new Set(['NOT_CONNECTED', 'CONNECTION_LOST', 'OFFLINE'])

/**
 * Messages that have no receipt yet. They outlive lost connections and a reload; each keeps its id, so that the server
 * knows one that it has already. Those of a channel are sent one after the other: the order is the writer's.
 */
export class Outbox {
  readonly #options: OutboxOptions
  #messages: Outgoing[]
  readonly #busy = new Set<string>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: OutboxOptions) {
    this.#options = options
    this.#messages = restored(options.storage.getItem(KEY))
  }

  of(channel: string): readonly Outgoing[] {
    return this.#messages.filter((message) => message.channel === channel)
  }

  add(channel: string, text: string): void {
    const id = crypto.randomUUID()
    this.#messages.push({ channel, id, text, atMs: Date.now(), state: 'pending' })
    this.#changed(channel)
    this.pump()
  }

  /** The server has told everybody of it, so it has it. @returns whether it was one of these */
  arrived(id: string): boolean {
    const message = this.#messages.find((candidate) => candidate.id === id)
    if (!message) return false
    this.#remove(message)
    return true
  }

  retry(id: string): void {
    const message = this.#messages.find((candidate) => candidate.id === id)
    if (!message) return
    this.#set(message, 'pending')
    this.pump()
  }

  discard(id: string): void {
    const message = this.#messages.find((candidate) => candidate.id === id)
    if (message) this.#remove(message)
  }

  /** Sends what may be sent: after a message was added, a connection came back, a wait is over. */
  pump(): void {
    const nowMs = performance.now()
    for (const message of this.#messages) {
      if (message.state === 'waiting' && (message.retryAtMs ?? 0) <= nowMs) message.state = 'pending'
    }
    for (const channel of new Set(this.#messages.map((message) => message.channel))) {
      const first = this.of(channel).find(({ state }) => state === 'pending' || state === 'waiting')
      if (first?.state === 'pending' && !this.#busy.has(channel)) void this.#send(first)
    }
    this.#watch(nowMs)
  }

  async #send(message: Outgoing): Promise<void> {
    const { channel, id, text } = message
    this.#busy.add(channel)
    try {
      const answer = await this.#options.send({ channel, id, text })
      if (answer.ok) this.#set(message, 'sent')
      else if (answer.reason === 'filtered') this.#set(message, 'failed', answer.text)
      else if (answer.reason === 'muted') this.#set(message, 'failed', 'You are muted.')
      else {
        message.retryAtMs = performance.now() + answer.waitMs
        this.#set(message, 'waiting', answer.reason === 'slow' ? 'Slow mode' : 'A bit fast')
      }
    } catch (error) {
      const { code, message: problem } = error instanceof FairgroundError ? error : unknownTrouble(error)
      if (CONNECTION.has(code)) this.#set(message, 'pending')
      else this.#set(message, 'failed', problem)
      this.#busy.delete(channel)
      // Who has no connection is asked again when there is one.
      if (!CONNECTION.has(code)) this.pump()
      return
    }
    this.#busy.delete(channel)
    this.pump()
  }

  #watch(nowMs: number): void {
    clearTimeout(this.#timer)
    const next = Math.min(
      ...this.#messages.flatMap(({ state, retryAtMs }) => (state === 'waiting' ? [retryAtMs ?? 0] : [])),
    )
    if (Number.isFinite(next)) this.#timer = setTimeout(() => this.pump(), Math.max(50, next - nowMs))
  }

  #set(message: Outgoing, state: Outgoing['state'], problem?: string): void {
    message.state = state
    if (problem === undefined) delete message.problem
    else message.problem = problem
    this.#changed(message.channel)
  }

  #remove(message: Outgoing): void {
    this.#messages = this.#messages.filter((other) => other !== message)
    this.#changed(message.channel)
  }

  #changed(channel: string): void {
    this.#options.storage.setItem(KEY, JSON.stringify(this.#messages))
    this.#options.changed(channel)
  }
}

function restored(text: string | null): Outgoing[] {
  try {
    const kept = JSON.parse(text ?? '[]') as Outgoing[]
    // What had no receipt when the page went away may or may not have arrived: sent again, it is the same message.
    return kept.map((message) => ({ ...message, state: message.state === 'failed' ? 'failed' : 'pending' }))
  } catch {
    return []
  }
}

function unknownTrouble(error: unknown): { code: string; message: string } {
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) }
}
