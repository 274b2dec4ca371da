import { performance } from 'node:perf_hooks'
import { matchMaker } from '@colyseus/core'
import type { Health } from './http/health.ts'
import { Overload, type OverloadOptions } from './overload/overload.ts'
import type { RoomRuntime } from './room/room-runtime.ts'
import { Shutdown } from './shutdown/shutdown.ts'

/** Whether players may come, and what load balancers are told of it. */
export class Availability {
  readonly shutdown: Shutdown
  readonly overload: Overload
  readonly #startedMs = performance.now()

  constructor(options: OverloadOptions & { running: ReadonlySet<RoomRuntime> }) {
    this.shutdown = new Shutdown(options)
    this.overload = new Overload(options)
  }

  /** @throws FairgroundError SERVER_SHUTTING_DOWN or SERVER_BUSY */
  refuseJoin(method: string): void {
    this.shutdown.refuseJoin(method)
    this.overload.refuseJoin(method)
  }

  health(): Health {
    const { roomCount, ccu } = matchMaker.stats.local
    return {
      status: this.shutdown.begun ? 'draining' : this.overload.busy ? 'busy' : 'ok',
      rooms: roomCount,
      clients: ccu,
      uptimeSeconds: Math.round((performance.now() - this.#startedMs) / 1000),
    }
  }
}
