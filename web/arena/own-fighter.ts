import type { Netcode, Prediction } from '../../client-sdk/netcode.ts'
import type { Point } from '../../rooms/arena/map.ts'
import type { ArenaRoom } from '../../rooms/arena/room.ts'
import { PREDICTED_FIELDS, stepFighter, traceShot } from '../../rooms/arena/simulation.ts'
import type { Fighter } from '../../rooms/arena/state.ts'
import type { ArenaClient } from './arena-client.ts'
import { world } from './place.ts'

/** The fighter of this page's player, run ahead of the server. */
export class OwnFighter {
  readonly #room: ArenaClient
  readonly #netcode: Netcode<ArenaRoom>
  readonly #onShot: (from: Point, to: Point) => void
  #entity: Fighter | undefined
  #prediction: Prediction<Fighter> | undefined

  /** @param onShot called when the predicted weapon fires, before the server knows of it */
  constructor(room: ArenaClient, netcode: Netcode<ArenaRoom>, onShot: (from: Point, to: Point) => void) {
    this.#room = room
    this.#netcode = netcode
    this.#onShot = onShot
  }

  /** As the server last told; undefined before the first patch. */
  get entity(): Fighter | undefined {
    return this.#entity
  }

  /** As predicted: ahead of the server by what is under way. */
  get predicted(): Fighter | undefined {
    return this.#prediction?.entity ?? this.#entity
  }

  get errorMetres(): number {
    return this.#prediction?.error ?? 0
  }

  get pendingInputs(): number {
    return this.#prediction?.pendingInputs ?? 0
  }

  /** Starts predicting this entity in place of the one before. */
  follow(entity: Fighter): void {
    this.#prediction?.stop()
    this.#entity = entity
    this.#prediction = this.#netcode.predict(entity, {
      fields: PREDICTED_FIELDS,
      step: (fighter, input, { dt, replayed }) => {
        const fired = stepFighter(fighter, input, dt, world)
        if (fired && !replayed) this.#shoot(fighter)
      },
    })
  }

  stop(): void {
    this.#prediction?.stop()
  }

  /** Where the shot will most likely end; whether it hits is the server's to say. */
  #shoot({ x, y, aim }: Point & { aim: number }): void {
    const others = [...this.#room.state.fighters]
      .filter(([sessionId, { alive }]) => alive && sessionId !== this.#room.sessionId)
      .map(([sessionId, other]) => ({
        sessionId,
        x: this.#netcode.value(other, 'x'),
        y: this.#netcode.value(other, 'y'),
      }))
    const { toX, toY } = traceShot({ x, y }, aim, others, { world })
    this.#onShot({ x, y }, { x: toX, y: toY })
  }
}
