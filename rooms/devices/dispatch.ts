/** Commands on their way: to a device, and how they ended back to the operators. */
import { randomUUID } from 'node:crypto'
import type { Fleet, Unit } from './fleet.ts'
import type { Order } from './formats.ts'
import {
  acknowledge,
  type Command,
  createCommands,
  expire,
  issue,
  type Refusal,
  underWayFor,
} from './simulation.ts'
import { DEADLINE_SECONDS } from './tuning.ts'

/** A command, as its device is told. */
export interface ToldCommand {
  readonly id: string
  readonly name: string
  readonly argument: string
  readonly withinMs: number
}

/** How a command ended, for operators. */
export type Ended = Pick<Command, 'id' | 'device' | 'name' | 'state' | 'result'> & { readonly tookMs: number }

export interface DispatchOptions {
  readonly fleet: Fleet
  /** The room's monotonic clock, in milliseconds. */
  nowMs(): number
  tellDevice(unit: Unit, command: ToldCommand): void
  tellOperators(ended: Ended): void
}

export class Dispatch {
  readonly #options: DispatchOptions
  readonly #commands = createCommands()

  constructor(options: DispatchOptions) {
    this.#options = options
  }

  /** Sends a command. @returns its id, or why it was not sent */
  send({ device, name, argument = '', deadlineSeconds = DEADLINE_SECONDS }: Order): { id: string } | Refusal {
    const { fleet, nowMs } = this.#options
    const unit = fleet.get(device)
    if (!unit) return 'unknownDevice'
    const sentMs = nowMs()
    const id = randomUUID()
    const command = { id, device, name, argument, sentMs, deadlineMs: sentMs + deadlineSeconds * 1000 }
    const refusal = issue(this.#commands, command, unit.sessionId !== undefined)
    if (refusal) return refusal
    const underWay = this.#commands.underWay.get(id)!
    this.#show(underWay)
    this.#tell(unit, underWay)
    return { id }
  }

  /** Sends again what a device that is back may not have heard. */
  resend(unit: Unit): void {
    for (const command of underWayFor(this.#commands, unit.id)) this.#tell(unit, command)
  }

  end(device: string, said: { id: string; done: boolean; result?: string | undefined }): Refusal | undefined {
    const word = { ...said, device, result: said.result ?? '' }
    const ended = acknowledge(this.#commands, word, this.#options.nowMs())
    if (typeof ended === 'string') return ended
    this.#tellEnd(ended)
    return undefined
  }

  expire(): void {
    for (const command of expire(this.#commands, this.#options.nowMs())) this.#tellEnd(command)
  }

  #tell(unit: Unit, { id, name, argument, deadlineMs }: Command): void {
    const withinMs = Math.max(0, Math.round(deadlineMs - this.#options.nowMs()))
    this.#options.tellDevice(unit, { id, name, argument, withinMs })
  }

  #tellEnd(command: Command): void {
    this.#show(command)
    const { id, device, name, state, result, sentMs } = command
    const tookMs = Math.round(this.#options.nowMs() - sentMs)
    this.#options.tellOperators({ id, device, name, state, result, tookMs })
  }

  #show({ device, name, state, result }: Command): void {
    const unit = this.#options.fleet.get(device)
    if (unit) Object.assign(unit.shown, { command: name, commandState: state, commandResult: result })
  }
}
