import { Predict, type Reconciler } from '@colyseus/sdk/predict'
import { FairgroundError } from '../shared/errors.ts'
import { type Room, wireOf } from './room.ts'
import type { CollectionName, InputOf, ItemOf, StateOf } from './server-types.ts'

export interface NetcodeOptions {
  /** How far in the past other players are drawn, in milliseconds, 0 to 500; one to three patch intervals. Default 100. */
  interpolationDelayMs?: number
}

/** Names of the numeric fields of an entity. */
export type NumericField<T> = { [K in keyof T]-?: T[K] extends number ? K : never }[keyof T] & string

export interface InterpolateOptions<T> {
  /** Fields that are angles in radians: turned the short way round. */
  angles?: readonly NumericField<T>[]
  /** A jump of a field by more than this is a teleport and not glided over. Default 0: never. */
  snap?: number
}

/** What a predicted step may know besides entity and input. */
export interface StepInfo {
  /** Length of the step in seconds, the same as on the server. */
  readonly dt: number
  /** True when an input is run again after a correction: show no muzzle flash and play no sound then. */
  readonly replayed: boolean
}

export interface PredictOptions<Entity, Input> {
  /** The same function the room runs for one input: changes only the entity it is given. */
  step(entity: Entity, input: Input, info: StepInfo): void
  /**
   * Fields the step reads and writes. Default: every number, boolean and string of the entity; a list without strings
   * lets a right prediction be recognised as such, and nothing is replayed then.
   */
  fields?: readonly (keyof Entity & string)[]
  /** Time in which a wrong prediction is blended out by about two thirds, in milliseconds. Default 60. */
  smoothMs?: number
}

/** What is known about the line to the server. */
export interface ClockReadings {
  /** Estimated time of the room's clock now, in milliseconds since it opened. */
  readonly serverNowMs: number
  /** Round trip of an input: sent, simulated, seen in a patch; smoothed, in milliseconds. */
  readonly roundTripMs: number
  /** How unevenly patches arrive, in milliseconds. */
  readonly jitterMs: number
}

/** The own entity, run ahead of the server and corrected by it. */
export interface Prediction<Entity> {
  /** The predicted entity, exact; read it for logic. Draw with {@link Netcode.value}. */
  readonly entity: Entity
  /** How far predictions were off lately, in the fields' own unit; near 0 when client and server agree. */
  readonly error: number
  /** Inputs sent and not yet answered. */
  readonly pendingInputs: number
  stop(): void
}

/**
 * Prediction, interpolation and clock for a room with inputs, over Colyseus 0.18's own.
 *
 * @param room a joined room whose class defines `inputs`
 */
export function netcode<R>(room: Room<R>, options: NetcodeOptions = {}): Netcode<R> {
  return new Netcode(room, options)
}

/** Draws a room smoothly: the own entity ahead of the server, the others a moment behind it. */
export class Netcode<R> {
  readonly #room: Room<R>
  readonly #predict: Predict<never>
  #sending = false

  constructor(room: Room<R>, { interpolationDelayMs = 100 }: NetcodeOptions) {
    if (!(interpolationDelayMs >= 0 && interpolationDelayMs <= 500)) {
      throw new FairgroundError('OPTION_INVALID', {
        message: `interpolationDelayMs is ${interpolationDelayMs}; it must be 0 to 500.`,
      })
    }
    this.#room = room
    this.#predict = Predict.get(wireOf(room) as never, {
      mode: 'lerp',
      delay: interpolationDelayMs,
    }) as Predict<never>
  }

  /** Interpolates fields of every item of a collection, present and future. Answers with what ends it. */
  interpolate<C extends CollectionName<StateOf<R>>>(
    collection: C,
    fields: readonly NumericField<ItemOf<StateOf<R>[C]>>[],
    { angles = [], snap = 0 }: InterpolateOptions<ItemOf<StateOf<R>[C]>> = {},
  ): () => void {
    const attachAll = this.#predict.attachAll.bind(this.#predict) as (
      key: string,
      config: object,
    ) => () => void
    const smooth = (names: readonly string[], more: object) =>
      Object.fromEntries(names.map((name) => [name, { mode: 'lerp', snap, ...more }]))
    return attachAll(collection, { ...smooth(fields, {}), ...smooth(angles, { angle: true }) })
  }

  /** Predicts the own entity: its fields run ahead by the inputs that {@link frame} sends. */
  predict<Entity extends object>(
    entity: Entity,
    options: PredictOptions<Entity, InputOf<R>>,
  ): Prediction<Entity> {
    const input = this.#room.input()
    const reconciler = this.#predict.reconciler(entity as never, {
      input: input as never,
      step: (({ dt, isReplay }: { dt: number; isReplay: boolean }, state: Entity, command: InputOf<R>) =>
        options.step(state, command, { dt, replayed: isReplay })) as never,
      ...(options.fields && { fields: options.fields as never }),
      smoothMs: options.smoothMs ?? 60,
      // Without a bound Colyseus measures no error at all; this one is never reached, so it never warns.
      warnOnDivergence: Number.POSITIVE_INFINITY,
    }) as unknown as Reconciler<Entity, InputOf<R>>
    this.#sending = true
    return {
      get entity() {
        return reconciler.state
      },
      get error() {
        return reconciler.drift.ema
      },
      get pendingInputs() {
        return input.pendingCount
      },
      stop: () => {
        this.#sending = false
        reconciler.dispose()
      },
    }
  }

  /**
   * Call once per drawn frame, before reading values. Sends the inputs that are due, one per tick of the room.
   *
   * @param nowMs the timestamp of requestAnimationFrame
   * @param fill writes the player's intent into the input; called once for each input that is sent
   * @returns how many inputs were sent
   */
  frame(nowMs: number, fill: (input: InputOf<R>) => void): number {
    const due = this.#predict.tick(nowMs)
    if (!this.#sending || due === 0) return 0
    const input = this.#room.input()
    for (let i = 0; i < due; i++) {
      fill(input.data)
      input.send()
    }
    return due
  }

  /** Where to draw a field of an entity now: predicted, interpolated, or as it last arrived. */
  value<Entity extends object>(entity: Entity, field: NumericField<Entity>): number {
    return this.#predict.value(entity, field as never)
  }

  get clock(): ClockReadings {
    const { clock } = wireOf(this.#room)
    return { serverNowMs: clock.serverNow(), roundTripMs: clock.smoothedRtt(), jitterMs: clock.jitter() }
  }

  /** Ends prediction and interpolation; the room stays joined. */
  stop(): void {
    this.#predict.dispose()
  }
}
