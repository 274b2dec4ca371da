import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { FairgroundError } from '../../shared/errors.ts'
import { createDataFolder, dataFolderUnusable } from './data-folder.ts'
import { createOnce, keepPrivate, readIfThere, replaceFile, systemCode, systemReason } from './files.ts'
import { localConstraints, type NameConstraints, readNameConstraints } from './name-constraints.ts'
import { newKeyPem, parseP256Key } from './p256-key.ts'

const DAY_MS = 86_400_000
const LIFETIME_MS = 3650 * DAY_MS
/** Longer than the 30 days below which a leaf is re-issued, so that a leaf always has room. */
const RENEW_BEFORE_MS = 60 * DAY_MS

/** The user's own authority for development certificates. */
export interface DevelopmentCa {
  readonly certPem: string
  /** Secret: whoever has it can pose as any local name on machines that trust the authority. */
  readonly keyPem: string
  readonly certPath: string
  readonly certificate: X509Certificate
  readonly constraints: NameConstraints
  /** This call made it. */
  readonly created: boolean
  /** This call replaced one that had expired or was about to: people must trust the new file. */
  readonly renewed: boolean
}

/**
 * Reads the authority in `dataFolder` (`ca.pem`, and `ca.key` with mode 0600), or makes it: P-256, ten years,
 * limited to local names and private addresses. With less than 60 days left it is made anew for the same key.
 * Of processes that start together one makes it and the others use that one.
 *
 * @param hostName this machine's name, permitted beside the local ones if it cannot be a top-level domain.
 * @param nowMs milliseconds since 1970.
 * @throws FairgroundError CERTIFICATE_INVALID if a file is broken or does not belong (left as it is);
 *   CERTIFICATE_UNREADABLE if this user may not read one; CERTS_FOLDER_UNUSABLE if the folder cannot be written.
 */
export async function ensureDevelopmentCa({
  dataFolder,
  hostName,
  nowMs,
}: {
  dataFolder: string
  hostName: string
  nowMs: number
}): Promise<DevelopmentCa> {
  createDataFolder(dataFolder)
  const certPath = join(dataFolder, 'ca.pem')
  const keyPath = join(dataFolder, 'ca.key')
  // In this order: the key is always written first, so a certificate without one is damage and not a race.
  const foundCert = read(certPath, dataFolder)
  const foundKey = read(keyPath, dataFolder)
  if (foundCert !== undefined && foundKey === undefined) throw broken(dataFolder, `${keyPath} is missing`)
  const keyPem = foundKey ?? write(dataFolder, () => createOnce(keyPath, newKeyPem(), 0o600))
  if (!parseP256Key(keyPem)) throw broken(dataFolder, `${keyPath} does not hold a P-256 key`)
  write(dataFolder, () => keepPrivate(keyPath))

  const issue = async () => {
    const { issueAuthority } = await import('./issue.ts')
    const validity = { notBeforeMs: nowMs - DAY_MS, notAfterMs: nowMs + LIFETIME_MS }
    return issueAuthority({ keyPem, constraints: localConstraints(hostName), ...validity })
  }
  if (foundCert === undefined) {
    const ownPem = await issue()
    const certPem = write(dataFolder, () => createOnce(certPath, ownPem, 0o644))
    return {
      ...check({ certPem, keyPem, certPath, dataFolder }),
      created: certPem === ownPem,
      renewed: false,
    }
  }
  const ca = check({ certPem: foundCert, keyPem, certPath, dataFolder })
  if (ca.certificate.validFromDate.getTime() > nowMs) {
    throw broken(dataFolder, `${certPath} lies in the future, so this machine's clock was or is wrong`)
  }
  if (ca.certificate.validToDate.getTime() - nowMs >= RENEW_BEFORE_MS) {
    return { ...ca, created: false, renewed: false }
  }
  const renewedPem = await issue()
  write(dataFolder, () => replaceFile(certPath, renewedPem, 0o644))
  return { ...check({ certPem: renewedPem, keyPem, certPath, dataFolder }), created: false, renewed: true }
}

interface Pair {
  readonly certPem: string
  readonly keyPem: string
  readonly certPath: string
}

function check({ dataFolder, ...pair }: Pair & { dataFolder: string }) {
  const parsed = parse(pair.certPem)
  if (!parsed) throw broken(dataFolder, `${pair.certPath} does not hold a certificate`)
  const { certificate, constraints } = parsed
  if (!certificate.checkPrivateKey(parseP256Key(pair.keyPem)!)) {
    throw broken(dataFolder, `${pair.certPath} and ca.key do not belong together`)
  }
  if (!certificate.ca || !constraints) {
    throw broken(dataFolder, `${pair.certPath} is not an authority limited to local names`)
  }
  return { ...pair, certificate, constraints }
}

function parse(certPem: string) {
  try {
    const certificate = new X509Certificate(certPem)
    return { certificate, constraints: readNameConstraints(certificate) }
  } catch {
    return undefined
  }
}

function read(path: string, dataFolder: string): string | undefined {
  try {
    return readIfThere(path)
  } catch (error) {
    if (systemCode(error) === 'EISDIR') throw broken(dataFolder, `${path} is a folder`)
    throw new FairgroundError('CERTIFICATE_UNREADABLE', {
      message: `${path}, of the development certificate authority, cannot be read: ${systemReason(error)}.`,
      next: 'Give the file to this user (was it made with sudo?), or set FAIRGROUND_DATA to another folder.',
      cause: error,
    })
  }
}

function write<Result>(dataFolder: string, action: () => Result): Result {
  try {
    return action()
  } catch (error) {
    throw dataFolderUnusable(dataFolder, error)
  }
}

function broken(dataFolder: string, what: string): FairgroundError {
  return new FairgroundError('CERTIFICATE_INVALID', {
    message: `The development certificate authority cannot be used: ${what}.`,
    next: `Delete ca.pem and ca.key in ${dataFolder}; the next start makes a new authority, to be trusted anew.`,
  })
}
