import type { IncomingMessage } from 'node:http'
import type { AuthContext } from '@colyseus/core'
import type { Identity } from '../../shared/protocol.ts'
import type { ClientCertificate } from '../tls/client-certificates.ts'

/** What a room's static `onAuth` learns about who wants to join. */
export interface JoinContext extends AuthContext {
  /** The guest whose signed token came with the request; a new one without a token; undefined for a foreign token. */
  readonly identity: Identity | undefined
  /** The client's address: of its connection, or what a trusted proxy said. Claims of anybody else are ignored. */
  readonly ip: string | undefined
  /** The certificate that the client proved to hold; undefined on a port that does not ask for one. */
  readonly certificate: ClientCertificate | undefined
  /** The request itself, with its socket. */
  readonly req: IncomingMessage
}
