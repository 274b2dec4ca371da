import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemReason } from '../files.ts'
import { findProgram, type Ran, runProgram } from './programs.ts'
import {
  authorityName,
  shortFingerprint,
  type TrustedAuthority,
  type TrustOutcome,
  type TrustPlace,
} from './trust-place.ts'

/** Trusted to sign for web servers, and for nothing else. */
const FOR_SERVERS = 'C,,'
const LISTED = /^(\S.*?)\s+([a-zA-Z]*),[a-zA-Z]*,[a-zA-Z]*\s*$/
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

const NO_CERTUTIL = {
  state: 'failed',
  reason: 'the program certutil is missing',
  next:
    'Install it and run this again: libnss3-tools (Debian, Ubuntu), nss-tools (Fedora), nss (Arch), ' +
    'mozilla-nss-tools (openSUSE).',
} as const satisfies TrustOutcome

interface Entry {
  readonly nickname: string
  readonly trusted: boolean
  /** Other certificates of the same subject answer to the same question. */
  readonly alone: boolean
}

/** A certificate database of NSS: Chromium, Chrome, Edge and Firefox on Linux have one each or share one. */
export class NssStore implements TrustPlace {
  readonly name: string
  readonly location: string

  constructor(name: string, folder: string) {
    this.name = name
    this.location = folder
  }

  trust({ certificate }: TrustedAuthority): TrustOutcome {
    const certutil = findProgram('certutil')
    if (!certutil) return NO_CERTUTIL
    if (!existsSync(join(this.location, 'cert9.db'))) {
      const made = this.#make(certutil)
      if (!made.ok) return this.#failed(made)
    }
    const before = this.#entries(certutil, certificate)
    if (!before.ok) return this.#failed(before)
    if (before.entries.some(({ trusted }) => trusted)) return { state: 'present' }
    const nickname = before.entries[0]?.nickname ?? nicknameOf(certificate)
    const added = withFile(certificate, (path) =>
      this.#run(certutil, ['-A', '-t', FOR_SERVERS, '-n', nickname, '-i', path]),
    )
    if (added.ok) return { state: 'added' }
    // A database with a password keeps the certificate all the same, only without the trust.
    if (before.entries.length === 0) this.#run(certutil, ['-D', '-n', nickname])
    return this.#failed(added)
  }

  distrust({ certificate }: TrustedAuthority): TrustOutcome {
    if (!existsSync(join(this.location, 'cert9.db'))) return { state: 'absent' }
    const certutil = findProgram('certutil')
    if (!certutil) return NO_CERTUTIL
    const found = this.#entries(certutil, certificate)
    if (!found.ok) return this.#failed(found)
    const own = nicknameOf(certificate)
    const entry = found.entries.find(({ nickname }) => nickname === own) ?? found.entries[0]
    if (!entry) return { state: 'absent' }
    if (entry.nickname !== own && !entry.alone) {
      const reason = `"${entry.nickname}" is also the name of another certificate`
      return { state: 'failed', reason, next: `Look with: certutil -d sql:${this.location} -L` }
    }
    const removed = this.#run(certutil, ['-D', '-n', entry.nickname])
    return removed.ok ? { state: 'removed' } : this.#failed(removed)
  }

  /** What the database has of this certificate, under whatever name somebody gave it. */
  #entries(certutil: string, certificate: X509Certificate): Ran & { entries: Entry[] } {
    const list = this.#run(certutil, ['-L'])
    const entries: Entry[] = []
    for (const line of list.output.split('\n')) {
      const [, nickname, ssl] = LISTED.exec(line) ?? []
      if (nickname === undefined || ssl === undefined) continue
      const pems = this.#run(certutil, ['-L', '-n', nickname, '-a']).output.match(PEM) ?? []
      const ours = pems.some((pem) => new X509Certificate(pem).fingerprint256 === certificate.fingerprint256)
      if (ours) entries.push({ nickname, trusted: ssl.includes('C'), alone: pems.length === 1 })
    }
    return { ...list, entries }
  }

  #make(certutil: string): Ran {
    try {
      mkdirSync(this.location, { recursive: true, mode: 0o700 })
    } catch (error) {
      return { ok: false, output: '', reason: systemReason(error) }
    }
    return this.#run(certutil, ['-N', '--empty-password'])
  }

  #run(certutil: string, args: readonly string[]): Ran {
    // An empty password: without the option certutil would ask on the terminal, whichever of several this is.
    const password = args[0] === '-N' ? [] : ['-f', '/dev/null']
    return runProgram(certutil, ['-d', `sql:${this.location}`, ...password, ...args])
  }

  #failed({ reason }: Ran): TrustOutcome {
    if (reason.includes('SEC_ERROR_BAD_PASSWORD')) {
      return {
        state: 'failed',
        reason: 'it is locked with a main password',
        next: 'Import ca.pem by hand: Settings → Privacy & Security → Certificates → Authorities → Import.',
      }
    }
    const next =
      'Close the browser that uses it and try again; a broken database is made anew by its browser.'
    return { state: 'failed', reason, next }
  }
}

/** One of its own for every certificate: a renewed authority has the same subject, and the name is what -D goes by. */
function nicknameOf(certificate: X509Certificate): string {
  return `${authorityName(certificate)} ${shortFingerprint(certificate)}`
}

/** The certificate written out from what was parsed: whatever else its file may hold stays where it is. */
function withFile<Result>(certificate: X509Certificate, use: (path: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'fairground-trust-'))
  try {
    const path = join(folder, 'ca.pem')
    writeFileSync(path, certificate.toString())
    return use(path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
