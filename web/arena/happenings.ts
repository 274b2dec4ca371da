import type { Point } from '../../rooms/arena/map.ts'
import { RADIUS_METRES } from '../../rooms/arena/tuning.ts'
import type { ArenaClient } from './arena-client.ts'
import type { Camera } from './draw/camera.ts'
import type { Effects } from './draw/effects.ts'
import { fighterColour, PICKUP_LOOKS } from './draw/palette.ts'
import type { Feed } from './hud/feed.ts'
import { EMOTE_WORDS } from './hud/tools.ts'
import type { SoundName, Sounds } from './sound.ts'

export interface Theatre {
  readonly effects: Effects
  readonly camera: Camera
  readonly sounds: Sounds
  readonly feed: Feed
  /** Where a fighter is drawn now. */
  placeOf(sessionId: string): Point | undefined
}

/** How long a hit makes a fighter flash. */
const FLASH_MS = 140
/** Beyond this, nothing is heard. */
const EARSHOT_METRES = 30

/** Turns what the room tells into light, sound and words. */
export class Happenings {
  readonly #room: ArenaClient
  readonly #theatre: Theatre
  readonly #hitsMs = new Map<string, number>()
  /** Who took the own fighter out last. */
  killer: string | undefined

  constructor(room: ArenaClient, theatre: Theatre) {
    this.#room = room
    this.#theatre = theatre
    const { effects, feed, camera } = theatre
    const own = room.sessionId
    const colourOf = (id: string): string => fighterColour(room.state.fighters.get(id)?.colour ?? 0)

    room.on('shot', ({ by, x, y, toX, toY }) => {
      if (by === own) return // shown when it was predicted
      const from = theatre.placeOf(by) ?? { x, y }
      effects.shot(muzzle(from, { x: toX, y: toY }), { x: toX, y: toY }, colourOf(by))
      this.#sound('shot', from, 0.6)
    })
    room.on('hit', ({ victim, by, damage }) => {
      this.#hitsMs.set(victim, performance.now())
      const place = theatre.placeOf(victim)
      if (by === own && place) effects.floater(place, damage > 0 ? `−${damage}` : 'shield', '#ffffff')
      if (by === own) theatre.sounds.play('hit')
      if (victim !== own || damage === 0) return
      camera.shake(0.45)
      theatre.sounds.play('hurt')
    })
    room.on('kill', ({ victim, by, victimName, byName, streak }) => {
      const place = theatre.placeOf(victim)
      if (place) effects.burst(place, colourOf(victim))
      feed.kill({ by: byName, victim: victimName, own: by === own || victim === own })
      if (streak >= 3) feed.note(`${byName}: ${streak} in a row`)
      if (victim === own) {
        this.killer = by === own ? undefined : byName
        camera.shake(1)
        theatre.sounds.play('death')
      } else if (by === own) theatre.sounds.play('kill')
    })
    room.on('pickup', ({ by, pickup, kind }) => {
      const place = room.state.pickups.get(pickup) ?? theatre.placeOf(by)
      if (place) effects.floater(place, PICKUP_LOOKS[kind].word, PICKUP_LOOKS[kind].colour)
      if (by === own) theatre.sounds.play('pickup')
    })
    room.on('spawn', ({ sessionId, x, y }) => {
      effects.spawn({ x, y }, colourOf(sessionId))
      if (sessionId === own) theatre.sounds.play('spawn')
    })
    room.on('roundStart', ({ round }) => {
      feed.note(`Round ${round} begins`)
      theatre.sounds.play('round')
    })
    room.on('roundEnd', () => theatre.sounds.play('round'))
    room.on('emote', ({ by, kind }) => {
      const place = theatre.placeOf(by)
      if (place) effects.floater(place, EMOTE_WORDS[kind], '#ffffff')
    })
  }

  /** 1 in the moment this fighter was hit, 0 a little later. */
  flashOf(sessionId: string, nowMs: number): number {
    const hitMs = this.#hitsMs.get(sessionId)
    return hitMs === undefined ? 0 : Math.max(0, 1 - (nowMs - hitMs) / FLASH_MS)
  }

  /** The own shot, before the server knows of it. */
  ownShot(from: Point, to: Point): void {
    const colour = fighterColour(this.#room.state.fighters.get(this.#room.sessionId)?.colour ?? 0)
    this.#theatre.effects.shot(muzzle(from, to), to, colour)
    this.#theatre.sounds.play('shot')
  }

  #sound(name: SoundName, at: Point, volume: number): void {
    const { x, y } = this.#theatre.camera
    const distance = Math.hypot(at.x - x, at.y - y)
    this.#theatre.sounds.play(name, volume * Math.max(0, 1 - distance / EARSHOT_METRES))
  }
}

/** The tip of the weapon of a fighter at `from` who shoots at `to`. */
function muzzle(from: Point, to: Point): Point {
  const distance = Math.hypot(to.x - from.x, to.y - from.y)
  const reach = Math.min(distance, RADIUS_METRES + 0.28)
  if (distance === 0) return from
  return {
    x: from.x + ((to.x - from.x) / distance) * reach,
    y: from.y + ((to.y - from.y) / distance) * reach,
  }
}
