import type { Device } from '../../rooms/devices/state.ts'

const UNITS: Readonly<Record<string, string>> = {
  celsius: '°C',
  battery: '%',
  humidity: '%',
  volts: 'V',
  watts: 'W',
}
const COMMANDS = { sent: 'waiting', done: 'done', failed: 'failed', expired: 'no answer' } as const

/** A reading with its unit, where the name tells which: `celsius` is 21.4 °C. */
export function spelledReading(name: string, value: number): string {
  const digits = value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0 })
  // The unit stays with its number where a line is broken.
  return UNITS[name] ? `${digits}\u00a0${UNITS[name]}` : digits
}

/** A setting, which the state holds as JSON. */
export function spelledSetting(json: string | undefined): string {
  if (json === undefined) return '–'
  const value: unknown = JSON.parse(json)
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return String(value)
}

/** Reads what an operator typed for a setting: on and off, a number, else a text. */
export function readSetting(text: string): boolean | number | string {
  const trimmed = text.trim()
  if (/^(on|true)$/i.test(trimmed)) return true
  if (/^(off|false)$/i.test(trimmed)) return false
  return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed
}

/** How long a device has been here, or away. */
export function spelledSince({ sinceMs }: Device, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - sinceMs) / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} days`
}

export function spelledCommand({ command, commandState, commandResult }: Device): string {
  if (commandState === '') return ''
  return `${command}: ${commandResult || COMMANDS[commandState]}`
}

/** Names of the settings that are wanted or reported, those that differ first. */
export function settingsOf({ desired, reported }: Device): { name: string; differs: boolean }[] {
  const names = [...new Set([...desired.keys(), ...reported.keys()])].sort()
  const all = names.map((name) => ({
    name,
    differs: desired.has(name) && desired.get(name) !== reported.get(name),
  }))
  return all.sort((a, b) => Number(b.differs) - Number(a.differs))
}
