import type { Client } from '@colyseus/core'
import type { StandardSchemaV1 } from '../../shared/standard-schema.ts'
import type { Rate } from '../transport/token-bucket.ts'

/** What a room does with a message type: the payload's schema and the handler. Made by {@link message}. */
export interface MessageHandler<S extends StandardSchemaV1 = StandardSchemaV1> {
  readonly format: S
  readonly handler: (client: Client, payload: StandardSchemaV1.InferOutput<S>) => void | Promise<void>
  /** How often one client may send it; no more than its messages altogether where there is none. */
  readonly rate?: Rate | undefined
}

/** What a room does with a request type: the payload's schema and the handler whose result is the reply. */
export interface RequestHandler<S extends StandardSchemaV1 = StandardSchemaV1, Reply = unknown> {
  readonly format: S
  readonly handler: (client: Client, payload: StandardSchemaV1.InferOutput<S>) => Reply | Promise<Reply>
  /** How often one client may send it; no more than its messages altogether where there is none. */
  readonly rate?: Rate | undefined
}

// biome-ignore lint/suspicious/noExplicitAny: handlers of different payloads share one record
export type MessageHandlers = Record<string, MessageHandler<any>>
// biome-ignore lint/suspicious/noExplicitAny: handlers of different payloads share one record
export type RequestHandlers = Record<string, RequestHandler<any, any>>

/**
 * Declares a message that clients may send: `messages = { emote: message(z.string(), (client, kind) => …) }`.
 *
 * An invalid payload never reaches the handler: its sender gets MESSAGE_INVALID and stays connected. What the handler
 * throws is logged with room and stack; its sender gets HANDLER_FAILED, and nobody else notices.
 *
 * @param format any Standard Schema (zod, valibot, arktype, …); its output is what the handler receives
 * @param rate how often one client may send it: `{ perSecond, burst }`. More is refused with RATE_LIMITED. Without it
 *   only the server's `messagesPerSecond` counts.
 */
export function message<S extends StandardSchemaV1>(
  format: S,
  handler: (client: Client, payload: StandardSchemaV1.InferOutput<S>) => void | Promise<void>,
  rate?: Rate,
): MessageHandler<S> {
  return { format, handler, rate }
}

/**
 * Declares a request that clients may await: `requests = { rename: request(schema, (client, { name }) => ({ name })) }`.
 *
 * The handler's result is the reply. Refuse with `throw new FairgroundError('REQUEST_REFUSED', { message })`: the
 * message reaches the client. Anything else that is thrown is logged and answered with HANDLER_FAILED.
 *
 * @param rate how often one client may ask: `{ perSecond, burst }`, as with {@link message}
 */
export function request<S extends StandardSchemaV1, Reply>(
  format: S,
  handler: (client: Client, payload: StandardSchemaV1.InferOutput<S>) => Reply | Promise<Reply>,
  rate?: Rate,
): RequestHandler<S, Reply> {
  return { format, handler, rate }
}
