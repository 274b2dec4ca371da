import { performance } from 'node:perf_hooks'
import { FairgroundError } from '../../shared/errors.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { GameStorage } from './storage.ts'

/** Least time between two lines about a storage that fails, in milliseconds. */
const REPORT_INTERVAL_MS = 1_000

/** The same storage; its failures are counted and logged, whoever they are answered to. */
export function watchedStorage(
  storage: GameStorage,
  { log, metrics }: { log: Logger; metrics: Metrics },
): GameStorage {
  let lastMs = Number.NEGATIVE_INFINITY
  const note = (operation: string, error: unknown): void => {
    const code = error instanceof FairgroundError ? error.code : 'STORAGE_FAILED'
    if (code === 'STORAGE_INVALID') return // the room's own mistake, which the room is told
    metrics.storageErrors.inc({ code })
    const nowMs = performance.now()
    if (nowMs - lastMs < REPORT_INTERVAL_MS) return
    lastMs = nowMs
    log.error({ code, operation, err: error }, 'the storage failed')
  }
  return new Proxy(storage, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        const result: unknown = value.apply(target, args)
        if (result instanceof Promise) result.catch((error) => note(String(property), error))
        return result
      }
    },
  })
}
