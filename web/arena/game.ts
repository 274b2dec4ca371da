import { type Netcode, netcode } from '../../client-sdk/netcode.ts'
import type { Point } from '../../rooms/arena/map.ts'
import type { ArenaRoom } from '../../rooms/arena/room.ts'
import type { ArenaClient } from './arena-client.ts'
import { Controls } from './controls/controls.ts'
import { Effects } from './draw/effects.ts'
import { drawFighter, type FighterLook } from './draw/fighter.ts'
import type { Ground } from './draw/ground.ts'
import { drawPickup } from './draw/pickup.ts'
import { drawReticle } from './draw/reticle.ts'
import type { Stage } from './draw/stage.ts'
import { Happenings } from './happenings.ts'
import { Hud } from './hud/hud.ts'
import { OwnFighter } from './own-fighter.ts'
import type { Sounds } from './sound.ts'

export interface GameOptions {
  room: ArenaClient
  stage: Stage
  ground: Ground
  sounds: Sounds
}

/** A step of the camera is never longer, however long the page slept. */
const MAX_FRAME_SECONDS = 0.1
/** A jump by more than this within one patch is a respawn and not glided over. */
const SNAP_METRES = 3

/** One stay in one match: from the join to the end, on canvas and HUD. */
export class Game {
  readonly room: ArenaClient
  readonly #options: GameOptions
  readonly #netcode: Netcode<ArenaRoom>
  readonly #own: OwnFighter
  readonly #controls: Controls
  readonly #effects = new Effects()
  readonly #hud: Hud
  readonly #happenings: Happenings
  #lastMs = performance.now()
  /** Of the last frame: in the new one nothing predicted may be read before the inputs are sent. */
  #ownOnScreen: Point = { x: 0, y: 0 }

  constructor(options: GameOptions) {
    const { room, stage, sounds } = options
    this.room = room
    this.#options = options
    this.#netcode = netcode(room)
    this.#netcode.interpolate('fighters', ['x', 'y'], { angles: ['aim'], snap: SNAP_METRES })
    this.#hud = new Hud(room, sounds)
    this.#happenings = new Happenings(room, {
      effects: this.#effects,
      camera: stage.camera,
      sounds,
      feed: this.#hud.feed,
      placeOf: (sessionId) => this.placeOf(sessionId),
    })
    this.#own = new OwnFighter(room, this.#netcode, (from, to) => this.#happenings.ownShot(from, to))
    this.#controls = new Controls(stage.element, () => this.#ownOnScreen)
    room.onAdd('fighters', (fighter, sessionId) => {
      if (sessionId === room.sessionId) this.#own.follow(fighter)
    })
  }

  /** Where a fighter is drawn, in metres. */
  placeOf(sessionId: string): Point | undefined {
    const fighter = this.room.state.fighters.get(sessionId)
    return fighter && { x: this.#netcode.value(fighter, 'x'), y: this.#netcode.value(fighter, 'y') }
  }

  /** Where a fighter is drawn, in CSS pixels. */
  screenOf(sessionId: string): Point | undefined {
    const place = this.placeOf(sessionId)
    return place && this.#options.stage.camera.toScreen(place)
  }

  /** One frame: send what is due, then draw what is. */
  frame(nowMs: number): void {
    const seconds = Math.min(MAX_FRAME_SECONDS, (nowMs - this.#lastMs) / 1000)
    this.#lastMs = nowMs
    this.#netcode.frame(nowMs, (input) => this.#controls.fill(input))
    const place = this.placeOf(this.room.sessionId)
    const { camera } = this.#options.stage
    if (place) {
      camera.follow(place, this.#controls.aim, seconds)
      this.#ownOnScreen = camera.toScreen(place)
    }
    this.#draw(nowMs)
    this.#hud.show(nowMs, {
      own: this.#own,
      jitterMs: this.#netcode.clock.jitterMs,
      killer: this.#happenings.killer,
      seen: camera.seen,
    })
  }

  stop(): void {
    this.#controls.stop()
    this.#own.stop()
    this.#netcode.stop()
    this.#hud.stop()
  }

  #draw(nowMs: number): void {
    const { stage, ground } = this.#options
    const { context, camera, pixelRatio } = stage
    const { state, sessionId: ownId } = this.room
    stage.begin(nowMs)
    ground.draw(context, camera, pixelRatio)
    for (const pickup of state.pickups.values()) drawPickup(context, pickup, nowMs)
    const leaders = new Set(
      this.#hud.standings
        .filter(({ place, fighter }) => place === 1 && fighter.score > 0)
        .map(({ sessionId }) => sessionId),
    )
    const ids = [...state.fighters.keys()].filter((id) => id !== ownId)
    // The own fighter comes last: it is never hidden by another.
    for (const id of [...ids, ownId]) {
      const look = this.#lookOf(id, { nowMs, leader: leaders.has(id) })
      if (look) drawFighter(context, look, nowMs)
    }
    this.#effects.draw(context, nowMs)
    const { predicted } = this.#own
    if (predicted?.alive) {
      context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
      drawReticle(context, this.#controls.pointer, {
        fighter: camera.toScreen(this.placeOf(ownId) ?? predicted),
        predicted,
        scale: camera.scale,
      })
    }
  }

  #lookOf(id: string, { nowMs, leader }: { nowMs: number; leader: boolean }): FighterLook | undefined {
    const fighter = this.room.state.fighters.get(id)
    if (!fighter?.alive) return undefined
    const own = id === this.room.sessionId
    const { name, colour, health, away, bot } = fighter
    return {
      ...this.placeOf(id)!,
      aim: own ? this.#controls.aim : this.#netcode.value(fighter, 'aim'),
      name,
      colour,
      health,
      own,
      away,
      bot,
      leader,
      shielded: fighter.shieldUntilTick > this.room.state.tick,
      dashing: ((own ? this.#own.predicted : fighter) ?? fighter).dashTicks > 0,
      boosted: fighter.boostTicks > 0,
      rapid: fighter.rapidTicks > 0,
      flash: this.#happenings.flashOf(id, nowMs),
    }
  }
}
