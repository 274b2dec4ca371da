import type { IncomingMessage } from 'node:http'
import { callerOf } from '../proxy/caller.ts'
import { networkOf } from './network.ts'

/** Who asks, as far as limits by address are concerned. */
export interface Asker {
  /** Undefined where nobody trusted named it, or where it would stand for everybody behind a proxy. */
  readonly sender: string | undefined
  /** How much one request counts: twice from programs, which can be started by the thousand and name no origin. */
  readonly weight: number
}

const WEIGHT_WITHOUT_ORIGIN = 2

export function askerOf(request: IncomingMessage): Asker {
  const { address, standsForMany } = callerOf(request)
  return {
    sender: address === undefined || standsForMany ? undefined : networkOf(address),
    weight: request.headers.origin === undefined ? WEIGHT_WITHOUT_ORIGIN : 1,
  }
}
