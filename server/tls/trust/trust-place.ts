import type { X509Certificate } from 'node:crypto'

/** The certificate that is to be trusted, or no longer. Its key is nobody's business here. */
export interface TrustedAuthority {
  readonly certificate: X509Certificate
  /** Path of the file that holds it, to be named in commands. */
  readonly certPath: string
}

/** What became of it in one place. */
export type TrustOutcome =
  /** `present` and `absent`: it was so already. */
  | { readonly state: 'added' | 'present' | 'removed' | 'absent' }
  /** `left`: it needs rights that this user lacks. `failed`: it should have worked. */
  | { readonly state: 'left' | 'failed'; readonly reason: string; readonly next: string }

/** A place of this machine where programs look for the authorities they trust. */
export interface TrustPlace {
  /** Whose it is, such as `Firefox`. */
  readonly name: string
  /** Folder or store. */
  readonly location: string
  /** Makes the authority trusted here. Changes nothing else, and nothing at all when it fails. */
  trust(authority: TrustedAuthority): TrustOutcome
  /** Takes exactly this certificate out; others stay, of the same name too. */
  distrust(authority: TrustedAuthority): TrustOutcome
}

/** Start of the SHA-256 fingerprint: enough to tell one authority's entries from another's. */
export function shortFingerprint({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(':', '').slice(0, 8).toLowerCase()
}

/** The authority's own name, by which people find it in a list. */
export function authorityName({ subject }: X509Certificate): string {
  return /CN=([^\n]+)/.exec(subject)?.[1] ?? 'Fairground development CA'
}
