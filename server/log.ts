import { inspect } from 'node:util'
import { setLogger } from '@colyseus/core/Logger'
import { type Logger, type LoggerOptions, pino } from 'pino'
import pretty from 'pino-pretty'

export type { Logger }

/** How much to log, or a logger of your own. */
export type LogOption = 'silent' | 'error' | 'warn' | 'info' | 'debug' | Logger

/** Places a token can sit in; their values never reach a log line. */
const SECRETS = [
  'token',
  'authToken',
  'reconnectionToken',
  '_authToken',
  'headers.authorization',
  '*.token',
  '*.reconnectionToken',
]

/**
 * Makes the server's logger: JSON lines in production, readable lines on a terminal.
 *
 * @param option a level, or a pino logger to use as it is
 */
export function createLogger(option: LogOption): Logger {
  const log = typeof option === 'string' ? ownLogger({ level: option, redact: SECRETS }) : option
  const colyseus = log.child({ component: 'colyseus' })
  setLogger({
    debug: (...args: unknown[]) => colyseus.debug(args.map(String).join(' ')),
    trace: (...args: unknown[]) => colyseus.trace(args.map(String).join(' ')),
    // Colyseus greets and advises at info level; what matters to an operator we log ourselves.
    info: (...args: unknown[]) => colyseus.debug(args.map(String).join(' ')),
    warn: (...args: unknown[]) => colyseus.warn(args.map(String).join(' ')),
    error: (...args: unknown[]) => colyseus.error(args.map(String).join(' ')),
  })
  return log
}

/** What was thrown, as an error for the log. Anything may be thrown, also what cannot be made text of. */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown
  return new Error(typeof thrown === 'string' ? thrown : inspect(thrown, { depth: 2, customInspect: false }))
}

function ownLogger(options: LoggerOptions): Logger {
  if (process.env['NODE_ENV'] === 'production') return pino(options)
  return pino(
    options,
    pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss', sync: true, destination: 2 }),
  )
}
