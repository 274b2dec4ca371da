/** `fairground/client`: join rooms from a browser or from Node. */
export { ERRORS, type ErrorCode, FairgroundError, type Retry } from '../shared/errors.ts'
export type { ClosingNotice, Identity } from '../shared/protocol.ts'
export { type ConnectOptions, connect, type Fairground } from './connect.ts'
export type { Room, RoomStatus } from './room.ts'
export type {
  AnyServer,
  EventsOf,
  InputOf,
  JoinOptionsOf,
  MessagesOf,
  RequestsOf,
  RoomName,
  RoomType,
  StateOf,
} from './server-types.ts'
export type { KeyValue } from './storage.ts'
