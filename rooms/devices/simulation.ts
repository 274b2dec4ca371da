/** The rules, pure: shadows converge by versions, commands have a deadline. Time is an argument, in milliseconds. */
import { MAX_REMEMBERED, MAX_UNDER_WAY } from './tuning.ts'

export type Value = boolean | number | string

/** What operators want of a device, and what it says it has. */
export interface Shadow {
  readonly desired: Map<string, Value>
  /** Counts the changes of `desired`, from 0. */
  version: number
  readonly reported: Map<string, Value>
  /** The version that the device had taken up when it reported. */
  reportedVersion: number
}

export type CommandState = 'sent' | 'done' | 'failed' | 'expired'

/** Something to do now, as opposed to how to be. */
export interface Command {
  readonly id: string
  readonly device: string
  readonly name: string
  readonly argument: string
  readonly sentMs: number
  readonly deadlineMs: number
  state: CommandState
  /** What the device said. */
  result: string
}

/** The commands under way, and those that ended of late. */
export interface Commands {
  readonly underWay: Map<string, Command>
  readonly ended: Map<string, Command>
}

/** Why something is refused, in words for the one who asked. */
export const REFUSALS = {
  unknownDevice: 'There is no device of that name.',
  offline: 'The device is offline. A desired state would wait for it; a command does not.',
  tooMany: 'The device has as many commands under way as it may.',
  conflict: 'The desired state has changed meanwhile. Look at it again.',
  tooManySettings: 'A device has no more settings than that.',
  outdated: 'That report is older than the last one.',
  fromTheFuture: 'There is no desired state of that version yet.',
  unknownCommand: 'This device was sent no such command.',
  replayed: 'That command was acknowledged before.',
  late: 'The deadline for that command was over; it counts as not done.',
} as const

export type Refusal = keyof typeof REFUSALS

export function createShadow(): Shadow {
  return { desired: new Map(), version: 0, reported: new Map(), reportedVersion: 0 }
}

/**
 * Changes what is wanted; null takes a setting out. What changes nothing makes no version.
 *
 * @param expected the version that the operator looked at; a later one in between is a conflict
 */
export function want(
  shadow: Shadow,
  changes: Readonly<Record<string, Value | null>>,
  { maxSettings, expected }: { maxSettings: number; expected?: number | undefined },
): Refusal | undefined {
  if (expected !== undefined && expected !== shadow.version) return 'conflict'
  const next = new Map(shadow.desired)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.delete(name)
    else next.set(name, value)
  }
  if (next.size > maxSettings) return 'tooManySettings'
  if (alike(next, shadow.desired)) return undefined
  shadow.desired.clear()
  for (const [name, value] of next) shadow.desired.set(name, value)
  shadow.version++
  return undefined
}

/** Takes in what a device says it has, all of it, and which version it has taken up. */
export function report(
  shadow: Shadow,
  settings: Readonly<Record<string, Value>>,
  version: number,
): Refusal | undefined {
  if (version > shadow.version) return 'fromTheFuture'
  if (version < shadow.reportedVersion) return 'outdated'
  shadow.reportedVersion = version
  shadow.reported.clear()
  for (const [name, value] of Object.entries(settings)) shadow.reported.set(name, value)
  return undefined
}

/** The settings that the device does not have as they are wanted. */
export function difference({ desired, reported }: Shadow): string[] {
  return [...desired].filter(([name, value]) => reported.get(name) !== value).map(([name]) => name)
}

export function createCommands(): Commands {
  return { underWay: new Map(), ended: new Map() }
}

/** Begins a command. `online` is whether its device can hear it. */
export function issue(
  commands: Commands,
  command: Omit<Command, 'state' | 'result'>,
  online: boolean,
): Refusal | undefined {
  if (!online) return 'offline'
  if (underWayFor(commands, command.device).length >= MAX_UNDER_WAY) return 'tooMany'
  commands.underWay.set(command.id, { ...command, state: 'sent', result: '' })
  return undefined
}

/** What a device that comes back has not acknowledged yet: it may not have heard it. */
export function underWayFor({ underWay }: Commands, device: string): Command[] {
  return [...underWay.values()].filter((command) => command.device === device)
}

/** Ends a command by its device's word. Who was sent it alone may do so, in time, and once. */
export function acknowledge(
  commands: Commands,
  { id, device, done, result }: { id: string; device: string; done: boolean; result: string },
  nowMs: number,
): Command | Refusal {
  const command = commands.underWay.get(id) ?? commands.ended.get(id)
  if (command?.device !== device) return 'unknownCommand'
  if (command.state === 'expired' || (command.state === 'sent' && nowMs > command.deadlineMs)) return 'late'
  if (command.state !== 'sent') return 'replayed'
  return end(commands, command, { state: done ? 'done' : 'failed', result })
}

/** Ends the commands whose deadline is over. */
export function expire(commands: Commands, nowMs: number): Command[] {
  const late = [...commands.underWay.values()].filter(({ deadlineMs }) => nowMs > deadlineMs)
  return late.map((command) => end(commands, command, { state: 'expired', result: '' }))
}

function end(
  { underWay, ended }: Commands,
  command: Command,
  how: Pick<Command, 'state' | 'result'>,
): Command {
  Object.assign(command, how)
  underWay.delete(command.id)
  ended.set(command.id, command)
  if (ended.size > MAX_REMEMBERED) ended.delete(ended.keys().next().value!)
  return command
}

function alike(one: ReadonlyMap<string, Value>, other: ReadonlyMap<string, Value>): boolean {
  return one.size === other.size && [...one].every(([name, value]) => other.get(name) === value)
}
