import { type ParseArgsConfig, parseArgs } from 'node:util'
import { UsageError } from './usage-error.ts'

type Options = NonNullable<ParseArgsConfig['options']>

/** Reads a command's arguments, one `what` at most; what is not understood is a {@link UsageError} that names it. */
export function readArguments<const O extends Options>(args: string[], options: O, what = 'server file') {
  try {
    const parsed = parseArgs({ args, options, allowPositionals: true, allowNegative: true, strict: true })
    if (parsed.positionals.length > 1)
      throw new UsageError(`One ${what} at a time, not ${parsed.positionals.length}.`)
    return parsed
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** @throws UsageError for anything that is not an option */
export function optionsOnly(command: string, positionals: readonly string[]): void {
  if (positionals.length > 0) throw new UsageError(`${command} takes options only, not "${positionals[0]}".`)
}

/**
 * A whole number given as an option.
 *
 * @throws UsageError naming option and range
 */
export function wholeNumber(option: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (/^\d+$/.test(text) && value <= max) return value
  throw new UsageError(`--${option} is "${text}"; it must be a whole number from 0 to ${max}.`)
}
