import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { matchMaker } from '@colyseus/core'
import { FairgroundError } from '../shared/errors.ts'
import { Availability } from './availability.ts'
import { type Guard, makeGuard } from './guard/guard.ts'
import { checkContentSecurityPolicy } from './http/content-security-policy.ts'
import { checkLimits, DEFAULT_LIMITS, type Limits } from './limits.ts'
import { Listener } from './listening/listener.ts'
import type { ListenOptions } from './listening/place.ts'
import { parsePublicUrl } from './listening/public-url.ts'
import type { Reach } from './listening/reach.ts'
import type { ServerAddress } from './listening/server-address.ts'
import { createLogger, type Logger } from './log.ts'
import { JoinRequests } from './matchmaking/join-requests.ts'
import type { SharedRooms } from './matchmaking/redis.ts'
import { Metrics } from './metrics/metrics.ts'
import { armedClass } from './room/arm-room.ts'
import { readDeclarations } from './room/declarations.ts'
import type { RoomRuntime } from './room/room-runtime.ts'
import type { RoomClass, RoomClasses, ServerOptions, ServerStatus, TestingOptions } from './server-options.ts'
import { serverSecret } from './server-secret.ts'
import { closeOnSignals } from './shutdown/signals.ts'
import type { GameStorage } from './storage/storage.ts'
import { watchedStorage } from './storage/watched-storage.ts'
import { surviveStrayErrors } from './stray-errors.ts'
import type { CertificateEvent, CertificateListener } from './tls/certificate-keeper.ts'
import { userDataFolder } from './tls/data-folder.ts'
import { TicketKeys } from './tls/ticket-keys.ts'
import { WssTransport } from './transport/wss-transport.ts'
import { Watchdog } from './watchdog/watchdog.ts'

/** Key of a property that only servers have. */
export const SERVER_BRAND: unique symbol = Symbol.for('fairground.server') as never

/** The server of this process, if there is one: Colyseus keeps one matchmaker per process. */
let current: FairgroundServer<RoomClasses> | undefined

/**
 * Makes the match server of this process. Nothing listens until {@link FairgroundServer.listen}.
 *
 * Each room class is constructed once right away, to read its declarations.
 *
 * @throws FairgroundError SERVER_ALREADY_CREATED, ROOM_CLASS_INVALID or OPTION_INVALID; nothing is registered then
 */
export function createServer<const Rooms extends RoomClasses>(
  options: ServerOptions<Rooms>,
  testing: TestingOptions = {},
): FairgroundServer<Rooms> {
  // Colyseus needs it where nobody would look: when a player comes back (D15).
  if (typeof WebSocket !== 'function') throw new FairgroundError('NODE_TOO_OLD')
  if (current) throw new FairgroundError('SERVER_ALREADY_CREATED')
  const server = new FairgroundServer(options, testing)
  current = server as unknown as FairgroundServer<RoomClasses>
  return server
}

/** A match server: rooms, matchmaking and pages on one https origin. Made by {@link createServer}. */
export class FairgroundServer<Rooms extends RoomClasses = RoomClasses> {
  /** Only a type: what the client SDK infers rooms, messages and state from. */
  declare readonly '~rooms': Rooms
  /** Tells a server from any other object, also across two copies of this package. */
  readonly [SERVER_BRAND] = true
  readonly log: Logger
  readonly #metrics = new Metrics()
  readonly #limits: Limits
  readonly #availability: Availability
  readonly #transport: WssTransport
  readonly #guard: Guard
  readonly #listener: Listener
  readonly #running = new Set<RoomRuntime>()
  readonly #watchdog = new Watchdog()
  readonly #certificateListeners = new Set<CertificateListener>()
  readonly #manualTicks: boolean
  readonly #reach: Reach
  readonly #storage: GameStorage | undefined
  #shared: SharedRooms | undefined
  #opening: Promise<ServerAddress> | undefined
  #closing: Promise<void> | undefined
  readonly #stopSurviving: () => void

  constructor(options: ServerOptions<Rooms>, { manualTicks = false }: TestingOptions) {
    this.#manualTicks = manualTicks
    this.#reach = options
    const dataFolder = options.dataFolder ?? userDataFolder()
    checkContentSecurityPolicy(options.contentSecurityPolicy)
    const rooms = readDeclarations(options.rooms)
    this.log = createLogger(options.log ?? 'info')
    checkLimits(options.limits ?? {})
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits }
    const secret = serverSecret(dataFolder)
    const watching = { limits: this.#limits, log: this.log, metrics: this.#metrics }
    this.#guard = makeGuard({ ...watching, secret })
    this.#availability = new Availability({ ...watching, running: this.#running })
    const { admission, guests } = this.#guard
    this.#stopSurviving = surviveStrayErrors(this.log, this.#metrics)
    this.#storage =
      options.storage && watchedStorage(options.storage, { log: this.log, metrics: this.#metrics })
    for (const [name, roomClass] of Object.entries(options.rooms)) this.#register(name, roomClass)
    this.#transport = new WssTransport({ ...watching, guard: this.#guard })
    const production = process.env['NODE_ENV'] === 'production'
    this.#listener = new Listener({
      transport: this.#transport,
      admission,
      production,
      log: this.log,
      metrics: this.#metrics,
      tickets: new TicketKeys(secret),
      onCertificate: (event) => this.#tellCertificate(event),
      certsFolder: resolve(options.certsFolder ?? 'certs'),
      dataFolder,
      limits: this.#limits,
      front: {
        joins: new JoinRequests({ rooms, metrics: this.#metrics, guard: this.#guard }),
        admission,
        guests,
        firewall: this.#transport.firewall,
        metrics: this.#metrics,
        limits: this.#limits,
        log: this.log,
        origins: { allowedOrigins: options.allowedOrigins ?? [], allowLocal: !production },
        web: options.web === undefined ? undefined : folderOf(options.web),
        contentSecurityPolicy: options.contentSecurityPolicy,
        metricsOpen: options.metrics === 'open',
        health: () => this.#availability.health(),
        refuseJoin: (method) => this.#availability.refuseJoin(method),
      },
    })
  }

  /**
   * Opens the port and answers where players find it. A second call answers the same.
   *
   * @throws FairgroundError PORT_IN_USE, PORT_FORBIDDEN, HOST_UNAVAILABLE, OPTION_INVALID, STORAGE_UNUSABLE, or one of
   *   the certificate errors; the server may be asked to listen again
   */
  listen(options: ListenOptions = {}): Promise<ServerAddress> {
    // A second call while the first is under way would open a second port, which nobody closes.
    this.#opening ??= this.#open(options).finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #open(options: ListenOptions): Promise<ServerAddress> {
    if (this.address) return this.address
    const asked = { ...this.#reach, ...options }
    await this.#storage?.open()
    await this.#openMatchmaker(asked)
    const address = await this.#listener.listen(asked)
    // Tests close their servers themselves, and have signals of their own.
    if (!this.#manualTicks) {
      closeOnSignals({
        close: () => this.close(),
        hurry: () => this.#availability.shutdown.hurry(),
        roomsMs: () => this.#limits.shutdownNoticeMs + this.#limits.shutdownMs,
        endBy: (ms) => this.#watchdog.endBy(ms),
        log: this.log,
      })
      this.#availability.overload.start()
      this.#watchdog.start({ hangMs: this.#limits.hangMs, log: this.log, metrics: this.#metrics })
    }
    return address
  }

  async #openMatchmaker({ redis, publicUrl }: Reach): Promise<void> {
    if (redis !== undefined && !this.#shared) {
      const { connectRedis } = await import('./matchmaking/redis.ts')
      this.#shared = await connectRedis(redis, this.log)
    }
    const address = publicUrl === undefined ? undefined : parsePublicUrl(publicUrl).address
    await matchMaker.setup(this.#shared?.presence, this.#shared?.driver, address)
    await matchMaker.accept()
  }

  /** Where players find this server; undefined while it does not listen. */
  get address(): ServerAddress | undefined {
    return this.#listener.listening ? this.#listener.address : undefined
  }

  /** Calls back when a certificate was replaced, or a new one could not be had or used. Answers with what ends it. */
  onCertificate(callback: CertificateListener): () => void {
    this.#certificateListeners.add(callback)
    return () => this.#certificateListeners.delete(callback)
  }

  /** The limits in force. */
  get limits(): Readonly<Limits> {
    return { ...this.#limits }
  }

  /**
   * Changes limits while the server runs, for connections that are open, too.
   *
   * @throws FairgroundError OPTION_INVALID for what is no limit, no number above 0, or only read at the start; nothing is
   *   changed then
   */
  setLimits(limits: Partial<Limits>): void {
    checkLimits(limits, true)
    Object.assign(this.#limits, limits)
    this.#transport.limitsChanged()
  }

  status(): ServerStatus {
    return {
      rooms: matchMaker.stats.local.roomCount,
      clients: matchMaker.stats.local.ccu,
      tickP99Ms: this.#metrics.takeTickP99Ms(),
    }
  }

  /** Runs every open room forward by `ticks` steps: only for servers made by `fairground/testing`. */
  stepRooms(ticks: number): void {
    if (!this.#manualTicks)
      throw new FairgroundError('OPTION_INVALID', {
        message: 'Only a server made by fairground/testing is stepped by hand.',
      })
    for (let i = 0; i < ticks; i++) for (const room of [...this.#running]) room.step()
  }

  /**
   * Shuts down: no new seats, every player told, rooms play on for the time of notice; then every room is closed, every
   * player's socket closed with 4001, the port freed. A room whose hook hangs is cut off after `limits.shutdownMs`.
   * Afterwards the process may create another server.
   *
   * @param options.noticeMs time of notice in milliseconds, default `limits.shutdownNoticeMs`; a call with 0 cuts short one
   *   that is under way
   */
  close({ noticeMs = this.#limits.shutdownNoticeMs }: { noticeMs?: number } = {}): Promise<void> {
    if (this.#closing && noticeMs === 0) this.#availability.shutdown.cutNotice()
    this.#closing ??= this.#close(noticeMs)
    return this.#closing
  }

  async #close(noticeMs: number): Promise<void> {
    await this.#opening?.catch(() => {})
    await this.#availability.shutdown.run(noticeMs)
    await this.#listener.close()
    await this.#shared?.close()
    await this.#storage?.close()
    this.#availability.overload.stop()
    await this.#watchdog.stop()
    this.#stopSurviving()
    this.#metrics.close()
    for (const room of [...this.#running]) room.stop()
    for (const name of Object.keys(matchMaker.getAllHandlers())) matchMaker.removeRoomType(name)
    if ((current as unknown) === this) current = undefined
  }

  #register(name: string, roomClass: RoomClass): void {
    const services = {
      log: this.log,
      metrics: this.#metrics,
      limits: this.#limits,
      manualTicks: this.#manualTicks,
      running: this.#running,
      storage: this.#storage,
      watchdog: this.#watchdog,
      guard: this.#guard,
      pace: this.#availability.overload,
    }
    const handler = matchMaker.defineRoomType(name, armedClass(name, roomClass, services))
    handler.on('create', () => this.#metrics.rooms.inc({ room: name }))
    handler.on('dispose', () => this.#metrics.rooms.dec({ room: name }))
    handler.on('join', (_room, client) => {
      this.#metrics.clients.inc({ room: name })
      this.#guard.sessions.joined(client)
    })
    handler.on('leave', (_room, client) => {
      this.#metrics.clients.dec({ room: name })
      this.#guard.sessions.left(client)
    })
  }

  #tellCertificate(event: CertificateEvent): void {
    for (const listener of this.#certificateListeners) {
      try {
        listener(event)
      } catch (error) {
        this.log.error({ err: error }, 'a certificate listener threw')
      }
    }
  }
}

function folderOf(web: string | URL): string {
  return resolve(typeof web === 'string' ? web : fileURLToPath(web))
}
