import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import {
  type Client,
  ERRORS,
  FairgroundError,
  GameRoom,
  type Identity,
  type JoinContext,
  type Json,
  message,
  request,
  type TickContext,
} from '../../server/index.ts'
import { StateView } from '../../shared/schema.ts'
import { refuseUnproven } from './access.ts'
import { Dispatch, type Ended, type ToldCommand } from './dispatch.ts'
import { Fleet, type Unit } from './fleet.ts'
import { Acknowledgement, Forget, Grouping, Joining, Order, Report, Telemetry, Want } from './formats.ts'
import { REFUSALS, type Refusal, report, type Value, want } from './simulation.ts'
import { DevicesState } from './state.ts'
import { MAX_CLIENTS, MAX_DEVICES, MAX_VALUES, TELEMETRY, TICK_RATE_HZ } from './tuning.ts'

const PREFIX = 'devices/'
const NO_GROUP = 'new'

/** The answer to what the rules may refuse. `id` is a command's. */
export type Answer = { accepted: true; id?: string } | { accepted: false; reason: Refusal; message: string }

/** What a device is told of its desired state: all of it, and which version that is. */
export interface Desired {
  readonly version: number
  readonly settings: Record<string, Value>
}

interface Events {
  desired: Desired
  command: ToldCommand
  ended: Ended
}

/** A fleet of devices and those who operate it. */
export class DevicesRoom extends GameRoom<{ state: DevicesState; events: Events }> {
  override maxClients = MAX_CLIENTS
  override tickRateHz = TICK_RATE_HZ
  override jsonClients = true
  override joinOptions = Joining
  override state = new DevicesState()
  /** What all operators see: everything. Devices have no view and see nothing. */
  readonly #operators = new StateView()
  readonly #fleet = new Fleet({
    state: this.state,
    shelf: {
      put: (id, kept) => this.storage.put(PREFIX + id, kept as Json | undefined),
      list: () => this.storage.list(PREFIX, MAX_DEVICES),
      prefix: PREFIX,
    },
    appeared: (device) => this.#operators.add(device),
  })
  readonly #dispatch = new Dispatch({
    fleet: this.#fleet,
    nowMs: () => this.clock.elapsedTime,
    tellDevice: (unit, command) => this.#clientOf(unit)?.send('command', command),
    tellOperators: (ended) => {
      for (const client of this.clients) if (isOperator(client)) client.send('ended', ended)
    },
  })

  override messages = {
    telemetry: message(Telemetry, (client, readings) => this.#measure(client, readings), TELEMETRY),
  }

  override requests = {
    // Of devices
    report: request(Report, (client, said) => this.#report(client, said)),
    acknowledge: request(Acknowledgement, (client, said) =>
      answerTo(this.#dispatch.end(this.#deviceOf(client).id, said)),
    ),
    // Of operators
    want: request(Want, (client, wanted) => this.#want(client, wanted)),
    command: request(Order, (client, order) => this.#command(client, order)),
    group: request(Grouping, (client, wanted) => this.#group(client, wanted)),
    forget: request(Forget, (client, { device }) => this.#forget(client, device)),
  }

  static override async onAuth(token: string, options: unknown, context: JoinContext): Promise<Identity> {
    const joining = options as Joining
    refuseUnproven(joining, token ?? '', context)
    const id = joining.role === 'device' ? `device ${joining.id}` : `operator ${randomUUID()}`
    return { id, guest: false }
  }

  override jsonState(client: Client) {
    const unit = this.#unitOf(client)
    return unit && { desired: desiredOf(unit), reportedVersion: unit.shadow.reportedVersion }
  }

  override async onCreate() {
    // Also while there is none, or pages would miss the list itself.
    this.#operators.add(this.state.devices)
    await this.#fleet.load()
  }

  override onTick(_context: TickContext) {
    this.#dispatch.expire()
  }

  override async onJoin(client: Client, joining: Joining) {
    if (joining.role === 'operator') client.view = this.#operators
    else await this.#admit(client, joining)
  }

  override onDrop(client: Client) {
    this.#goAway(client)
  }

  override onReconnect(client: Client) {
    const unit = this.#knownBy(client)
    if (unit) this.#welcome(client, unit)
  }

  override onLeave(client: Client) {
    this.#goAway(client)
  }

  async #admit(client: Client, { id, group }: Joining & { role: 'device' }): Promise<void> {
    const known = this.#fleet.get(id)
    if (!known && this.#fleet.size >= MAX_DEVICES) throw new FairgroundError('ROOM_FULL')
    const unit = known ?? this.#fleet.add(id, group ?? NO_GROUP)
    client.userData = id
    this.#welcome(client, unit)
    if (!known) await this.#fleet.keep(unit)
  }

  /** Tells a device what it may have missed: the desired state, and commands that are still under way. */
  #welcome(client: Client, unit: Unit): void {
    const earlier = unit.sessionId
    this.#fleet.mark(unit, client.sessionId, Date.now())
    const { wire, message } = ERRORS.SESSION_TAKEN_OVER
    // Its old line may be dead without anybody having noticed.
    if (earlier !== undefined && earlier !== client.sessionId)
      this.clients.getById(earlier)?.leave(wire, message)
    client.send('desired', desiredOf(unit))
    this.#dispatch.resend(unit)
  }

  #goAway(client: Client): void {
    const unit = this.#unitOf(client)
    if (unit) this.#fleet.mark(unit, undefined, Date.now())
  }

  #measure(client: Client, readings: Record<string, number>): void {
    const { shown } = this.#deviceOf(client)
    for (const name of [...shown.readings.keys()])
      if (!Object.hasOwn(readings, name)) shown.readings.delete(name)
    for (const [name, value] of Object.entries(readings))
      if (shown.readings.get(name) !== value) shown.readings.set(name, value)
  }

  async #report(client: Client, { settings, version }: z.infer<typeof Report>): Promise<Answer> {
    const unit = this.#deviceOf(client)
    const refusal = report(unit.shadow, settings, version)
    if (refusal) return answerTo(refusal)
    this.#fleet.show(unit)
    await this.#fleet.keep(unit)
    return answerTo()
  }

  async #want(client: Client, { devices, changes, expected }: z.infer<typeof Want>): Promise<Answer> {
    const units = this.#operatedBy(client, devices)
    if (!units) return answerTo('unknownDevice')
    for (const unit of units) {
      const { version } = unit.shadow
      const refusal = want(unit.shadow, changes, { maxSettings: MAX_VALUES, expected })
      if (refusal) return answerTo(refusal)
      if (unit.shadow.version === version) continue
      this.#fleet.show(unit)
      this.#clientOf(unit)?.send('desired', desiredOf(unit))
    }
    await Promise.all(units.map((unit) => this.#fleet.keep(unit)))
    return answerTo()
  }

  #command(client: Client, order: Order): Answer {
    if (!this.#operatedBy(client, [order.device])) return answerTo('unknownDevice')
    const sent = this.#dispatch.send(order)
    return typeof sent === 'string' ? answerTo(sent) : { accepted: true, ...sent }
  }

  async #group(client: Client, { devices, group }: z.infer<typeof Grouping>): Promise<Answer> {
    const units = this.#operatedBy(client, devices)
    if (!units) return answerTo('unknownDevice')
    for (const { shown } of units) shown.group = group
    await Promise.all(units.map((unit) => this.#fleet.keep(unit)))
    return answerTo()
  }

  /** Takes a device out of the list. One that comes again is in it again. */
  async #forget(client: Client, id: string): Promise<Answer> {
    const [unit] = this.#operatedBy(client, [id]) ?? []
    if (!unit) return answerTo('unknownDevice')
    this.#clientOf(unit)?.leave(ERRORS.KICKED.wire, 'An operator has taken this device out of the fleet.')
    await this.#fleet.forget(unit)
    return answerTo()
  }

  /** The devices of these ids, for an operator; undefined when one of them is not there. */
  #operatedBy(client: Client, ids: readonly string[]): Unit[] | undefined {
    if (!isOperator(client)) throw onlyFor('operators')
    const units = ids.map((id) => this.#fleet.get(id))
    return units.every((unit) => unit !== undefined) ? units : undefined
  }

  #clientOf({ sessionId }: Unit): Client | undefined {
    return sessionId === undefined ? undefined : this.clients.getById(sessionId)
  }

  #knownBy({ userData }: Client): Unit | undefined {
    return typeof userData === 'string' ? this.#fleet.get(userData) : undefined
  }

  /** The device at this connection, unless a later one took its place. */
  #unitOf(client: Client): Unit | undefined {
    const unit = this.#knownBy(client)
    return unit?.sessionId === client.sessionId ? unit : undefined
  }

  #deviceOf(client: Client): Unit {
    const unit = this.#unitOf(client)
    if (!unit) throw onlyFor('devices')
    return unit
  }
}

function answerTo(refusal?: Refusal): Answer {
  return refusal ? { accepted: false, reason: refusal, message: REFUSALS[refusal] } : { accepted: true }
}

function onlyFor(whom: string): FairgroundError {
  return new FairgroundError('REQUEST_REFUSED', { message: `That is for ${whom} only.` })
}

function isOperator({ view }: Client): boolean {
  return view !== undefined
}

function desiredOf({ shadow: { version, desired } }: Unit): Desired {
  return { version, settings: Object.fromEntries(desired) }
}
