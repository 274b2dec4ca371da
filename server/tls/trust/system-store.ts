import { X509Certificate } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createOnce, systemReason } from '../files.ts'
import { findProgram, runProgram, shellQuote } from './programs.ts'
import { shortFingerprint, type TrustedAuthority, type TrustOutcome, type TrustPlace } from './trust-place.ts'

interface Kind {
  /** Folder of what an administrator adds. */
  readonly anchors: string
  readonly extension: string
  /** Only files of that extension are taken up, so another one trusts nobody. */
  readonly strict?: true
  /** Takes up what was added, and what was removed. */
  readonly update: readonly [string, ...string[]]
  readonly updateRemoved: readonly [string, ...string[]]
}

/** How the distributions keep it. */
const KINDS: readonly Kind[] = [
  {
    // Debian, Ubuntu, Alpine. Without --fresh the link to a file that is gone would stay.
    anchors: '/usr/local/share/ca-certificates',
    extension: '.crt',
    strict: true,
    update: ['update-ca-certificates'],
    updateRemoved: ['update-ca-certificates', '--fresh'],
  },
  {
    // Fedora, Red Hat
    anchors: '/etc/pki/ca-trust/source/anchors',
    extension: '.pem',
    update: ['update-ca-trust', 'extract'],
    updateRemoved: ['update-ca-trust', 'extract'],
  },
  {
    // Arch
    anchors: '/etc/ca-certificates/trust-source/anchors',
    extension: '.crt',
    update: ['trust', 'extract-compat'],
    updateRemoved: ['trust', 'extract-compat'],
  },
  {
    // openSUSE
    anchors: '/etc/pki/trust/anchors',
    extension: '.pem',
    update: ['update-ca-certificates'],
    updateRemoved: ['update-ca-certificates'],
  },
]

/** The Linux system's own store: curl and most programs that are no browser. Nothing where it has none we know. */
export function systemStore(): SystemStore | undefined {
  const kind = KINDS.find(({ anchors, update }) => existsSync(anchors) && findProgram(update[0]))
  return kind && new SystemStore(kind)
}

class SystemStore implements TrustPlace {
  readonly name = 'system (curl and other programs)'
  readonly location: string
  readonly #kind: Kind

  constructor(kind: Kind) {
    this.#kind = kind
    this.location = kind.anchors
  }

  trust({ certificate, certPath }: TrustedAuthority): TrustOutcome {
    const { anchors, extension, update } = this.#kind
    if (this.#filesWith(certificate).length > 0) return { state: 'present' }
    const path = join(anchors, `fairground-${shortFingerprint(certificate)}${extension}`)
    if (!isRoot()) {
      return needsRoot([`install -m 644 ${shellQuote(certPath)} ${path}`, update.join(' ')])
    }
    try {
      createOnce(path, certificate.toString(), 0o644)
    } catch (error) {
      return failed(systemReason(error), path)
    }
    const updated = run(update)
    if (updated.ok) return { state: 'added' }
    rmSync(path, { force: true })
    return failed(updated.reason, update.join(' '))
  }

  distrust({ certificate }: TrustedAuthority): TrustOutcome {
    const { updateRemoved } = this.#kind
    const paths = this.#filesWith(certificate)
    if (paths.length === 0) return { state: 'absent' }
    if (!isRoot()) return needsRoot([`rm ${paths.map(shellQuote).join(' ')}`, updateRemoved.join(' ')])
    for (const path of paths) rmSync(path)
    const updated = run(updateRemoved)
    return updated.ok ? { state: 'removed' } : failed(updated.reason, updateRemoved.join(' '))
  }

  /** Files with this certificate and no other, whatever they are called. */
  #filesWith({ raw }: X509Certificate): string[] {
    const { extension, strict = false } = this.#kind
    return readdirSync(this.location)
      .filter((name) => !strict || name.endsWith(extension))
      .map((name) => join(this.location, name))
      .filter((path) => onlyCertificate(path)?.equals(raw))
  }
}

function onlyCertificate(path: string): Buffer | undefined {
  try {
    const text = readFileSync(path, 'utf8')
    return text.split('BEGIN CERTIFICATE').length === 2 ? new X509Certificate(text).raw : undefined
  } catch {
    return undefined
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

function run([program, ...args]: readonly [string, ...string[]]) {
  return runProgram(findProgram(program) ?? program, args)
}

function needsRoot(commands: readonly string[]): TrustOutcome {
  const next = commands.map((command) => `sudo ${command}`).join(' && ')
  return { state: 'left', reason: 'only root may change it; browsers do not need it', next }
}

function failed(reason: string, what: string): TrustOutcome {
  return { state: 'failed', reason: `${basename(what)}: ${reason}`, next: `See what it says: ${what}` }
}
