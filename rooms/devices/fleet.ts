/** The devices of a room with their shadows: kept in the storage, shown in the state. */
import { createShadow, difference, type Shadow, type Value } from './simulation.ts'
import { Device, type DevicesState } from './state.ts'

/** What the fleet needs of a storage: records under names that begin alike. */
export interface Shelf {
  readonly prefix: string
  /** Undefined takes the record away. */
  put(id: string, kept: Kept | undefined): Promise<void>
  list(): Promise<readonly { readonly key: string; readonly value: unknown }[]>
}

/** What is kept of a device. */
export interface Kept {
  readonly group: string
  readonly desired: { readonly [name: string]: Value }
  readonly version: number
  readonly reported: { readonly [name: string]: Value }
  readonly reportedVersion: number
  readonly sinceMs: number
}

export interface Unit {
  readonly id: string
  readonly shadow: Shadow
  readonly shown: Device
  /** Session of its connection; undefined while it is away. */
  sessionId: string | undefined
}

export interface FleetOptions {
  readonly state: DevicesState
  readonly shelf: Shelf
  /** Told of each device that is new, so that operators see it. */
  appeared(device: Device): void
}

export class Fleet {
  readonly #options: FleetOptions
  readonly #units = new Map<string, Unit>()

  constructor(options: FleetOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#units.size
  }

  get(id: string): Unit | undefined {
    return this.#units.get(id)
  }

  async load(): Promise<void> {
    const { shelf } = this.#options
    for (const { key, value } of await shelf.list()) {
      const kept = value as Kept
      const unit = this.add(key.slice(shelf.prefix.length), kept.group)
      unit.shown.sinceMs = kept.sinceMs
      Object.assign(unit.shadow, { version: kept.version, reportedVersion: kept.reportedVersion })
      for (const [name, wanted] of Object.entries(kept.desired)) unit.shadow.desired.set(name, wanted)
      for (const [name, had] of Object.entries(kept.reported)) unit.shadow.reported.set(name, had)
      this.show(unit)
    }
  }

  add(id: string, group: string): Unit {
    const shown = new Device({ group })
    const unit: Unit = { id, shadow: createShadow(), shown, sessionId: undefined }
    this.#units.set(id, unit)
    this.#options.state.devices.set(id, shown)
    this.#options.appeared(shown)
    return unit
  }

  async forget({ id }: Unit): Promise<void> {
    this.#units.delete(id)
    this.#options.state.devices.delete(id)
    await this.#options.shelf.put(id, undefined)
  }

  /** Whether a device is here, by which session. */
  mark(unit: Unit, sessionId: string | undefined, nowMs: number): void {
    unit.sessionId = sessionId
    unit.shown.online = sessionId !== undefined
    unit.shown.sinceMs = nowMs
  }

  /** Writes a shadow into the state. */
  show({ shadow, shown }: Unit): void {
    showSettings(shown.desired, shadow.desired)
    showSettings(shown.reported, shadow.reported)
    shown.version = shadow.version
    shown.reportedVersion = shadow.reportedVersion
    shown.inSync = difference(shadow).length === 0
  }

  async keep({ id, shadow, shown }: Unit): Promise<void> {
    await this.#options.shelf.put(id, {
      group: shown.group,
      desired: Object.fromEntries(shadow.desired),
      version: shadow.version,
      reported: Object.fromEntries(shadow.reported),
      reportedVersion: shadow.reportedVersion,
      sinceMs: shown.sinceMs,
    })
  }
}

function showSettings(shown: Device['desired'], settings: ReadonlyMap<string, Value>): void {
  for (const name of [...shown.keys()]) if (!settings.has(name)) shown.delete(name)
  for (const [name, value] of settings) {
    const text = JSON.stringify(value)
    if (shown.get(name) !== text) shown.set(name, text)
  }
}
