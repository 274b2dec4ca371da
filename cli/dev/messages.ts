import type { ServerAddress, ServerStatus } from '../../server/index.ts'
import type { ErrorCode } from '../../shared/errors.ts'

/** What the serving child tells `fairground dev`. */
export type ServeMessage =
  | { type: 'listening'; address: ServerAddress }
  | { type: 'status'; status: ServerStatus }
  | { type: 'failed'; error: { code?: ErrorCode; text: string; next?: string; stack?: string } }
