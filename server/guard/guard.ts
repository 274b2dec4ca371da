import { GuestTokens } from '../identity/guest-tokens.ts'
import { ReconnectionTokens } from '../identity/reconnection-tokens.ts'
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
  readonly guests: GuestTokens
  readonly tokens: ReconnectionTokens
}

export interface GuardOptions {
  /** Read at each decision: they may change while the server runs. */
  readonly limits: Limits
  readonly log: Logger
  readonly metrics: Metrics
  /** What tokens are signed with. */
  readonly secret: Uint8Array
}

export function makeGuard(options: GuardOptions): Guard {
  const { limits, secret } = options
  const refusals = new Refusals(options)
  const admission = new Admission({ limits, refusals })
  return {
    refusals,
    admission,
    quota: new RoomQuota({ limits, refusals }),
    sessions: new SessionCount(admission),
    guests: new GuestTokens(secret),
    tokens: new ReconnectionTokens(secret),
  }
}
