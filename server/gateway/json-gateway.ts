import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { FairgroundError } from '../../shared/errors.ts'
import type { Admission } from '../guard/admission.ts'
import { askerOf } from '../guard/asker.ts'
import { refuseBanned, whoAsks } from '../http/who-asks.ts'
import type { GuestTokens } from '../identity/guest-tokens.ts'
import type { Limits } from '../limits.ts'
import type { Logger } from '../log.ts'
import type { JoinRequests } from '../matchmaking/join-requests.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { callerOf } from '../proxy/caller.ts'
import type { WssTransport } from '../transport/wss-transport.ts'
import { JsonConnection, type Seat } from './json-connection.ts'
import type { Said } from './json-protocol.ts'

export interface JsonGatewayOptions {
  readonly transport: WssTransport
  readonly joins: JoinRequests
  readonly admission: Admission
  readonly guests: GuestTokens
  readonly metrics: Metrics
  readonly limits: Limits
  readonly log: Logger
  refuseJoin(method: string): void
}

/**
 * Rooms for machines that read no patches: `wss://host/json/<room>` with the subprotocol `fairground.json.v1`. One
 * connection is one session; join options, handlers and limits are those of every other client.
 */
export class JsonGateway {
  readonly #options: JsonGatewayOptions

  constructor(options: JsonGatewayOptions) {
    this.#options = options
  }

  /** Takes an upgrade that the router has checked. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, room: string): void {
    const { transport, admission, limits, metrics, log } = this.#options
    transport.upgrade(request, socket, head, (webSocket, gate) => {
      const connection = new JsonConnection({
        socket: webSocket,
        gate,
        client: { limits, metrics },
        authContext: { headers: new Headers(), ip: callerOf(request).address, req: request },
        reserve: (said) => this.#reserve(request, room, said),
        refused: (error, thrown) => {
          if (error.code === 'INTERNAL') log.error({ err: thrown }, 'join failed')
          metrics.joinsRefused.inc({ code: error.code })
          if (error.code === 'AUTH_FAILED') admission.guessed(askerOf(request))
        },
      })
      webSocket.reader = connection
      webSocket.once('close', this.#expectJoin(connection))
    })
  }

  async #reserve(request: IncomingMessage, room: string, said: Said & { type: 'join' }): Promise<Seat> {
    const { joins, admission, guests, transport, refuseJoin } = this.#options
    const asker = askerOf(request)
    admission.join(asker)
    refuseJoin('joinOrCreate')
    const context = await whoAsks(request, guests, said.token)
    refuseBanned(transport.firewall, request, context)
    const asked = {
      method: 'joinOrCreate',
      target: room,
      options: said.options ?? {},
      context,
      asker,
      json: true,
    }
    return (await joins.reserve(asked)) as Seat
  }

  /** Closes the connection of whom no room has let in in time. @returns what ends the wait */
  #expectJoin(connection: JsonConnection): () => void {
    const { admission, limits } = this.#options
    const late = setTimeout(() => {
      if (connection.joined) return
      admission.refusals.note('late_seat')
      connection.refuse(new FairgroundError('JOIN_FAILED', { message: 'Nobody joined in time.' }))
    }, limits.takeSeatMs)
    return () => clearTimeout(late)
  }
}
