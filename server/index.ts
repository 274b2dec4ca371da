/** `fairground`: the server's public surface. */
export { ERRORS, type ErrorCode, FairgroundError } from '../shared/errors.ts'
export type { ClosingNotice, Identity } from '../shared/protocol.ts'
export { type Random, seededRandom } from '../shared/random.ts'
export type { StandardSchemaV1 } from '../shared/standard-schema.ts'
export { createServer, type FairgroundServer } from './create-server.ts'
export type { ContentSecurityPolicy, CspDirective } from './http/content-security-policy.ts'
export { DEFAULT_LIMITS, type Limits } from './limits.ts'
export type { ListenOptions } from './listening/place.ts'
export type { ServerAddress } from './listening/server-address.ts'
export type { Logger, LogOption } from './log.ts'
export {
  type Client,
  type ClientOf,
  GameRoom,
  type JoinOptions,
  type RoomTypes,
  type TickContext,
} from './room/game-room.ts'
export type { JoinContext } from './room/join-context.ts'
export { type MessageHandler, message, type RequestHandler, request } from './room/messages.ts'
export { secretRandom } from './secret-random.ts'
export type { ServerOptions, ServerStatus } from './server-options.ts'
export { type SqliteOptions, sqliteStorage } from './storage/sqlite.ts'
export type {
  Appended,
  GameStorage,
  Json,
  LogEntry,
  NewEntry,
  PageOptions,
} from './storage/storage.ts'
export type { InterestArea } from './sync/interest/interest-area.ts'
export type { InterestOptions, Place, Viewer } from './sync/interest/interest-options.ts'
export type { CertificateEvent, CertificateListener } from './tls/certificate-keeper.ts'
export type { ClientCertificate, ClientCertificateOptions } from './tls/client-certificates.ts'
export type { TlsOption } from './tls/tls-option.ts'
export type { ClientLimits } from './transport/client-rates.ts'
export type { Rate } from './transport/token-bucket.ts'
