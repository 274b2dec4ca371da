import { stat } from 'node:fs/promises'
import { FairgroundError } from '../../shared/errors.ts'
import { type CertificateFiles, loadCertificateFiles } from './certificate-files.ts'
import type { CertificateSource, SourceEvents } from './certificate-source.ts'
import { type Credential, type CredentialChecks, matchesName } from './credential.ts'

/** How often the files are looked at, in milliseconds. Looking, because network and container mounts announce nothing. */
const LOOK_EVERY_MS = 1000

export interface FilesSourceOptions {
  readonly files: readonly CertificateFiles[]
  /** Names that the certificates must cover together. */
  readonly names?: readonly string[] | undefined
  readonly roots: CredentialChecks['roots']
  /** Time between two looks, in milliseconds. Default 1000. */
  readonly lookEveryMs?: number
}

/** Certificates in files that somebody else renews: swapped in when they change and are good. */
export class FilesSource implements CertificateSource {
  readonly #options: FilesSourceOptions
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  /** What the files looked like when they were last read. */
  #read = ''
  /** What they looked like at the last look: two equal looks mean that nobody is writing. */
  #seen = ''

  constructor(options: FilesSourceOptions) {
    this.#options = options
  }

  async load(): Promise<readonly Credential[]> {
    const { files, names = [], roots = [] } = this.#options
    this.#read = this.#seen = await this.#appearance()
    const checks = { nowMs: Date.now(), roots }
    const single = files.length === 1
    const credentials = await Promise.all(
      files.map((one) => loadCertificateFiles(one, { ...checks, ...(single && { names }) })),
    )
    if (!single) demandNames(credentials, names)
    return credentials
  }

  async watch(events: SourceEvents): Promise<void> {
    const look = (): void => {
      this.#looking = this.#looking.then(() => this.#look(events))
    }
    this.#timer = setInterval(look, this.#options.lookEveryMs ?? LOOK_EVERY_MS)
    this.#timer.unref()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
  }

  async #look(events: SourceEvents): Promise<void> {
    const now = await this.#appearance()
    const settled = now === this.#seen
    this.#seen = now
    if (!settled || now === this.#read) return
    try {
      events.changed(await this.load())
    } catch (error) {
      events.failed(error instanceof FairgroundError ? error : unusable(error))
    }
  }

  /** Changes whenever one of the files is written, replaced or linked elsewhere. */
  async #appearance(): Promise<string> {
    const paths = this.#options.files.flatMap((one) => [
      ...('pfx' in one ? [one.pfx] : [one.cert, one.key]),
      ...[one.ca, one.passphraseFile].filter((path) => path !== undefined),
    ])
    const looks = paths.map(async (path) => {
      const found = await stat(path).catch(() => undefined)
      return found ? `${found.dev}:${found.ino}:${found.size}:${found.mtimeMs}:${found.ctimeMs}` : 'none'
    })
    return (await Promise.all(looks)).join()
  }
}

function unusable(cause: unknown): FairgroundError {
  return new FairgroundError('CERTIFICATE_INVALID', { message: 'The new files cannot be used.', cause })
}

function demandNames(credentials: readonly Credential[], names: readonly string[]): void {
  const covered = credentials.flatMap((credential) => credential.names)
  const missing = names.filter((name) => !covered.some((pattern) => matchesName(pattern, name)))
  if (missing.length === 0) return
  throw new FairgroundError('CERTIFICATE_WRONG_NAME', {
    message: `No certificate is for ${missing.join(', ')}; there are some for ${covered.join(', ')}.`,
    next: 'Ask the authority for a certificate with all the names that players use.',
  })
}
