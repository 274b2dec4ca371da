import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { CloseCode, connectClientToRoom, matchMaker } from '@colyseus/core'
import { WebSocketTransport } from '@colyseus/ws-transport'
import type { Logger } from 'pino'
import type { WebSocket } from 'ws'
import { fromColyseus } from '../http/colyseus-errors.ts'
import type { Limits } from '../limits.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { callerOf } from '../proxy/caller.ts'
import { GuardedSocket } from './guarded-socket.ts'
import { Probes } from './probes.ts'
import { WssClient } from './wss-client.ts'

export interface WssTransportOptions {
  limits: Limits
  log: Logger
  metrics: Metrics
}

/** Colyseus' WebSocket transport on a server of ours: it upgrades what the upgrade router lets through. */
export class WssTransport extends WebSocketTransport {
  readonly #options: WssTransportOptions
  readonly #probes = new Probes()

  constructor(options: WssTransportOptions) {
    const { limits } = options
    super({
      noServer: true,
      WebSocket: GuardedSocket,
      maxPayload: limits.maxMessageBytes,
      pingInterval: limits.pingIntervalMs,
      pingMaxRetries: limits.pingMisses,
    })
    this.#options = options
    this.wss.removeAllListeners('connection')
    this.autoTerminateUnresponsiveClients(limits.pingIntervalMs, limits.pingMisses)
    this.pingInterval.unref()
  }

  /** Makes a WebSocket of a request that the upgrade router has checked. `url` is the parsed request target. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, url: URL): void {
    this.wss.handleUpgrade(
      request,
      socket,
      head,
      (webSocket) => void this.#connected(webSocket, request, url),
    )
  }

  /** Says goodbye to whom no room has, and waits until the close handshakes under way are done, `ms` at most. */
  async drain(ms: number): Promise<void> {
    const open = [...this.wss.clients].map((socket) => {
      socket.close(CloseCode.SERVER_SHUTDOWN)
      return new Promise((done) => socket.once('close', done))
    })
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise((done) => {
      timer = setTimeout(done, ms)
    })
    await Promise.race([Promise.all(open), deadline])
    clearTimeout(timer)
  }

  override shutdown(): void {
    clearInterval(this.pingInterval)
    for (const socket of this.wss.clients) socket.terminate()
    this.wss.close()
  }

  async #connected(socket: WebSocket, request: IncomingMessage, url: URL): Promise<void> {
    const { log, metrics } = this.#options
    const alive = socket as WebSocket & { pingCount: number }
    alive.pingCount = 0
    socket.on('pong', () => {
      alive.pingCount = 0
    })
    socket.on('error', (error) => log.debug({ err: error }, 'socket error'))

    const roomId = url.pathname.split('/')[2]
    const sessionId = url.searchParams.get('sessionId')
    if (!roomId || !sessionId) return this.#probes.answer(socket, url)

    const client = new WssClient(sessionId, socket as GuardedSocket, this.#options)
    const reconnectionToken = url.searchParams.get('reconnectionToken') ?? undefined
    try {
      const room = matchMaker.getLocalRoomById(roomId)
      const timeline = room?._timelineMode()
      ;(socket as GuardedSocket).twoStamps = Boolean(timeline?.snapshot && timeline.reckon)
      await connectClientToRoom(room, client, authContextOf(request), {
        ...(reconnectionToken !== undefined && { reconnectionToken }),
        skipHandshake: url.searchParams.has('skipHandshake'),
      })
    } catch (thrown) {
      const error = fromColyseus(thrown)
      if (error.code === 'INTERNAL') log.error({ err: thrown }, 'join failed')
      metrics.joinsRefused.inc({ code: error.code })
      client.error(error.wire, error.message, () =>
        client.leave(reconnectionToken ? CloseCode.FAILED_TO_RECONNECT : CloseCode.WITH_ERROR, error.message),
      )
    }
  }
}

function authContextOf(request: IncomingMessage) {
  return { headers: new Headers(), ip: callerOf(request).address, req: request }
}
