import { type Client, ClientState, Protocol } from '@colyseus/core'
import type { Schema, StateView } from '@colyseus/schema'
import { SchemaSerializer } from '@colyseus/sdk'
import { expect } from 'vitest'
import type { PacedClient } from '../../../../server/sync/paced-client.ts'
import type { PatchSerializer } from '../../../../server/sync/patch-serializer.ts'
import type { Crate, Mob, World, WorldState } from './world.ts'

type Json = Record<string, unknown>

export const MOBS = { radiusMetres: 30, leaveRadiusMetres: 36 }
export const CRATES = { radiusMetres: 20, leaveRadiusMetres: 20 }

/** Who looks at a world, and what it must have seen of it. */
export interface Onlooker {
  readonly sessionId: string
  /** Where it looked from at the last patch. */
  eye: { x: number; y: number } | undefined
  /** What it saw then; the margin of an area depends on it. */
  saw: { mobs: Set<unknown>; crates: Set<unknown> }
}

/** A line to the official decoder that stops and goes as a test says: no socket, so that many ticks fit into one. */
export class Observer<S extends Schema = WorldState> implements Onlooker {
  readonly sessionId: string
  readonly decoder = new SchemaSerializer<S>()
  /** What it received since {@link expectNothingHidden}. */
  readonly frames: Uint8Array[] = []
  readonly state = ClientState.JOINED
  whenDrained: (() => void) | undefined
  view: StateView | undefined
  behind = false
  stalled = false
  eye: Onlooker['eye']
  saw: Onlooker['saw'] = { mobs: new Set(), crates: new Set() }

  constructor(sessionId: string) {
    this.sessionId = sessionId
  }

  get drained(): boolean {
    return !this.stalled
  }

  get asClient(): Client {
    return this as unknown as Client
  }

  takesPatch(): boolean {
    if (this.stalled) this.behind = true
    return !this.behind
  }

  missPatch(): void {
    this.behind = true
  }

  resync(frames: readonly Uint8Array[]): void {
    this.behind = false
    for (const frame of frames) this.raw(frame)
  }

  giveUp(): void {}

  raw(frame: Uint8Array): void {
    this.frames.push(frame)
    const it = { offset: 1 }
    if (frame[0] === Protocol.ROOM_STATE) this.decoder.setState(frame, it)
    else this.decoder.patch(frame, it)
  }

  join(serializer: PatchSerializer<S>): void {
    this.decoder.handshake(serializer.handshake() as unknown as Uint8Array)
    this.raw(serializer.getFullState(this.asClient))
  }

  /** The same player on a new connection, which still holds what the old one decoded. */
  returned(serializer: PatchSerializer<S>): Observer<S> {
    const again = new Observer<S>(this.sessionId)
    Object.assign(again, { decoder: this.decoder, view: this.view, eye: this.eye })
    again.resync(serializer.snapshotOver(again.asClient))
    return again
  }
}

/** Fails when a name of what a client may not see was anywhere in its frames. */
export function expectNothingHidden(
  { sessionId, frames }: { readonly sessionId: string; readonly frames: Uint8Array[] },
  should: Json,
): void {
  const shown = JSON.stringify(should)
  for (const frame of frames.splice(0))
    for (const [name] of Buffer.from(frame)
      .toString('latin1')
      .matchAll(/<[\w-]+!?:\d+>/g))
      expect(shown, `${name} in a frame for ${sessionId}`).toContain(name)
}

export function paced(observers: Iterable<Observer<Schema>>): PacedClient[] {
  return [...observers] as unknown as PacedClient[]
}

/** What a client must have: the state through the plainest of filters. Takes note of what it sees. */
export function expected(world: World, observer: Onlooker): Json {
  const { mobs, crates } = world.state
  const own = mobs.get(observer.sessionId)
  // Who has died goes on looking from there.
  if (own) observer.eye = { x: own.x, y: own.y }
  const eye = observer.eye && { ...observer.eye, z: 0 }
  const json = world.state.toJSON() as unknown as Record<'mobs' | 'crates', Record<string, Json>>
  const near = (
    { x, y, z = 0, size = 0 }: { x: number; y: number; z?: number; size?: number },
    seen: boolean,
    { radiusMetres, leaveRadiusMetres }: typeof MOBS,
  ) => eye && Math.hypot(x - eye.x, y - eye.y, z - eye.z) <= size + (seen ? leaveRadiusMetres : radiusMetres)
  const saw = { mobs: new Set<unknown>(), crates: new Set<unknown>() }
  for (const [key, mob] of mobs) {
    const shown =
      mob === own || (!mob.cloaked && (mob.team === own?.team || near(mob, observer.saw.mobs.has(mob), MOBS)))
    if (shown) saw.mobs.add(mob)
    else delete json.mobs[key]
    const tags = tagsOf(mob, own)
    if (shown && !(tags & 1)) delete json.mobs[key]!['secret']
    if (shown && !(tags & 2)) delete json.mobs[key]!['plan']
  }
  for (const [key, crate] of crates) {
    const shown = key === 'c0' || near(crate, observer.saw.crates.has(`${key}${idOf(crate)}`), CRATES)
    if (shown) saw.crates.add(`${key}${idOf(crate)}`)
    else delete json.crates[key]
  }
  observer.saw = saw
  return json
}

/**
 * The same between two patches, when who moved since the last one may still be missing: nothing more than it must
 * have, and no entity in another state. What it got decides what it is at the margin of.
 */
export function expectedAhead(world: World, observer: Onlooker, state: WorldState): Json {
  observer.saw = { mobs: new Set(), crates: new Set() }
  const json = expected(world, observer) as Record<'mobs' | 'crates', Record<string, Json>>
  const has = state.toJSON() as unknown as typeof json
  for (const key of Object.keys(json.mobs)) {
    if (key in has.mobs) continue
    delete json.mobs[key]
    observer.saw.mobs.delete(world.state.mobs.get(key))
  }
  for (const key of Object.keys(json.crates)) {
    if (key in has.crates) continue
    delete json.crates[key]
    observer.saw.crates.delete(`${key}${idOf(world.state.crates.get(key)!)}`)
  }
  return json
}

const ids = new WeakMap<object, number>()
let nextId = 0
function idOf(entity: object): number {
  const id = ids.get(entity) ?? nextId++
  ids.set(entity, id)
  return id
}

/** Its owner sees all of an entity, its team the plans. */
export function tagsOf(mob: Mob, own: Mob | undefined): number {
  return mob === own ? 3 : own && mob.team === own.team ? 2 : 0
}

export const MOB_AREA = {
  x: 'x',
  y: 'y',
  sizeMetres: 'size',
  ...MOBS,
  team: (mob: Mob) => mob.team,
  visible: (mob: Mob) => !mob.cloaked,
  tags: (mob: Mob, { own }: { own: Mob | undefined }) => tagsOf(mob, own),
} as const

export const CRATE_AREA = {
  x: 'x',
  y: 'y',
  z: 'z',
  ...CRATES,
  always: (_crate: Crate, key: string) => key === 'c0',
} as const
