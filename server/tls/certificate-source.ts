import type { FairgroundError } from '../../shared/errors.ts'
import type { Credential } from './credential.ts'

/** What a source tells while the server runs. */
export interface SourceEvents {
  /** These are to be served from now on, in place of the earlier ones. */
  changed(credentials: readonly Credential[]): void
  /** New ones were due or offered and could not be used; the earlier ones go on. */
  failed(error: FairgroundError): void
}

/** Where a server's certificates come from. The first one answers clients that name no host. */
export interface CertificateSource {
  /** What to serve when the port opens. @throws FairgroundError, and then the server does not start */
  load(): Promise<readonly Credential[]>
  /** Begins to look after them, once the port is open. Resolves when there is a certificate that players accept. */
  watch(events: SourceEvents): Promise<void>
  /** Ends every timer and request of its own. */
  close(): Promise<void>
  /** Root certificate that people must trust by hand, if these come from an authority of their own. */
  readonly caPath?: string | undefined
  /** That root was made or renewed by this start. */
  readonly caNew?: boolean
}
