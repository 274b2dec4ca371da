import type { Limits } from '../limits.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { Admission } from './admission.ts'
import { Refusals } from './refusals.ts'
import { RoomQuota } from './room-quota.ts'
import { SessionCount } from './session-count.ts'

/** What stands before a server's rooms: who may come in, how often, and how many. */
export interface Guard {
  readonly refusals: Refusals
  readonly admission: Admission
  readonly quota: RoomQuota
  readonly sessions: SessionCount
}

/** @param limits read at each decision: they may change while the server runs */
export function makeGuard(options: { limits: Limits; log: Logger; metrics: Metrics }): Guard {
  const { limits } = options
  const refusals = new Refusals(options)
  const admission = new Admission({ limits, refusals })
  return {
    refusals,
    admission,
    quota: new RoomQuota({ limits, refusals }),
    sessions: new SessionCount(admission),
  }
}
