import type { ContentSecurityPolicy } from './http/content-security-policy.ts'
import type { Limits } from './limits.ts'
import type { Reach } from './listening/reach.ts'
import type { LogOption } from './log.ts'
import type { GameRoom } from './room/game-room.ts'
import type { GameStorage } from './storage/storage.ts'

// biome-ignore lint/suspicious/noExplicitAny: a room class of any state, input and events
export type RoomClass = (new () => GameRoom<any>) & { prototype: GameRoom<any> }
export type RoomClasses = Readonly<Record<string, RoomClass>>

export interface ServerOptions<Rooms extends RoomClasses> extends Reach {
  /** The rooms, by the name clients ask for: letters, digits, `-` and `_`. */
  rooms: Rooms
  /** Folder of static pages served from the same https origin, as a path or file: URL. None by default. */
  web?: string | URL
  /** What rooms keep things in that must outlive them, as `this.storage`: `sqliteStorage('data/game.db')`. None by
   *  default. The server opens and closes it. */
  storage?: GameStorage
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
