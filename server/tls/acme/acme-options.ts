import { isIP } from 'node:net'
import { FairgroundError } from '../../../shared/errors.ts'
import type { ChallengeType, ExternalAccount } from './acme-client.ts'

/** Addresses of the authorities that have a short name. */
export const ACME_DIRECTORIES = {
  letsencrypt: 'https://acme-v02.api.letsencrypt.org/directory',
  'letsencrypt-staging': 'https://acme-staging-v02.api.letsencrypt.org/directory',
} as const

export interface AcmeOptions {
  /** Host names and public IP addresses that players use; 1 to 100. */
  readonly names: readonly string[]
  /** `letsencrypt` (default), `letsencrypt-staging` for trying out, or the address of any authority's directory. */
  readonly directory?: string
  /** Where the authority may write to about problems. */
  readonly email?: string
  /** The account at DigiCert, ZeroSSL and others that ask for one (External Account Binding). */
  readonly eab?: ExternalAccount
  /** How names are proven: on the game port itself (default), or on a plain HTTP port. */
  readonly challenge?: ChallengeType
  /** Kind of certificate, where the authority offers several. Default: its own, or for IP addresses `shortlived`, the
   *  only one in which Let's Encrypt issues those. */
  readonly profile?: string
  /** PEM file of the root that the authority's own https certificate comes from; the well-known ones by default. */
  readonly ca?: string
  /** Time the authority has for one answer, in milliseconds, and four times that to decide. Default 30,000. */
  readonly timeoutMs?: number
}

/** The address of the directory that these options mean. */
export function directoryUrlOf({ directory = 'letsencrypt' }: AcmeOptions): string {
  return ACME_DIRECTORIES[directory as keyof typeof ACME_DIRECTORIES] ?? directory
}

/** A folder name that no other directory has: what one authority issued for trying out is never taken for real. */
export function directoryFolder(directoryUrl: string): string {
  const { host, pathname } = new URL(directoryUrl)
  return `${host}${pathname}`.replace(/\/+$/, '').replaceAll(/[^\w.-]/g, '_')
}

/** @throws FairgroundError OPTION_INVALID */
export function checkAcmeOptions(options: AcmeOptions): void {
  const { names, timeoutMs = 1 } = options
  const directoryUrl = directoryUrlOf(options)
  if (names.length === 0 || names.length > 100)
    throw bad(`tls.acme.names has ${names.length} names; it needs 1 to 100.`)
  for (const name of names) {
    if (isIP(name) === 0 && !/^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name)) {
      throw bad(
        `"${name}" cannot be proven to an ACME authority: give full host names in lower case, or IP addresses.`,
      )
    }
  }
  if (!URL.canParse(directoryUrl) || new URL(directoryUrl).protocol !== 'https:') {
    throw bad(
      `tls.acme.directory is "${directoryUrl}"; it must be an https address, ${Object.keys(ACME_DIRECTORIES).join(' or ')}.`,
    )
  }
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > 600_000)
    throw bad(`tls.acme.timeoutMs is ${timeoutMs}; it must be 1 to 600,000.`)
}

function bad(message: string): FairgroundError {
  return new FairgroundError('OPTION_INVALID', { message })
}
