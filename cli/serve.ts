/** The child that `fairground dev` starts anew after each change: one server, reported to the parent over IPC. */
import { FairgroundError } from '../shared/errors.ts'
import type { ServeMessage } from './dev/messages.ts'
import { loadServer } from './server-file.ts'

const STATUS_INTERVAL_MS = 1_000

const [path, options] = process.argv.slice(2)

try {
  const server = await loadServer(path!)
  const address = await server.listen(JSON.parse(options!) as { port?: number; host?: string })
  tell({ type: 'listening', address })
  // A developer's players need no notice.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => void server.close({ noticeMs: 0 }))
  setInterval(() => tell({ type: 'status', status: server.status() }), STATUS_INTERVAL_MS).unref()
} catch (error) {
  tell({ type: 'failed', error: portable(error) })
  // The message must be on its way before the process ends.
  process.exitCode = 1
  process.disconnect?.()
  setImmediate(() => process.exit(1))
}

function tell(message: ServeMessage): void {
  if (process.connected) process.send?.(message)
}

function portable(error: unknown): Extract<ServeMessage, { type: 'failed' }>['error'] {
  if (!(error instanceof FairgroundError)) {
    return { text: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
  const { code, message, next, cause } = error
  return { code, text: message, next, ...(cause instanceof Error && { stack: cause.stack ?? '' }) }
}
