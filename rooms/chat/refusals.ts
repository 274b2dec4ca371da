import { FairgroundError } from '../../shared/errors.ts'
import type { ChatMessage, Receipt, Refusal } from './messages.ts'

/** An answer to a request that cannot be met, in words for whoever asked. */
export function refused(message: string): FairgroundError {
  return new FairgroundError('REQUEST_REFUSED', { message })
}

export const FILTERED: Refusal = {
  ok: false,
  reason: 'filtered',
  text: 'This message has words that are not welcome here.',
}

export function receiptOf({ seq, atMs }: ChatMessage): Receipt {
  return { ok: true, seq, atMs }
}
