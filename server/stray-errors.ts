import type { Logger } from 'pino'
import { asError } from './log.ts'
import type { Metrics } from './metrics/metrics.ts'

/**
 * Keeps the process alive when something throws outside every hook: a timer or promise that a room forgot about. It
 * is logged and counted; other rooms never notice. Node would end the process, and every match in it.
 *
 * @returns a function that removes the handlers again
 */
export function surviveStrayErrors(log: Logger, metrics: Metrics): () => void {
  const report = (error: unknown, origin: string): void => {
    metrics.strayErrors.inc()
    log.error({ err: asError(error), origin }, 'error outside any room hook')
  }
  const onException = (error: unknown) => report(error, 'uncaughtException')
  const onRejection = (error: unknown) => report(error, 'unhandledRejection')
  process.on('uncaughtException', onException)
  process.on('unhandledRejection', onRejection)
  return () => {
    process.off('uncaughtException', onException)
    process.off('unhandledRejection', onRejection)
  }
}
