import { X509Certificate } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { FairgroundError } from '../../shared/errors.ts'
import { addressBytes, canonicalAddress, networkAddresses } from './addresses.ts'
import { certificateNames } from './certificate-names.ts'
import { inCertsFolder, prepareCertsFolder } from './certs-folder.ts'
import { type DevelopmentCa, ensureDevelopmentCa } from './development-ca.ts'
import { createOnce, keepPrivate, readIfThere, replaceFile } from './files.ts'
import { normalHostName, permits } from './name-constraints.ts'
import { newKeyPem, parseP256Key } from './p256-key.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Browsers refuse server certificates that live longer than 398 days. */
const LIFETIME_MS = 397 * DAY_MS
/** Less than this left, and it is issued anew, in milliseconds. */
export const REISSUE_BEFORE_MS = 30 * DAY_MS

export interface DevelopmentCertificate {
  /** The leaf alone: clients have the authority, or do not trust it anyway. */
  readonly certPem: string
  readonly keyPem: string
  readonly certPath: string
  readonly keyPath: string
  /** The authority to trust; also what a Node client takes as `ca` or NODE_EXTRA_CA_CERTS. */
  readonly caPem: string
  readonly caPath: string
  /** Host names and addresses the certificate is for. */
  readonly names: readonly string[]
  /** The authority is new, so nothing trusts it yet. */
  readonly caCreated: boolean
  /** The authority was replaced because its time was up: what trusted the old one must trust the new one. */
  readonly caRenewed: boolean
  /** The certificate was written by this call rather than found. */
  readonly issued: boolean
}

/**
 * The certificate a server uses on a developer's machine: `development.pem` and `development.key` in `certsFolder`,
 * signed by the user's authority in `dataFolder`. It is issued anew, for the same key, when less than 30 days are
 * left, a name or address is missing, the key or the authority is another one, or a file is broken.
 *
 * @param nowMs milliseconds since 1970.
 * @param addresses beside 127.0.0.1 and ::1; by default those of this machine's network interfaces.
 * @param hostName by default the system's. Its names and addresses the authority may not sign for are left out.
 * @param names host names and addresses that were asked for; each must be among those the authority may sign for.
 * @throws FairgroundError OPTION_INVALID (names), CERTS_FOLDER_UNUSABLE, CERTIFICATE_INVALID or CERTIFICATE_UNREADABLE (the authority's
 *   files). Nothing half-written is left behind.
 */
export async function ensureDevelopmentCertificate({
  certsFolder,
  dataFolder,
  nowMs,
  addresses = networkAddresses(),
  hostName = hostname(),
  names: asked = [],
}: {
  certsFolder: string
  dataFolder: string
  nowMs: number
  addresses?: readonly string[]
  hostName?: string
  names?: readonly string[]
}): Promise<DevelopmentCertificate> {
  prepareCertsFolder(certsFolder)
  const ca = await ensureDevelopmentCa({ dataFolder, hostName, nowMs })
  const certPath = join(certsFolder, 'development.pem')
  const keyPath = join(certsFolder, 'development.key')
  const own = wantedNames(hostName, addresses).filter((name) => permits(ca.constraints, name))
  const names = [...new Set([...own, ...asked.map((name) => checkedName(name, ca))])]

  const keyPem = inCertsFolder(certsFolder, () => ensureKey(keyPath))
  const found = readOrNothing(certPath)
  const kept = found !== undefined && isGood(found, { keyPem, ca, names, nowMs })
  const certPem = kept ? found : await issue()
  if (!kept) inCertsFolder(certsFolder, () => replaceFile(certPath, certPem, 0o644))
  return {
    ...{ certPem, keyPem, certPath, keyPath },
    ...{ caPem: ca.certPem, caPath: ca.certPath, caCreated: ca.created, caRenewed: ca.renewed },
    names: certificateNames(new X509Certificate(certPem)),
    issued: !kept,
  }

  async function issue(): Promise<string> {
    const { issueLeaf } = await import('./issue.ts')
    const notBeforeMs = nowMs - HOUR_MS // for devices whose clock is a little behind
    const notAfterMs = Math.min(notBeforeMs + LIFETIME_MS, ca.certificate.validToDate.getTime())
    return issueLeaf({ keyPem, names, authority: ca, notBeforeMs, notAfterMs })
  }
}

function wantedNames(hostName: string, addresses: readonly string[]): string[] {
  const own = normalHostName(hostName)
  const names = ['localhost', '127.0.0.1', '::1']
  // Multicast DNS announces the first label only, whatever domain the machine is in.
  if (own && own !== 'localhost') names.push(own, `${own.split('.')[0]}.local`)
  for (const address of addresses) {
    if (addressBytes(address)) names.push(canonicalAddress(address.replace(/%.*$/, '')))
  }
  return [...new Set(names)]
}

/** A name that somebody asked for, as it stands in a certificate. */
function checkedName(asked: string, { constraints }: DevelopmentCa): string {
  const name = addressBytes(asked) ? canonicalAddress(asked.replace(/%.*$/, '')) : normalHostName(asked)
  if (name !== undefined && permits(constraints, name)) return name
  throw new FairgroundError('OPTION_INVALID', {
    message:
      name === undefined
        ? `tls.dev.names has "${asked}", which is neither a host name nor an IP address.`
        : `tls.dev.names has "${asked}", and the development authority signs for local names and private addresses only.`,
    next: `Use a name below .${constraints.domains.slice(0, 4).join(', .')}, or tls: { files } with a certificate for a public one.`,
  })
}

/** The key stays the same for good: were it replaced together with the certificate, a reader could catch two halves. */
function ensureKey(keyPath: string): string {
  const found = readOrNothing(keyPath)
  if (found !== undefined && parseP256Key(found)) {
    keepPrivate(keyPath)
    return found
  }
  const ownPem = newKeyPem()
  // Another process may have made it since; only a broken one is replaced.
  const madePem = found === undefined ? createOnce(keyPath, ownPem, 0o600) : found
  if (parseP256Key(madePem)) return madePem
  replaceFile(keyPath, ownPem, 0o600)
  return ownPem
}

function isGood(
  certPem: string,
  wanted: { keyPem: string; ca: DevelopmentCa; names: readonly string[]; nowMs: number },
): boolean {
  const { keyPem, ca, names, nowMs } = wanted
  try {
    const leaf = new X509Certificate(certPem)
    const present = certificateNames(leaf)
    return (
      leaf.checkPrivateKey(parseP256Key(keyPem)!) &&
      leaf.checkIssued(ca.certificate) &&
      leaf.verify(ca.certificate.publicKey) &&
      leaf.validFromDate.getTime() <= nowMs &&
      leaf.validToDate.getTime() - nowMs >= REISSUE_BEFORE_MS &&
      names.every((name) => present.includes(name)) &&
      // One name outside the constraints makes clients refuse the whole certificate.
      present.every((name) => permits(ca.constraints, name))
    )
  } catch {
    return false
  }
}

/** What cannot be read is replaced like what is broken; where that is impossible, writing says why. */
function readOrNothing(path: string): string | undefined {
  try {
    return readIfThere(path)
  } catch {
    return undefined
  }
}
