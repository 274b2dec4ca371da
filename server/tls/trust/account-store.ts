import type { X509Certificate } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { findProgram, runProgram } from './programs.ts'
import type { TrustedAuthority, TrustOutcome, TrustPlace } from './trust-place.ts'

type Commands = readonly (readonly [program: string, ...args: string[]])[]

interface AccountCommands {
  readonly name: string
  readonly location: string
  trust(authority: TrustedAuthority): Commands
  distrust(authority: TrustedAuthority): Commands
}

/**
 * The commands of macOS and Windows: both keep one store for this user, which every browser there reads (Firefox too).
 * Adding what is there changes nothing.
 */
export function accountCommands(platform: 'darwin' | 'win32', homeFolder = homedir()): AccountCommands {
  if (platform === 'win32') {
    return {
      name: 'Windows, for this user',
      location: 'Root',
      trust: ({ certPath }) => [['certutil', '-user', '-addstore', 'Root', certPath]],
      distrust: ({ certificate }) => [['certutil', '-user', '-delstore', 'Root', sha1(certificate)]],
    }
  }
  const keychain = join(homeFolder, 'Library/Keychains/login.keychain-db')
  return {
    name: 'macOS, for this user',
    location: keychain,
    trust: ({ certPath }) => [['security', 'add-trusted-cert', '-r', 'trustRoot', '-k', keychain, certPath]],
    distrust: ({ certPath, certificate }) => [
      ['security', 'remove-trusted-cert', certPath],
      ['security', 'delete-certificate', '-Z', sha1(certificate), keychain],
    ],
  }
}

/** The store of a user's account, on systems that have one. */
export class AccountStore implements TrustPlace {
  readonly name: string
  readonly location: string
  readonly #commands: AccountCommands

  constructor(commands: AccountCommands) {
    this.#commands = commands
    this.name = commands.name
    this.location = commands.location
  }

  trust(authority: TrustedAuthority): TrustOutcome {
    return runAll(this.#commands.trust(authority)) ?? { state: 'added' }
  }

  distrust(authority: TrustedAuthority): TrustOutcome {
    return runAll(this.#commands.distrust(authority)) ?? { state: 'removed' }
  }
}

function runAll(commands: Commands): TrustOutcome | undefined {
  for (const [program, ...args] of commands) {
    const { ok, reason } = runProgram(findProgram(program) ?? program, args)
    if (!ok) return { state: 'failed', reason, next: `See what it says: ${[program, ...args].join(' ')}` }
  }
  return undefined
}

function sha1({ fingerprint }: X509Certificate): string {
  return fingerprint.replaceAll(':', '')
}
