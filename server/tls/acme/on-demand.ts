import { join } from 'node:path'
import type { FairgroundError } from '../../../shared/errors.ts'
import { prepareCertsFolder } from '../certs-folder.ts'
import type { Credential } from '../credential.ts'
import { readIfThere } from '../files.ts'
import { listFolder } from '../imported.ts'
import type { AcmeOptions } from './acme-options.ts'
import { parseJson } from './acme-problem.ts'
import { AlpnProofs, HttpProofs } from './acme-proofs.ts'
import { AcmeSource } from './acme-source.ts'
import { openProofPort } from './proof-port.ts'

export interface OnDemandOptions {
  readonly acme: AcmeOptions
  readonly certsFolder: string
  /** Where the authority asks for tls-alpn-01 and for http-01. */
  readonly port: number
  readonly httpPort: number
  readonly host: string | undefined
  /** Also when the one there is has time left. */
  readonly force: boolean
  /** Told of what went wrong without keeping the certificate from being had. */
  readonly failed: (error: FairgroundError) => void
  readonly signal: AbortSignal
}

export interface OnDemandAnswer {
  readonly credential: Credential
  /** Whether the authority was asked; otherwise the one there was is good until `dueMs`. */
  readonly issued: boolean
  /** When a server renews it, in milliseconds since 1970. */
  readonly dueMs: number
}

/**
 * Has a certificate issued now, without a game: into the folder where servers look for it, those that run as well.
 *
 * @throws FairgroundError one of the ACME, certificate and port errors; the certificate there was is still there then
 */
export async function obtainNow(options: OnDemandOptions): Promise<OnDemandAnswer> {
  const { acme, certsFolder, force, failed, signal } = options
  const folder = join(certsFolder, 'acme')
  const challenges = new AlpnProofs(join(folder, 'tls-alpn-01'))
  const proofs = new HttpProofs(join(folder, 'http-01'))
  const source = new AcmeSource({ acme, folder, challenges, proofs, random: () => 0.5 })
  prepareCertsFolder(certsFolder)
  const [found] = await source.load()
  if (found && !force && Date.now() < source.dueMs) {
    return { credential: found, issued: false, dueMs: source.dueMs }
  }
  const { challenge = 'tls-alpn-01' } = acme
  const port = challenge === 'http-01' ? options.httpPort : options.port
  const closePort = await openProofPort({ challenge, challenges, proofs, port, host: options.host })
  const stop = (): void => void source.close()
  signal.addEventListener('abort', stop)
  try {
    const credential = await source.renew({ changed: () => {}, failed })
    return { credential, issued: true, dueMs: source.dueMs }
  } finally {
    signal.removeEventListener('abort', stop)
    await closePort()
    await source.close()
  }
}

/** What was asked for earlier, by servers and by {@link obtainNow}; without secrets. */
export function earlierRequests(certsFolder: string): AcmeOptions[] {
  const folder = join(certsFolder, 'acme')
  return listFolder(folder).flatMap((directory) =>
    listFolder(join(folder, directory))
      .filter((file) => /^[^.].*\.json$/.test(file) && !file.endsWith('.failed.json'))
      .map((file) => parseJson(readIfThere(join(folder, directory, file)) ?? '') as AcmeOptions | undefined)
      .filter((request) => Array.isArray(request?.names))
      .map((request) => request as AcmeOptions),
  )
}
