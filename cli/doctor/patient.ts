import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import type { Target } from './target.ts'

/** What the checks need to know, and what earlier ones found out for later ones. */
export interface Patient {
  readonly target: Target
  /** Longest wait for any single answer, in milliseconds. */
  readonly timeoutMs: number
  /** How long a silent connection has to live, in seconds; 0 leaves it out. */
  readonly idleSeconds: number
  /** Room to join for that, and the options it asks for. */
  readonly room: string | undefined
  readonly joinOptions: object
  /** Port of plain HTTP; undefined leaves it out. */
  readonly httpPort: number | undefined
  /** Authorities trusted besides the well-known ones, in PEM. */
  readonly ownRoots: readonly string[]
}

/** A patient whose address answered. */
export interface Reached extends Patient {
  /** The IP address that all further checks use. */
  readonly ip: string
}

/** Sends every connection to the address that answered, whatever the name has besides. */
export function lookupOf({ ip }: Reached): LookupFunction {
  return (_host, options, found) => {
    const family = isIP(ip)
    if (options.all) found(null, [{ address: ip, family }])
    else found(null, ip, family)
  }
}
