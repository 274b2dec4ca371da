import type { StandardSchemaV1 } from '../shared/standard-schema.ts'

/** What `createServer()` returns, as far as a client needs to know it: `connect<typeof server>(url)`. */
export interface AnyServer {
  // biome-ignore lint/suspicious/noExplicitAny: room classes differ in everything but being classes
  readonly '~rooms': Readonly<Record<string, abstract new (...args: any[]) => any>>
}

/** Names of a server's rooms. */
export type RoomName<S extends AnyServer> = keyof S['~rooms'] & string

/** Instance type of the room class behind a name. */
export type RoomType<S extends AnyServer, N extends RoomName<S>> = InstanceType<S['~rooms'][N]>

/** A room's state, as its class declares it. */
export type StateOf<R> = R extends { state: infer State } ? State : unknown

/** What a client may pass to a room's `joinOptions`. */
export type JoinOptionsOf<R> = R extends { joinOptions: infer J extends StandardSchemaV1 }
  ? unknown extends StandardSchemaV1.InferInput<J>
    ? Record<string, unknown>
    : StandardSchemaV1.InferInput<J>
  : Record<string, unknown>

/** Options are left out only where none is required. */
export type JoinArguments<R> =
  Record<never, never> extends JoinOptionsOf<R> ? [options?: JoinOptionsOf<R>] : [options: JoinOptionsOf<R>]

/** A record with a string index means that the room declared nothing: no name is known then. */
type Declared<T> = string extends keyof T ? Record<never, never> : T
type Payload<H> = H extends { format: infer F extends StandardSchemaV1 }
  ? StandardSchemaV1.InferInput<F>
  : never
type Reply<H> = H extends { handler: (...args: never[]) => infer Result } ? Awaited<Result> : never

type PayloadsOf<M> = { [K in keyof M]: Payload<M[K]> }
type ExchangesOf<Q> = { [K in keyof Q]: { payload: Payload<Q[K]>; reply: Reply<Q[K]> } }

/** Payloads of the messages a room takes, by type. */
export type MessagesOf<R> = R extends { messages?: infer M }
  ? PayloadsOf<Declared<NonNullable<M>>>
  : Record<never, never>

/** Requests a room answers, by type. */
export type RequestsOf<R> = R extends { requests: infer Q } ? ExchangesOf<Declared<Q>> : Record<never, never>

/** Events a room sends, by type. */
export type EventsOf<R> = R extends { '~events': infer E } ? Declared<E> : Record<never, never>

/** The input a room takes each tick; never for a room without inputs. */
export type InputOf<R> = R extends { inputs?: infer A }
  ? NonNullable<A> extends { get(sessionId: string): { readonly latest: infer I } }
    ? unknown extends I
      ? never
      : NonNullable<I>
    : never
  : never

// biome-ignore lint/suspicious/noExplicitAny: each kind of collection passes its own arguments
type Rest = any[]

/** What maps, arrays and sets have in common. */
type Collection = { forEach(callback: (...args: Rest) => void): void }

/** Names of the collections (maps, arrays, sets) in a state or entity. */
export type CollectionName<T> = {
  [K in keyof T]-?: NonNullable<T[K]> extends Collection ? K : never
}[keyof T] &
  string

/** What a collection holds. */
export type ItemOf<C> =
  NonNullable<C> extends { forEach(callback: (item: infer Item, ...rest: Rest) => void): void } ? Item : never

/** How a collection's items are found: a map's key, an array's index. */
export type KeyOf<C> = NonNullable<C> extends { readonly length: number; push: unknown } ? number : string

/** Names of the plain fields of a state or entity. */
export type FieldName<T> = {
  // biome-ignore lint/suspicious/noExplicitAny: any function is a method here
  [K in keyof T]-?: T[K] extends (...args: any[]) => any ? never : K
}[keyof T] &
  string
