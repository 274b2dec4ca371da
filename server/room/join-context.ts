import type { IncomingMessage } from 'node:http'
import type { AuthContext } from '@colyseus/core'
import type { Identity } from '../../shared/protocol.ts'

/** What a room's static `onAuth` learns about who wants to join. */
export interface JoinContext extends AuthContext {
  /** The guest whose signed token came with the request; a new one without a token; undefined for a foreign token. */
  readonly identity: Identity | undefined
  /** Address of the socket the request came over; headers that claim another are ignored. */
  readonly ip: string | undefined
  /** The request itself, with its socket. */
  readonly req: IncomingMessage
}
