import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Client, CloseCode, connectClientToRoom, matchMaker } from '@colyseus/core'
import { WebSocketTransport } from '@colyseus/ws-transport'
import type { Logger } from 'pino'
import { type ErrorCode, FairgroundError } from '../../shared/errors.ts'
import { askerOf } from '../guard/asker.ts'
import type { Guard } from '../guard/guard.ts'
import { fromColyseus } from '../http/colyseus-errors.ts'
import type { Limits } from '../limits.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { callerOf } from '../proxy/caller.ts'
import { seatsOf } from '../room/guarded-seats.ts'
import type { Sender } from './bans.ts'
import { Firewall } from './firewall.ts'
import { FrameGate, type GatedRoom } from './frame-gate.ts'
import { GuardedSocket } from './guarded-socket.ts'
import { Heartbeat } from './heartbeat.ts'
import { Probes } from './probes.ts'
import { takeSeatClaim } from './seat-claim.ts'
import { SeatGuard } from './seat-guard.ts'
import { WssClient } from './wss-client.ts'

export interface WssTransportOptions {
  limits: Limits
  log: Logger
  metrics: Metrics
  guard: Guard
}

/** What somebody is answered who names a seat or a session that is not there, or not theirs. */
const GUESSES = new Set<ErrorCode>(['SEAT_EXPIRED', 'AUTH_FAILED'])

/** Unread pieces of one frame that may wait at most: whoever sends it byte by byte would fill the memory with pieces. */
const MAX_PIECES = 1_024
/**
 * What also comes of correct clients: a message that is too large, and a close frame without a mask, which Caddy sends in
 * its players' place when it reloads.
 */
const UNKNOWING = new Set(['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 'WS_ERR_EXPECTED_MASK'])
/** Time for which the goodbye of a client may be awaited, in milliseconds. */
const GOODBYE_MS = 5_000

/** Colyseus' WebSocket transport on a server of ours: it upgrades what the upgrade router lets through. */
export class WssTransport extends WebSocketTransport {
  readonly #options: WssTransportOptions
  readonly #probes = new Probes()
  readonly #seats: SeatGuard
  readonly #heartbeat: Heartbeat
  readonly firewall: Firewall

  constructor(options: WssTransportOptions) {
    const { limits } = options
    super({
      noServer: true,
      WebSocket: GuardedSocket,
      maxPayload: limits.maxMessageBytes,
      maxFragments: limits.maxFragments,
      maxBufferedChunks: MAX_PIECES,
      ...({ closeTimeout: GOODBYE_MS } as object), // newer than ws' types
      // The gate answers them, as long as they come at a sensible rate.
      autoPong: false,
    })
    this.#options = options
    this.#seats = new SeatGuard(options.guard)
    this.firewall = new Firewall(options)
    this.wss.removeAllListeners('connection')
    this.#heartbeat = new Heartbeat(() => this.wss.clients as Set<GuardedSocket>, limits)
  }

  /** Makes a WebSocket of a request that the upgrade router has checked. `url` is the parsed request target. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, url: URL): void {
    this.upgrade(request, socket, head, (webSocket) => void this.#connected(webSocket, request, url))
  }

  /** Makes a WebSocket of a request, gated and looked after, and hands it on; who is banned gets none. */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    opened: (webSocket: GuardedSocket, gate: FrameGate) => void,
  ): void {
    const { address, standsForMany } = callerOf(request)
    const sender = { address: standsForMany ? undefined : address }
    const banLeftMs = this.firewall.banLeftMs(sender)
    if (banLeftMs > 0) {
      refuseBanned(socket, banLeftMs)
      return
    }
    this.wss.handleUpgrade(request, socket, head, (webSocket) => {
      const guarded = webSocket as GuardedSocket
      opened(guarded, this.#lookAfter(guarded, sender))
    })
  }

  /** Takes up changed limits on connections that are open already. */
  limitsChanged(): void {
    const { limits } = this.#options
    Object.assign(this.wss.options, { maxPayload: limits.maxMessageBytes, maxFragments: limits.maxFragments })
    for (const socket of this.wss.clients) (socket as GuardedSocket).limit(limits)
    this.#heartbeat.start()
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
    this.#heartbeat.stop()
    for (const socket of this.wss.clients) socket.terminate()
    this.wss.close()
  }

  #lookAfter(socket: GuardedSocket, sender: Sender): FrameGate {
    const { log } = this.#options
    const gate = new FrameGate(this.firewall, socket, sender)
    socket.gate = gate
    socket.readsShortFrames()
    socket.lives(this.#heartbeat)
    socket.on('error', (error: Error & { code?: string }) => {
      if (error.code?.startsWith('WS_ERR')) gate.breach(!UNKNOWING.has(error.code))
      log.debug({ err: error }, 'socket error')
    })
    return gate
  }

  async #connected(socket: GuardedSocket, request: IncomingMessage, url: URL): Promise<void> {
    const { log, metrics, guard } = this.#options
    const gate = socket.gate!
    const roomId = url.pathname.split('/')[2]
    const claim = takeSeatClaim(request, url)
    const { sessionId, reconnectionToken } = claim
    if (!roomId || !sessionId) {
      gate.expectProbe()
      return this.#probes.answer(socket, url)
    }

    const client = new WssClient(sessionId, socket as GuardedSocket, this.#options)
    this.#seats.sign(client, roomId)
    const late = this.#expectSeat(client)
    try {
      const room = matchMaker.getLocalRoomById(roomId)
      const inForce = room && (await this.#seats.admit(room, claim, request))
      if (room) gate.seat(client, room as GatedRoom)
      await connectClientToRoom(room, client, authContextOf(request), {
        ...(inForce !== undefined && { reconnectionToken: inForce }),
        skipHandshake: url.searchParams.has('skipHandshake'),
      })
      if (room && reconnectionToken && inForce) seatsOf(room)?.returned(client, reconnectionToken, inForce)
      gate.identify((client as Client<{ auth?: { id?: unknown } }>).auth?.id)
    } catch (thrown) {
      const error = fromColyseus(thrown)
      if (error.code === 'INTERNAL') log.error({ err: thrown }, 'join failed')
      metrics.joinsRefused.inc({ code: error.code })
      if (GUESSES.has(error.code)) guard.admission.guessed(askerOf(request))
      client.error(error.wire, error.message, () =>
        client.leave(reconnectionToken ? CloseCode.FAILED_TO_RECONNECT : CloseCode.WITH_ERROR, error.message),
      )
    } finally {
      clearTimeout(late)
    }
  }

  /** Closes the connection of whom the room does not let in, nor refuse, in time. */
  #expectSeat(client: WssClient): NodeJS.Timeout {
    const { guard, limits } = this.#options
    return setTimeout(() => {
      guard.refusals.note('late_seat')
      const error = new FairgroundError('JOIN_FAILED', {
        message: 'The room did not let this client in in time.',
      })
      client.error(error.wire, error.message, () => client.leave(CloseCode.WITH_ERROR, error.message))
    }, limits.takeSeatMs)
  }
}

function authContextOf(request: IncomingMessage) {
  return { headers: new Headers(), ip: callerOf(request).address, req: request }
}

function refuseBanned(socket: Duplex, leftMs: number): void {
  const seconds = Math.ceil(leftMs / 1000)
  socket.end(
    `HTTP/1.1 429 Too Many Requests\r\nRetry-After: ${seconds}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  )
}
