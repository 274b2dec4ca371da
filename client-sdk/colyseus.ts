import { ColyseusSDK, type Room, type SeatReservation } from '@colyseus/sdk'
import { codeOfWire, FairgroundError } from '../shared/errors.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../shared/protocol.ts'
import { acknowledgeFrames } from './acknowledgement.ts'
import type { Address } from './address.ts'
import { explainFetchFailure, explainSocketFailure } from './connection-errors.ts'
import { underPagePolicy } from './page-policy.ts'
import { abandon } from './reconnection.ts'
import { hideSecrets } from './seat-secrets.ts'

/** Time a request over https may take, in milliseconds. */
const HTTP_TIMEOUT_MS = 10_000
/** Time from a reserved seat to the room's welcome over a WebSocket, in milliseconds. */
const SOCKET_TIMEOUT_MS = 10_000

/** What web servers answer to a POST they know nothing of. */
const NO_SUCH_ROUTE = new Set([404, 405, 501])

/** What proxies answer when they cannot reach the server behind them. */
const BY_PROXY = new Set([502, 503, 504])

/** How a match server answers what it refuses. */
interface Answered {
  code?: number
  error?: string
  next?: string
  retryAfterMs?: number
}

/** The official SDK, with our own way of asking for seats: errors that explain themselves, no token in any URL. */
export class Wire extends ColyseusSDK {
  readonly #address: Address
  #ours = false
  #token: string | undefined
  /** The room whose socket was asked for last. */
  #opening: Room | undefined

  constructor(address: Address) {
    super(address.wss)
    this.#address = address
  }

  /** Asks the server for something as JSON; undefined when it has no such route. */
  async ask<T>(path: string, body: unknown, token: string | undefined): Promise<T | undefined> {
    const url = `${this.#address.http}${path}`
    const response = await this.#fetch(url, body, token)
    const answer: unknown = await response.json().catch(() => undefined)
    if (response.ok) return answer as T
    const { code, error, next, retryAfterMs } = (answer ?? {}) as Answered
    const known = codeOfWire(code ?? response.status)
    if (NO_SUCH_ROUTE.has(response.status) && known === undefined) return undefined
    if (code === undefined && BY_PROXY.has(response.status)) {
      throw new FairgroundError('SERVER_DOWN', {
        message: `A proxy answers in place of the match server (status ${response.status} from ${this.#address.http}).`,
      })
    }
    throw new FairgroundError(known ?? 'INTERNAL', {
      ...(error !== undefined && { message: error }),
      ...(next !== undefined && { next }),
      ...(typeof retryAfterMs === 'number' && { retryAfterMs }),
    })
  }

  /**
   * Opens the socket of a reserved seat, or of a held one with its reconnection token.
   *
   * @param token who asked for the seat
   */
  async open(
    seat: SeatReservation & { fairground?: number },
    { reconnectionToken, token }: { reconnectionToken?: string | undefined; token?: string | undefined } = {},
  ): Promise<Room> {
    this.#ours = seat.fairground !== undefined
    this.#token = token
    try {
      const whole = { ...seat, ...(reconnectionToken && { reconnectionToken }) }
      return await underPagePolicy(this.#address.wss, () =>
        inTime(this.consumeSeatReservation(whole), this.#opening!),
      )
    } catch (thrown) {
      throw await explainSocketFailure(thrown, this.#address.wss)
    }
  }

  protected override createRoom<T>(...args: Parameters<ColyseusSDK['createRoom']>): Room<unknown, T> {
    const room = super.createRoom<T>(...(args as [string]))
    this.#opening = room as Room
    // A stock server would take acknowledgements for messages of a kind that it does not know, and find no secrets.
    if (this.#ours) {
      acknowledgeFrames(room)
      hideSecrets(room, this.#token)
    }
    return room
  }

  async #fetch(url: string, body: unknown, token: string | undefined): Promise<Response> {
    const init: RequestInit = {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(HTTP_TIMEOUT_MS),
    }
    try {
      return await underPagePolicy(url, () => fetch(url, init))
    } catch (thrown) {
      throw await explainFetchFailure(thrown, this.#address.http)
    }
  }
}

/** A line may die after the seat was reserved: the browser would wait for minutes. */
function inTime<T>(opening: Promise<T>, { connection }: Room): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new FairgroundError('CONNECT_TIMEOUT'))
      abandon(connection)
    }, SOCKET_TIMEOUT_MS)
    opening.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
