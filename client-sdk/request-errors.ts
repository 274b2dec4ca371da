import { codeOfWire, FairgroundError } from '../shared/errors.ts'

/** Says why a request failed, from what the official SDK rejects with. */
export function explainRequest(thrown: unknown, type: string): FairgroundError {
  const { name, code, message } = thrown as { name?: string; code?: unknown; message?: string }
  const known = typeof code === 'number' ? codeOfWire(code) : undefined
  if (known) return new FairgroundError(known, message ? { message } : {})
  if (name === 'no_handler') {
    return new FairgroundError('MESSAGE_UNKNOWN', {
      message: `The room has no handler for the request "${type}".`,
    })
  }
  if (message?.includes('timed out')) return new FairgroundError('REQUEST_TIMEOUT', { cause: thrown })
  if (message?.startsWith('connection closed'))
    return new FairgroundError('CONNECTION_LOST', { cause: thrown })
  return new FairgroundError('HANDLER_FAILED', { cause: thrown })
}
