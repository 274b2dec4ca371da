import type { ContentSecurityPolicy } from './http/content-security-policy.ts'
import type { Limits } from './limits.ts'
import type { LogOption } from './log.ts'
import type { GameRoom } from './room/game-room.ts'
import type { ClientCertificateOptions } from './tls/client-certificates.ts'
import type { TlsOption } from './tls/tls-option.ts'

// biome-ignore lint/suspicious/noExplicitAny: a room class of any state, input and events
export type RoomClass = (new () => GameRoom<any>) & { prototype: GameRoom<any> }
export type RoomClasses = Readonly<Record<string, RoomClass>>

export interface ServerOptions<Rooms extends RoomClasses> {
  /** The rooms, by the name clients ask for: letters, digits, `-` and `_`. */
  rooms: Rooms
  /** Folder of static pages served from the same https origin, as a path or file: URL. None by default. */
  web?: string | URL
  /** How to come to wss://. Default `'dev'`; in production there is none, and the server does not start without. */
  tls?: TlsOption
  /** Port of plain HTTP that only redirects to https and answers http-01 challenges. Default: none, or 80 for http-01. */
  httpPort?: number
  /** The address that players use, where a proxy has another than this process: `wss://game.example`, or
   *  `wss://game.example/p1` for one of several processes behind one name. Default: the one they came to. */
  publicUrl?: string
  /** Proxies whose word about a client's address and TLS counts: IP addresses, networks such as `10.1.0.0/16`,
   *  `loopback`. What anybody else forwards is ignored. Default: `['loopback']` with `tls: 'proxy'`, else none. */
  trustedProxies?: readonly string[]
  /** Whether trusted proxies begin each connection with a PROXY protocol header (version 1 or 2), as they do when they
   *  pass TLS through. Connections without one are cut then. Default false. */
  proxyProtocol?: boolean
  /** A second port for holders of certain certificates: devices, back-office tools. Rooms see the certificate in
   *  `onAuth`. None by default. */
  clientCertificates?: ClientCertificateOptions
  /** Address of a Redis server that several match servers share, such as `redis://localhost:6379`: each then finds the
   *  others' rooms. None by default. Whoever can write to it can call rooms, so keep it private and behind a password. */
  redis?: string
  /** Folder for certificates that the server makes or gets. Default `certs` in the working directory. */
  certsFolder?: string
  /** Folder for what belongs to this user rather than to one project: the development authority, the key of guest
   *  tokens. Default: FAIRGROUND_DATA, else the platform's own place for such things. */
  dataFolder?: string
  /** Origins of pages that may connect besides the server's own, such as `https://my-game.example`. */
  allowedOrigins?: readonly string[]
  /** What pages of the `web` folder may use besides this server: `{ 'img-src': ['https://cdn.example'] }`. `false` sends
   *  no Content-Security-Policy at all. Default: nothing else. */
  contentSecurityPolicy?: ContentSecurityPolicy
  /** How much to log, or a pino logger. Default `info`. */
  log?: LogOption
  /** Who may read /metrics: this machine only (default), or everybody. */
  metrics?: 'loopback' | 'open'
  /** Limits that differ from the table's defaults. */
  limits?: Partial<Limits>
}

/** What a running server tells about itself. */
export interface ServerStatus {
  readonly rooms: number
  readonly clients: number
  /** 99th percentile of step times since the last call, in milliseconds. */
  readonly tickP99Ms: number
}

/** Parts of a server that tests drive themselves; not for games. */
export interface TestingOptions {
  manualTicks?: boolean
}
