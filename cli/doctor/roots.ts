import { getCACertificates } from 'node:tls'
import type { Patient } from './patient.ts'

/** Authorities that a client trusts: the well-known ones, this machine's, and those that were named. */
export function trustedRoots({ ownRoots }: Pick<Patient, 'ownRoots'>): string[] {
  return [
    ...(['bundled', 'system', 'extra'] as const).flatMap((kind) => getCACertificates(kind)),
    ...ownRoots,
  ]
}
