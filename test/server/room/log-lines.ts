import { type Logger, pino } from 'pino'

/** One line of a server's log, read back. */
export interface LogLine {
  readonly level: number
  readonly msg: string
  readonly component?: string
  readonly room?: string
  readonly roomId?: string
  readonly hook?: string
  readonly sessionId?: string
  readonly suppressed?: number
  readonly err?: { readonly message: string; readonly stack: string }
}

/** A real logger for `startTestServer({ log })`, and the lines it has written so far. */
export function logLines(): { log: Logger; lines: LogLine[] } {
  const lines: LogLine[] = []
  return { log: pino({ level: 'warn' }, { write: (line) => void lines.push(JSON.parse(line)) }), lines }
}
