import { randomInt } from 'node:crypto'
import {
  type Client as ColyseusClient,
  type DefineInputOptions,
  getMessageBytes,
  type InputAPI,
  Protocol,
  Room,
} from '@colyseus/core'
import type { IdleDeclared } from '@colyseus/core/input/types'
import type { Schema } from '@colyseus/schema'
import { FairgroundError } from '../../shared/errors.ts'
import type { ClosingNotice, Identity } from '../../shared/protocol.ts'
import { type Random, seededRandom } from '../../shared/random.ts'
import type { StandardSchemaV1 } from '../../shared/standard-schema.ts'
import type { GameStorage } from '../storage/storage.ts'
import { withoutMemory } from '../sync/encode-memory.ts'
import { InterestArea } from '../sync/interest/interest-area.ts'
import { InterestAreas } from '../sync/interest/interest-areas.ts'
import type { InterestOptions, SpatialCollection } from '../sync/interest/interest-options.ts'
import type { PacedClient } from '../sync/paced-client.ts'
import { PatchSerializer } from '../sync/patch-serializer.ts'
import type { ClientLimits } from '../transport/client-rates.ts'
import { guardTimers } from './guard-timers.ts'
import { copyCheaply } from './input-copies.ts'
import { rejectNonFinite } from './input-sanitizer.ts'
import { budgetInputs, MAX_WAITING_INPUTS } from './inputs.ts'
import type { JoinContext } from './join-context.ts'
import type { RequestHandlers } from './messages.ts'
import { readPlainly } from './plain-input-decoder.ts'
import { runtimeOf } from './room-runtime.ts'

/** What a room class says about itself: its state, the input it takes each tick, the events it sends. */
export interface RoomTypes {
  state?: object
  input?: object
  events?: object
}

type StateOf<T extends RoomTypes> = T['state'] extends object ? T['state'] : object
type EventsOf<T extends RoomTypes> = T['events'] extends object ? T['events'] : Record<string, never>

/** A player's connection to one room. `auth` is who it is, as `onAuth` decided. */
// biome-ignore lint/suspicious/noExplicitAny: an unannotated client may be sent any event; ClientOf is the typed one
type AnyEvents = Record<string, any>
export type Client<Events extends object = AnyEvents> = ColyseusClient<{
  messages: Events & Record<never, never>
  auth: Identity
  userData: unknown
}>

/** The client of a room class, with its events typed: `onJoin(client: ClientOf<this>)`. */
export type ClientOf<R extends { '~events': object }> = Client<R['~events']>

/** What `onJoin` receives: the output of the room's `joinOptions`. */
export type JoinOptions<R extends { joinOptions: StandardSchemaV1 }> = NonNullable<
  R['joinOptions']['~standard']['types']
>['output']

/** What `onTick` receives. */
export interface TickContext {
  /** Number of this step since the room opened, from 0. */
  readonly tick: number
  /** Length of the step in seconds: always `1 / tickRateHz`, however late the step runs. */
  readonly dt: number
  /** The same in milliseconds. */
  readonly dtMs: number
}

const ANY_OPTIONS: StandardSchemaV1<Record<string, unknown> | undefined> = {
  '~standard': {
    version: 1,
    vendor: 'fairground',
    validate: (value) => ({ value: value as Record<string, unknown> }),
  },
}

/**
 * A room: one running match, as a class. Extends Colyseus' `Room` and makes its defaults safe: whatever the class
 * throws stays in this room, simulation and patches run in one fixed step on a monotonic clock, unknown and invalid
 * messages are answered instead of kicking, inputs are budgeted, and a dropped player's seat is held.
 *
 * @typeParam T the state, the input and the events of the room
 */
export class GameRoom<T extends RoomTypes = RoomTypes> extends Room<{
  state: StateOf<T>
  input: T['input']
  client: Client<EventsOf<T>>
}> {
  /** Only a type: the events this room sends, for the client SDK. */
  declare readonly '~events': EventsOf<T>

  /** Steps of `onTick` a second, 1 to 240 (default 20). A room without `onTick` sends its patches at this rate. */
  tickRateHz = 20

  /** A state patch follows every n-th step, 1 or more (default 1). */
  patchEveryTicks = 1

  /** Inputs of one client consumed a tick at most, 1 or more (default 1): draining a queue would be a speed hack. */
  maxInputsPerTick = 1

  /** Seconds a dropped player's seat is held, 0 to 600 (default 20); 0 lets it go at once. */
  reconnectHoldSeconds = 20

  /** Limits of this room's clients that differ from the server's, such as `{ messagesPerSecond: 10 }`. */
  clientLimits: Partial<ClientLimits> = {}

  /**
   * Bytes of state a second that one client gets at most, or a function of the client; default no limit. Beyond it,
   * what interest areas hold goes by priority: the near ones stay fresh, the others come less often.
   */
  interestBytesPerSecond: number | ((client: Client<EventsOf<T>>) => number) = Number.POSITIVE_INFINITY

  /** Schema of the options a client joins with; any object without one. Validated before the room is opened. */
  joinOptions: StandardSchemaV1 = ANY_OPTIONS

  /** Whether clients may open rooms of this kind at will, by `create()`, or only when none has a place for them. */
  clientsMayCreate = false

  /** Whether who joins must show a token: a guest's, as the SDK does, or one for this class's own `onAuth`. */
  requiresToken = false

  /** Whether machines may join that read JSON in place of state patches, by `/json/<room>`: docs/devices-protocol.md. */
  jsonClients = false

  /** Requests a client may await, made by `request()`. */
  requests: RequestHandlers = {}

  /** This room's source of chance. `seededRandom(n)` replays a failure; `secretRandom` is for what must stay hidden. */
  random: Random = seededRandom(randomInt(2 ** 32))

  readonly #areas = new InterestAreas({
    bytesPerSecond: (client) => {
      const limit = this.interestBytesPerSecond
      return typeof limit === 'function' ? limit(client as Client<EventsOf<T>>) : limit
    },
    patchRateHz: () => this.tickRateHz / this.patchEveryTicks,
    onFallback: (area, reason) => runtimeOf(this)?.noteFallback(area, reason),
    // It is asked for every client and entity: what fails for all of them counts once a patch towards closing the room.
    onFailure: (error, first) => runtimeOf(this)?.[first ? 'report' : 'tell']('interest', error),
    onPutOff: (count) => runtimeOf(this)?.notePutOff(count),
  })

  constructor() {
    super()
    guardTimers(this)
  }

  /**
   * Declares an interest area: of a collection that is marked `view()`, each client gets what is near its own entity.
   * Called in a field of the class, or in `onCreate`.
   *
   * @param collection a collection of the state: `this.state.fighters`
   * @returns the area, to move what a client looks from
   * @throws FairgroundError OPTION_INVALID for a collection without `view()`, or a radius that cannot be
   */
  protected interest<E extends object>(
    collection: SpatialCollection<E>,
    options: InterestOptions<E, Client<EventsOf<T>>>,
  ): InterestArea<E> {
    const area = new InterestArea<E>(collection, options)
    this.#areas.add(area as unknown as InterestArea)
    return area
  }

  /** Sends some clients an event; it is encoded once, as by `broadcast()`. For what only those nearby may know. */
  broadcastTo<K extends keyof EventsOf<T> & string>(
    clients: Iterable<Client<EventsOf<T>>>,
    type: K,
    payload: EventsOf<T>[K],
  ): void {
    const frame = getMessageBytes.raw(Protocol.ROOM_DATA, type, payload)
    for (const client of clients) client.enqueueRaw(frame)
  }

  /** Runs the game forward by one fixed step. Without it the room has no simulation, only state and messages. */
  onTick?(context: TickContext): void

  /** What of the state a client of the JSON gateway is told: with its join, and when it asks. Without it, nothing. */
  jsonState?(client: Client): unknown

  /**
   * The server shuts down and closes this room in that time; its players are told, and nobody new comes. To keep what
   * must last, `onBeforeShutdown` or `onDispose` are the places: they run in any case. `disconnect()` ends the room earlier.
   */
  onClosing?(notice: ClosingNotice): void

  /** Number of the step that runs or runs next, from 0. */
  get tick(): number {
    return runtimeOf(this)?.tick ?? 0
  }

  /**
   * Whether a client has read nearly all that was sent to it. For rooms that send more than a slow client can take: what
   * is skipped for it now can be sent newer later. Messages to a client that never drains wait up to `maxQueuedBytes`.
   */
  keepsUp(client: ColyseusClient): boolean {
    return (client as Partial<PacedClient>).drained ?? true
  }

  /**
   * Tells log and metrics of a failure that this room bears by itself, such as a feed that cannot be reached. Unlike what
   * a hook throws, it does not count towards closing the room.
   *
   * @param what a word for it, one of few: it labels the metric
   */
  tellFailure(what: string, error: unknown): void {
    runtimeOf(this)?.tell(what, error)
  }

  /**
   * What this server keeps things in that must outlive its rooms, from `onCreate` on.
   *
   * @throws Error when `createServer()` was given none
   */
  get storage(): GameStorage {
    const storage = runtimeOf(this)?.storage
    if (storage) return storage
    throw new Error("this.storage needs createServer({ storage }), such as sqliteStorage('data/game.db')")
  }

  /**
   * Decides who may take a seat, before one is reserved. By default everybody may, as the guest whose signed token the
   * SDK keeps, or as a new one.
   *
   * @returns who this is; it becomes `client.auth`
   * @throws FairgroundError AUTH_FAILED or JOIN_REFUSED, whose message reaches the client
   */
  static override async onAuth(_token: string, _options: unknown, context: JoinContext): Promise<unknown> {
    if (!context.identity) throw new FairgroundError('AUTH_FAILED')
    return context.identity
  }

  // The names below are Colyseus' own extension points.

  override setSerializer(): void {
    // Colyseus calls this with its own serializer whenever the state is replaced; ours takes its place.
    const onFullState = (bytes: number) => runtimeOf(this)?.noteFullState(bytes)
    const serializer = withoutMemory(() => new PatchSerializer<Schema>(this.#areas, onFullState))
    super.setSerializer(serializer as never)
  }

  protected override defineInput<
    // biome-ignore lint/suspicious/noExplicitAny: the base class's own bound
    C extends new () => any,
    O extends DefineInputOptions<InstanceType<C>> = DefineInputOptions<InstanceType<C>>,
  >(type: C, options?: O): InputAPI<InstanceType<C>, IdleDeclared<O, InstanceType<C>>> {
    copyCheaply(type)
    const sanitize = rejectNonFinite<InstanceType<C>>(type, options?.sanitize, () =>
      runtimeOf(this)?.noteInvalidInput(),
    )
    const safe = { bufferMaxSize: MAX_WAITING_INPUTS, ...options, sanitize } as unknown as O
    const budget = { tick: () => this.tick, maxInputsPerTick: () => this.maxInputsPerTick }
    const api = super.defineInput<C, O>(type, safe)
    readPlainly(this['_inputController']!, type)
    return budgetInputs(api, budget)
  }
}
