import { X509Certificate } from 'node:crypto'
import { FairgroundError } from '../../shared/errors.ts'
import type { CertificateSource, SourceEvents } from './certificate-source.ts'
import type { Credential } from './credential.ts'
import { type DevelopmentCertificate, ensureDevelopmentCertificate } from './development-leaf.ts'

/** A laptop that slept or changed its network is noticed within this time, in milliseconds. */
const LOOK_EVERY_MS = 60_000

/** Certificates of the user's own authority, issued anew when an address is missing or time runs out. */
export class DevelopmentSource implements CertificateSource {
  readonly #folders: { certsFolder: string; dataFolder: string }
  readonly #names: readonly string[]
  #timer: NodeJS.Timeout | undefined
  #served: DevelopmentCertificate | undefined
  caPath: string | undefined
  caNew = false

  constructor(folders: { certsFolder: string; dataFolder: string }, names: readonly string[] = []) {
    this.#folders = folders
    this.#names = names
  }

  async load(): Promise<readonly Credential[]> {
    const made = await ensureDevelopmentCertificate({
      ...this.#folders,
      names: this.#names,
      nowMs: Date.now(),
    })
    this.#served = made
    this.caPath = made.caPath
    this.caNew = made.caCreated || made.caRenewed
    return [credentialOf(made)]
  }

  async watch(events: SourceEvents): Promise<void> {
    this.#timer = setInterval(() => void this.#look(events), LOOK_EVERY_MS)
    this.#timer.unref()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
  }

  async #look(events: SourceEvents): Promise<void> {
    const before = this.#served?.certPem
    try {
      const now = await this.load()
      if (this.#served?.certPem !== before) events.changed(now)
    } catch (error) {
      if (error instanceof FairgroundError) events.failed(error)
      else throw error
    }
  }
}

function credentialOf({ certPem, keyPem, certPath, names }: DevelopmentCertificate): Credential {
  const leaf = new X509Certificate(certPem)
  return {
    secure: { cert: certPem, key: keyPem },
    names,
    validFromMs: leaf.validFromDate.getTime(),
    expiresAtMs: leaf.validToDate.getTime(),
    issuer: 'Fairground development CA',
    fingerprint: leaf.fingerprint256,
    path: certPath,
  }
}
