import { styleText } from 'node:util'
import { FairgroundError } from '../shared/errors.ts'
import { UsageError } from './usage-error.ts'

/** Shows an error as a person needs it: what happened, why, what to do. A stack only where it is ours or the user's. */
export function printError(error: unknown): void {
  if (error instanceof UsageError) {
    console.error(styleText('red', error.message))
    return
  }
  if (!(error instanceof FairgroundError)) {
    console.error(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return
  }
  console.error(`${styleText('red', `✗ ${error.message}`)}  [${error.code}]`)
  if (SHOW_CAUSE.has(error.code) && error.cause instanceof Error)
    console.error(styleText('dim', error.cause.stack ?? ''))
  console.error(`  ${error.next}`)
  for (const cause of error.causes) console.error(`  - ${cause}`)
}

/** Errors in the user's own code: where it is matters more than what it says. */
const SHOW_CAUSE = new Set(['ROOM_CLASS_INVALID', 'SERVER_FILE_INVALID'])
